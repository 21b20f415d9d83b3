import type { Clock } from '@didit-liveness/core';

/** Lets calls start no faster than a rate. */
export interface TokenBucket {
  /** Resolves to true when the next call may start, to false when `signal` ended the wait. */
  take(signal: AbortSignal): Promise<boolean>;
  /** Lets nothing start for a while, as a service asked that said it was too much. */
  pause(durationMs: number): void;
}

/**
 * A bucket that holds one token, so that calls are spread evenly: a full one at the start would send twice the rate
 * within the first minute.
 *
 * @param perSecond - calls a second
 */
export function createTokenBucket(perSecond: number, clock: Clock): TokenBucket {
  let tokens = 1;
  let countedAt = clock.now();
  const refill = () => {
    const now = clock.now();
    tokens = Math.min(1, tokens + ((now - countedAt) / 1_000) * perSecond);
    countedAt = now;
  };
  return {
    async take(signal) {
      if (signal.aborted) return false;
      refill();
      // A token that is not there yet is taken on credit: those who come later wait longer.
      tokens -= 1;
      const isFree = tokens >= 0 || (await elapseWhole(clock, (-tokens / perSecond) * 1_000, signal));
      if (!isFree) tokens += 1;
      return isFree;
    },
    pause(durationMs) {
      refill();
      tokens = Math.min(tokens, 1 - (durationMs / 1_000) * perSecond);
    },
  };
}

/** The longest time that a timer of Node takes; a longer one would end at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** {@link elapse}, however long the time is. */
async function elapseWhole(clock: Clock, delayMs: number, signal: AbortSignal): Promise<boolean> {
  for (let leftMs = delayMs; leftMs > 0; leftMs -= MAX_TIMER_MS) {
    if (!(await elapse(clock, Math.min(leftMs, MAX_TIMER_MS), signal))) return false;
  }
  return true;
}

/** Resolves to true after the time, or to false when `signal` is aborted before. */
function elapse(clock: Clock, delayMs: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (isElapsed: boolean) => {
      signal.removeEventListener('abort', abort);
      resolve(isElapsed);
    };
    const cancel = clock.after(delayMs, () => settle(true));
    const abort = () => {
      cancel();
      settle(false);
    };
    signal.addEventListener('abort', abort, { once: true });
  });
}
