import type { OptionCheck } from './options.js';

/**
 * Everything the core asks of the world besides the network: time and chance. Passed in, so that tests need no
 * sleeping and results can be repeated.
 */
export interface Clock {
  /** Milliseconds that never run backwards; for deadlines and durations. */
  now(): number;
  /** Milliseconds since 1970-01-01 UTC by the wall clock; only to read dates that others wrote and to stamp events. */
  date(): number;
  /** Calls back once after `delayMs` milliseconds; returns the function that cancels it. */
  after(delayMs: number, callback: () => void): () => void;
  /** A number from 0 (included) to 1 (excluded); for the jitter of retries. */
  random(): number;
}

/** The {@link Clock} of the running process. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/** The check of an option that takes a {@link Clock}. */
export const aClock: OptionCheck = {
  allowed: 'an object with the functions now, date, after and random',
  accepts: (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.keys(systemClock).every((name) => typeof (value as Record<string, unknown>)[name] === 'function'),
};
