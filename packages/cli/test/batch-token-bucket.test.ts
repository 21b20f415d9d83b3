import { describe, expect, it } from '@jest/globals';
import { createTokenBucket } from '../src/batch/token-bucket.js';
import { jumpingClock } from './support/jumping-clock.js';

const never = new AbortController().signal;

describe('createTokenBucket', () => {
  it('spreads calls evenly from the first on', async () => {
    const clock = jumpingClock();
    const bucket = createTokenBucket(5, clock);
    const times: number[] = [];

    for (let call = 0; call < 5; call += 1) {
      await bucket.take(never);
      times.push(clock.now());
    }

    expect(times).toEqual([0, 200, 400, 600, 800]);
  });

  it('lets several that wait go one after the other', async () => {
    const clock = jumpingClock();
    const bucket = createTokenBucket(10, clock);
    const times = await Promise.all([1, 2, 3].map(() => bucket.take(never).then(() => clock.now())));

    expect(times).toEqual([0, 100, 200]);
  });

  it('waits the whole of a time that is too long for one timer', async () => {
    const clock = jumpingClock();
    const delays: number[] = [];
    const after = (delayMs: number, callback: () => void) => {
      delays.push(delayMs);
      return clock.after(delayMs, callback);
    };
    const bucket = createTokenBucket(1, { ...clock, after });

    bucket.pause(3_000_000_000);
    await bucket.take(never);

    expect(clock.now()).toBe(3_000_000_000);
    expect(Math.max(...delays)).toBe(2 ** 31 - 1);
  });

  it('lets nobody go during a pause', async () => {
    const clock = jumpingClock();
    const bucket = createTokenBucket(10, clock);

    bucket.pause(5_000);
    await bucket.take(never);

    expect(clock.now()).toBe(5_000);
  });

  it('gives up waiting when told to, and takes the token back', async () => {
    const clock = jumpingClock();
    const bucket = createTokenBucket(1, clock);
    const stopping = new AbortController();
    await bucket.take(never);

    const waiting = bucket.take(stopping.signal);
    stopping.abort();

    expect(await waiting).toBe(false);
    expect(clock.timers()).toBe(0);
    await bucket.take(never);
    expect(clock.now()).toBe(1_000);
  });

  it('starts nothing after it was told to stop', async () => {
    expect(await createTokenBucket(1, jumpingClock()).take(AbortSignal.abort())).toBe(false);
  });
});
