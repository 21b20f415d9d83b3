import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { Deadline } from '../src/client/deadline.js';
import { FakeClock } from './support/fake-clock.js';
import { rejectionOf, settle } from './support/server.js';

function start(caller?: AbortSignal) {
  const clock = new FakeClock();
  const deadline = new Deadline(clock, 1_000, caller);
  let ends = 0;
  const takeBack = deadline.onEnd(() => (ends += 1));
  return { clock, deadline, takeBack, ends: () => ends };
}

describe('a deadline', () => {
  it('runs, and says how much time is left', () => {
    const { clock, deadline, ends } = start();

    clock.advance(400);

    expect(deadline.remainingMs()).toBe(600);
    expect(deadline.ended()).toBeUndefined();
    expect(ends()).toBe(0);
  });

  it('tells whoever asked when the time is up (C29)', () => {
    const { clock, deadline, ends } = start();

    clock.advance(1_000);

    expect(ends()).toBe(1);
    expect(deadline.ended()).toBe('timeout');
    expect(deadline.remainingMs()).toBe(0);
  });

  it('has ended although its timer could not ring (F07)', () => {
    const { clock, deadline, ends } = start();

    clock.stall(5_000);

    expect(ends()).toBe(0);
    expect(deadline.ended()).toBe('timeout');
    expect(deadline.remainingMs()).toBe(0);
  });

  it('tells nobody who took that back', () => {
    const { clock, deadline, ends, takeBack } = start();

    takeBack();
    clock.advance(1_000);

    expect(deadline.ended()).toBe('timeout');
    expect(ends()).toBe(0);
  });

  it('tells once, though the caller aborts after the end', () => {
    const caller = new AbortController();
    const { clock, ends } = start(caller.signal);

    clock.advance(1_000);
    caller.abort();

    expect(ends()).toBe(1);
  });

  it('has ended when its timer rings, which may be a little early by the clock (F07)', () => {
    const clock = new FakeClock();
    const after = clock.after.bind(clock);
    clock.after = (delayMs, callback) => after(delayMs - 1, callback);
    const deadline = new Deadline(clock, 1_000, undefined);

    clock.advance(999);

    expect(deadline.ended()).toBe('timeout');
  });

  it.each([
    ['rings in time', 0, false],
    ['rings as late as timers do', 100, false],
    ['rings later than that', 101, true],
  ])('is of its own making when its timer %s: %i ms late (F12)', (_name, lateMs, expected) => {
    const { clock, deadline, ends } = start();

    clock.stall(1_000 + lateMs);
    clock.advance(0);

    expect(ends()).toBe(1);
    expect(deadline.isOfOwnMaking()).toBe(expected);
  });

  it('is of its own making when it is over and nothing rang, or when the call had to wait (F12)', () => {
    const stalled = start();
    const queued = start();

    stalled.clock.stall(1_000);
    queued.deadline.noteQueued();
    queued.clock.advance(1_000);

    expect([stalled.deadline.isOfOwnMaking(), queued.deadline.isOfOwnMaking()]).toEqual([true, true]);
  });

  it('ends when the caller aborts', () => {
    const caller = new AbortController();
    const { deadline, ends } = start(caller.signal);

    caller.abort();

    expect(ends()).toBe(1);
    expect(deadline.ended()).toBe('aborted');
    expect(deadline.remainingMs()).toBe(1_000);
  });

  it('has ended from the start when the caller aborted before', () => {
    const { deadline, ends } = start(AbortSignal.abort());

    expect(ends()).toBe(1);
    expect(deadline.ended()).toBe('aborted');
  });

  it('frees its timer and its listener (P12)', () => {
    const caller = new AbortController();
    const { clock, deadline, ends } = start(caller.signal);

    deadline.release();
    caller.abort();
    clock.advance(2_000);

    expect(clock.pending).toBe(0);
    expect(ends()).toBe(0);
    expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
  });
});

describe('sleep', () => {
  it('resolves after the delay, and not before', async () => {
    const { clock, deadline } = start();
    let isOver = false;

    const slept = deadline.sleep(300).then(() => (isOver = true));
    clock.advance(299);
    await settle();
    expect(isOver).toBe(false);
    clock.advance(1);
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
    await settle();
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
