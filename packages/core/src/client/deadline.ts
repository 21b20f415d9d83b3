import type { Clock } from '../clock.js';

/** One end for everything a call does: waiting for the key, connecting, sending, waiting, reading, trying again. */
export interface Deadline {
  /** Aborts when the time is up or the caller aborts. */
  readonly signal: AbortSignal;
  /** Why `signal` was aborted; undefined while it was not. Also tells a deadline whose timer fires late. */
  readonly ended: () => 'timeout' | 'aborted' | undefined;
  /**
   * Whether the time was spent by this process: the call had to wait for its turn, or the timer rang late since the
   * process was busy. Then the end says nothing about Didit.
   */
  readonly isOfOwnMaking: () => boolean;
  /** Notes that the call had to wait for its turn. */
  readonly noteQueued: () => void;
  /** Milliseconds left; 0 when the time is up. */
  readonly remainingMs: () => number;
  /** Resolves after `delayMs`, or as soon as `signal` aborts. */
  readonly sleep: (delayMs: number) => Promise<void>;
  /** What `work` gives; rejects as soon as `signal` aborts, without waiting for it. */
  readonly race: <Value>(work: Promise<Value>) => Promise<Value>;
  /** Frees the timer and the listener. */
  readonly release: () => void;
}

/** A timer that rings so many milliseconds late does so because the process is busy. */
const LATE_MS = 100;

/** Starts the clock of one call. */
export function startDeadline(clock: Clock, timeoutMs: number, caller: AbortSignal | undefined): Deadline {
  const end = clock.now() + timeoutMs;
  const controller = new AbortController();
  let isDelayed = false;
  const abort = () => controller.abort();
  const cancel = clock.after(timeoutMs, () => {
    isDelayed ||= clock.now() - end > LATE_MS;
    abort();
  });
  if (caller?.aborted) abort();
  caller?.addEventListener('abort', abort);

  const remainingMs = () => Math.max(0, end - clock.now());
  return {
    signal: controller.signal,
    ended: () => {
      if (caller?.aborted) return 'aborted';
      return controller.signal.aborted || remainingMs() === 0 ? 'timeout' : undefined;
    },
    // Not rung although it is time: the process did not get round to it.
    isOfOwnMaking: () => isDelayed || !controller.signal.aborted,
    noteQueued: () => {
      isDelayed = true;
    },
    remainingMs,
    sleep: (delayMs) => sleep(clock, delayMs, controller.signal),
    race: (work) => race(work, controller.signal),
    release: () => {
      cancel();
      caller?.removeEventListener('abort', abort);
    },
  };
}

function sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const wake = () => {
      cancel();
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = clock.after(delayMs, wake);
    signal.addEventListener('abort', wake);
  });
}

/** What `work` gives; rejects as soon as `signal` aborts, without waiting for it. */
export function race<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Error('the deadline ended'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
