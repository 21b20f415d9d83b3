import { describe, expect, it } from '@jest/globals';
import { check, read, scene, start } from './support.js';

const NO_CREDITS = {
  error: "You don't have enough credits to perform this request. Please top up at https://business.didit.me",
};

async function balanceOf(emulator: Awaited<ReturnType<typeof start>>): Promise<string> {
  const { body } = await read(emulator, '/v3/billing/balance/');
  return body.balance;
}

describe('the balance', () => {
  it('is told in dollars with four decimals', async () => {
    const emulator = await start({ balanceDollars: 41.25 });

    const { status, body } = await read(emulator, '/v3/billing/balance/');

    expect(status).toBe(200);
    expect(body).toEqual({
      balance: '41.2500',
      auto_refill_enabled: false,
      auto_refill_amount: null,
      auto_refill_threshold: null,
    });
  });

  it('needs a key', async () => {
    const emulator = await start();

    await expect(read(emulator, '/v3/billing/balance/', null)).resolves.toMatchObject({ status: 403 });
  });

  it('pays one price for an approval and one for a decline', async () => {
    const emulator = await start({ balanceDollars: 1, priceDollars: 0.1 });

    await check(emulator);
    await check(emulator, { image: scene('spoof') });

    await expect(balanceOf(emulator)).resolves.toBe('0.8000');
    expect(emulator.calls().filter(({ billed }) => billed)).toHaveLength(2);
  });

  it.each([
    ['a refusal', { image: scene('402') }],
    ['bad fields', { image: null }],
    ['a wrong key', { key: null }],
    ['a sandbox key', { key: 'sk_test_x' }],
  ])('pays nothing for %s', async (_what, request) => {
    const emulator = await start({ balanceDollars: 1 });

    await check(emulator, request);

    await expect(balanceOf(emulator)).resolves.toBe('1.0000');
    expect(emulator.calls()[0]?.billed).toBe(false);
  });

  it('refuses the check that it cannot pay for, and no earlier one', async () => {
    const emulator = await start({ balanceDollars: 0.3, priceDollars: 0.1 });

    const answers = [await check(emulator), await check(emulator), await check(emulator), await check(emulator)];

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 403]);
    expect(answers[3]?.body).toEqual(NO_CREDITS);
    await expect(balanceOf(emulator)).resolves.toBe('0.0000');
  });

  it('never pays twice for the last price when checks come at once', async () => {
    const emulator = await start({ balanceDollars: 1, priceDollars: 1 });

    const answers = await Promise.all(Array.from({ length: 10 }, () => check(emulator)));

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('is looked at after the fields', async () => {
    const emulator = await start({ balanceDollars: 0 });

    await expect(check(emulator, { image: null })).resolves.toMatchObject({ status: 400 });
  });

  it('leaves a queued scenario when it is too low', async () => {
    const emulator = await start({ balanceDollars: 0 });
    emulator.next('500');

    await expect(check(emulator)).resolves.toMatchObject({ status: 403, body: NO_CREDITS });
  });

  it('lets everything through when checks are free', async () => {
    const emulator = await start({ balanceDollars: 0, priceDollars: 0 });

    await expect(check(emulator)).resolves.toMatchObject({ status: 200 });
  });
});
