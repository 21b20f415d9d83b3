import { describe, expect, it } from '@jest/globals';
import { call, read, start, submit } from './support.js';

type Running = Awaited<ReturnType<typeof start>>;

const PATH = '/v3/billing/top-up/';

async function checkoutOf(emulator: Running, body: Record<string, unknown> = { amount_in_dollars: 50 }) {
  const answer = await call(emulator, PATH, { body });
  return String(answer.body['checkout_session_url']);
}

async function balanceOf(emulator: Running): Promise<string> {
  return (await read(emulator, '/v3/billing/balance/')).body.balance;
}

describe('a top-up', () => {
  it('names a page where it is paid, once', async () => {
    const emulator = await start({ balanceDollars: 1 });

    const { status, body } = await call(emulator, PATH, { body: { amount_in_dollars: 50.5 } });
    const url = String(body['checkout_session_url']);
    const page = await (await fetch(url)).text();
    const unpaid = await balanceOf(emulator);
    const paid = await (await submit(url)).text();
    await submit(url);

    expect(status).toBe(200);
    expect(body).toEqual({
      checkout_session_id: expect.stringMatching(/^cs_/u),
      checkout_session_url: `${emulator.url}/checkout/${String(body['checkout_session_id'])}`,
    });
    expect(page).toContain('<button type="submit">Pay $50.50</button>');
    expect(unpaid).toBe('1.0000');
    expect(paid).toContain('$50.50 paid');
    await expect(balanceOf(emulator)).resolves.toBe('51.5000');
  });

  it('sends the browser on, and lets it cancel', async () => {
    const emulator = await start();
    const url = await checkoutOf(emulator, {
      amount_in_dollars: 50,
      success_url: 'https://shop.example/ok?a=1&b=2',
      cancel_url: 'https://shop.example/no?a=1&b="',
    });

    const page = await (await fetch(url)).text();
    const paid = await submit(url);

    expect(page).toContain('<a href="https://shop.example/no?a=1&amp;b=&quot;">Cancel</a>');
    expect(paid.status).toBe(303);
    expect(paid.headers.get('location')).toBe('https://shop.example/ok?a=1&b=2');
  });

  it.each([
    [{}, 'amount_in_dollars is required.'],
    [{ amount_in_dollars: '50' }, 'amount_in_dollars must be a number.'],
    [{ amount_in_dollars: 49.99 }, 'Amount must be at least $50.'],
    [{ amount_in_dollars: 1_000_001 }, 'Amount must be at most $1000000.'],
    [{ amount_in_dollars: 50, success_url: 'javascript:alert(1)' }, 'success_url must be a valid URL.'],
    [{ amount_in_dollars: 50, cancel_url: 5 }, 'cancel_url must be a valid URL.'],
  ])('refuses %p in a bare array', async (body, message) => {
    const emulator = await start();

    const answer = await call(emulator, PATH, { body });

    expect(answer.status).toBe(400);
    expect(answer.body).toEqual([message]);
  });

  it('wants a key, JSON and room in the limiter', async () => {
    const emulator = await start({ writesPerMinute: 1 });

    const keyless = await call(emulator, PATH, { key: null, body: { amount_in_dollars: 50 } });
    const text = await call(emulator, PATH, { body: 'x', contentType: 'text/plain' });
    const limited = await call(emulator, PATH, { body: { amount_in_dollars: 50 } });

    expect([keyless.status, text.status, limited.status]).toEqual([403, 415, 429]);
  });

  it('has no page for an unknown checkout', async () => {
    const emulator = await start();

    const responses = [await fetch(`${emulator.url}/checkout/cs_x`), await submit(`${emulator.url}/checkout/cs_x`)];

    expect(responses.map(({ status }) => status)).toEqual([404, 404]);
  });
});
