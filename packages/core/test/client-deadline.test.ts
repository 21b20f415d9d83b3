import { describe, expect, it } from '@jest/globals';
import { startDeadline } from '../src/client/deadline.js';
import { FakeClock } from './support/fake-clock.js';
import { rejectionOf } from './support/server.js';

function start(caller?: AbortSignal) {
  const clock = new FakeClock();
  return { clock, deadline: startDeadline(clock, 1_000, caller) };
}

describe('a deadline', () => {
  it('runs, and says how much time is left', () => {
    const { clock, deadline } = start();

    clock.advance(400);

    expect(deadline.remainingMs()).toBe(600);
    expect(deadline.ended()).toBeUndefined();
    expect(deadline.signal.aborted).toBe(false);
  });

  it('aborts its signal when the time is up (C29)', () => {
    const { clock, deadline } = start();

    clock.advance(1_000);

    expect(deadline.signal.aborted).toBe(true);
    expect(deadline.ended()).toBe('timeout');
    expect(deadline.remainingMs()).toBe(0);
  });

  it('has ended although its timer could not ring (F07)', () => {
    const { clock, deadline } = start();

    clock.stall(5_000);

    expect(deadline.signal.aborted).toBe(false);
    expect(deadline.ended()).toBe('timeout');
    expect(deadline.remainingMs()).toBe(0);
  });

  it('ends when the caller aborts', () => {
    const caller = new AbortController();
    const { deadline } = start(caller.signal);

    caller.abort();

    expect(deadline.signal.aborted).toBe(true);
    expect(deadline.ended()).toBe('aborted');
    expect(deadline.remainingMs()).toBe(1_000);
  });

  it('has ended from the start when the caller aborted before', () => {
    const { deadline } = start(AbortSignal.abort());

    expect(deadline.signal.aborted).toBe(true);
    expect(deadline.ended()).toBe('aborted');
  });

  it('frees its timer and its listener (P12)', () => {
    const caller = new AbortController();
    const { clock, deadline } = start(caller.signal);

    deadline.release();
    caller.abort();
    clock.advance(2_000);

    expect(clock.pending).toBe(0);
    expect(deadline.signal.aborted).toBe(false);
  });
});

describe('sleep', () => {
  it('resolves after the delay', async () => {
    const { clock, deadline } = start();

    const slept = deadline.sleep(300);
    clock.advance(300);
    await slept;

    expect(deadline.remainingMs()).toBe(700);
    expect(clock.pending).toBe(1);
  });

  it('is cut short by the end of the deadline', async () => {
    const { clock, deadline } = start();

    const slept = deadline.sleep(5_000);
    clock.advance(1_000);
    await slept;

    expect(clock.pending).toBe(0);
  });

  it('resolves at once after the end', async () => {
    const { clock, deadline } = start(AbortSignal.abort());

    await deadline.sleep(5_000);

    expect(clock.delays).toEqual([1_000]);
  });
});

describe('race', () => {
  it('gives what the work gives', async () => {
    const { deadline } = start();

    await expect(deadline.race(Promise.resolve('done'))).resolves.toBe('done');
  });

  it('fails as the work fails', async () => {
    const { deadline } = start();

    await expect(deadline.race(Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });

  it('fails at the end, without waiting for work that hangs (C31)', async () => {
    const { clock, deadline } = start();

    const failure = rejectionOf(deadline.race(new Promise(() => {})));
    clock.advance(1_000);

    expect(await failure).toMatchObject({ message: 'the deadline ended' });
  });

  it('fails after the end, whatever the work gives', async () => {
    const { deadline } = start(AbortSignal.abort());

    await expect(deadline.race(Promise.resolve('late'))).rejects.toThrow('the deadline ended');
    await expect(deadline.race(Promise.reject(new Error('late')))).rejects.toThrow('the deadline ended');
  });
});
