import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { aClock, systemClock } from '../src/clock.js';

describe('systemClock', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('measures with a clock that does not follow the wall clock', () => {
    const start = systemClock.now();

    jest.setSystemTime(0);
    jest.advanceTimersByTime(250);

    expect(systemClock.now() - start).toBe(250);
  });

  it('dates by the wall clock', () => {
    expect(new Date(systemClock.date()).toISOString()).toBe('2026-11-22T00:00:00.000Z');
  });

  it('calls back once, after the delay', () => {
    const callback = jest.fn();

    systemClock.after(100, callback);
    jest.advanceTimersByTime(99);
    const early = callback.mock.calls.length;
    jest.advanceTimersByTime(1_000);

    expect(early).toBe(0);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  it('does not call back when it was cancelled, also twice', () => {
    const callback = jest.fn();

    const cancel = systemClock.after(100, callback);
    cancel();
    cancel();
    jest.advanceTimersByTime(1_000);

    expect(callback).not.toHaveBeenCalled();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('draws numbers from 0 up to 1, not always the same', () => {
    const drawn = Array.from({ length: 100 }, () => systemClock.random());

    expect(drawn.filter((number) => number < 0 || number >= 1)).toEqual([]);
    expect(new Set(drawn).size).toBeGreaterThan(1);
  });
});

describe('aClock', () => {
  it('accepts every object with the functions of a clock', () => {
    class OwnClock {
      now = () => 0;
      date = () => 0;
      after = () => () => undefined;
      random = () => 0;
    }

    expect([systemClock, { ...systemClock, more: 1 }, new OwnClock()].every(aClock.accepts)).toBe(true);
    expect(aClock.allowed).toBe('an object with the functions now, date, after and random');
  });

  it.each([
    ['null', null],
    ['undefined', undefined],
    ['a function', Date.now],
    ['an empty object', {}],
    ['a clock without dates', { ...systemClock, date: undefined }],
    ['a clock with a number for a function', { ...systemClock, random: 0.5 }],
  ])('refuses %s', (_name, value) => {
    expect(aClock.accepts(value)).toBe(false);
  });
});
