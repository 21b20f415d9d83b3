import { describe, expect, it } from '@jest/globals';
import { createRateLimiter } from '../src/rate-limiter.js';
import { check, read, sendBytes, start } from './support.js';

const NOON = Date.UTC(2026, 10, 20, 12);

describe('the write limit', () => {
  it('lets 300 requests of a key through and refuses the next', async () => {
    const emulator = await start({ now: () => NOON });
    const answers = await Promise.all(Array.from({ length: 300 }, () => check(emulator)));

    const refused = await check(emulator);

    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(refused).toMatchObject({
      status: 429,
      body: { detail: 'Write request rate limit exceeded. You can make up to 300 requests per minute.' },
    });
    expect(emulator.calls().at(-1)).toMatchObject({ status: 429, billed: false });
  });

  it('says in four headers when to come back', async () => {
    let now = NOON;
    const emulator = await start({ writesPerMinute: 1, now: () => now });
    await check(emulator);
    now += 42_500;

    const { headers } = await check(emulator);

    expect(Object.fromEntries(headers)).toMatchObject({
      'retry-after': '18',
      'x-ratelimit-limit': '1',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(NOON / 1000 + 60),
    });
  });

  it('keeps those headers to itself while it lets requests through', async () => {
    const emulator = await start();

    const { headers } = await check(emulator);

    expect([...headers.keys()].filter((name) => /ratelimit|retry/u.test(name))).toEqual([]);
  });

  it('counts each key apart, and requests without a key by address', async () => {
    const emulator = await start({ writesPerMinute: 1 });

    const statuses = [
      await check(emulator, { key: 'a' }),
      await check(emulator, { key: 'b' }),
      await check(emulator, { key: null }),
      await check(emulator, { key: 'a' }),
      await check(emulator, { key: null }),
    ].map(({ status }) => status);

    expect(statuses).toEqual([200, 200, 403, 429, 429]);
  });

  it('takes the first hop for the address of a request without a key', async () => {
    const emulator = await start({ writesPerMinute: 1 });
    const sendFrom = async (hops: string) => {
      const headers = { 'x-api-key': '', 'x-forwarded-for': hops, 'content-type': 'text/plain' };
      const { status } = await sendBytes(emulator, headers, Buffer.alloc(0));
      return status;
    };

    const statuses = [await sendFrom('10.0.0.1, 10.0.0.9'), await sendFrom('10.0.0.2'), await sendFrom('10.0.0.1')];

    expect(statuses).toEqual([403, 403, 429]);
  });

  it('comes before the key and the fields', async () => {
    const emulator = await start({ writesPerMinute: 1, apiKeys: ['right'] });
    await check(emulator, { key: 'wrong' });

    await expect(check(emulator, { key: 'wrong', image: null })).resolves.toMatchObject({ status: 429 });
  });

  it('slides: each request counts for sixty seconds of its own', () => {
    let now = NOON;
    const limiter = createRateLimiter({ scope: 'Write request', limit: 2, now: () => now });
    const isLetThrough = (afterMs: number) => {
      now = NOON + afterMs;
      return limiter.refuse('key') === undefined;
    };

    expect([0, 30_000, 59_999, 60_000, 60_001, 89_999, 90_000].map(isLetThrough)).toEqual([
      true,
      true,
      false,
      true,
      false,
      false,
      true,
    ]);
  });

  it('can be switched off', () => {
    const limiter = createRateLimiter({ scope: 'Write request', limit: Infinity, now: () => NOON });

    const refused = Array.from({ length: 1000 }, () => limiter.refuse('key')).filter((answer) => answer !== undefined);

    expect(refused).toEqual([]);
  });
});

describe('the read limit', () => {
  it('lets 600 requests of a key through and refuses the next', async () => {
    const emulator = await start({ now: () => NOON });
    await Promise.all(Array.from({ length: 600 }, () => read(emulator, '/v3/billing/balance/')));

    const decision = await read(emulator, '/v3/session/not-looked-at/decision/');

    expect(decision.status).toBe(429);
    await expect(read(emulator, '/v3/billing/balance/')).resolves.toMatchObject({
      status: 429,
      body: { detail: 'GET request rate limit exceeded. You can make up to 600 requests per minute.' },
    });
    await expect(check(emulator)).resolves.toMatchObject({ status: 200 });
  });
});
