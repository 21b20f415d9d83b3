import type { Clock } from '../clock.js';

/** A timer that rings so many milliseconds late does so because the process is busy. */
const LATE_MS = 100;

/** One end for everything a call does: waiting for the key, connecting, sending, waiting, reading, trying again. */
export class Deadline {
  readonly #clock: Clock;
  readonly #endMs: number;
  readonly #caller: AbortSignal | undefined;
  readonly #cancelTimer: () => void;
  readonly #callbacks = new Set<() => void>();
  #isOver = false;
  #isDelayed = false;

  /** Starts the clock of one call, which ends after `timeoutMs` milliseconds or when `caller` aborts. */
  constructor(clock: Clock, timeoutMs: number, caller: AbortSignal | undefined) {
    this.#clock = clock;
    this.#endMs = clock.now() + timeoutMs;
    this.#caller = caller;
    this.#cancelTimer = clock.after(timeoutMs, () => {
      this.#isDelayed ||= clock.now() - this.#endMs > LATE_MS;
      this.#end();
    });
    if (caller?.aborted) this.#end();
    else caller?.addEventListener('abort', this.#end);
  }

  /** Calls back once when the time is up or the caller aborts, at once if that was before; gives what takes that back. */
  onEnd(callback: () => void): () => void {
    if (this.#isOver) callback();
    else this.#callbacks.add(callback);
    return () => this.#callbacks.delete(callback);
  }

  /** Why the call is to end; undefined while it is not. Also tells a deadline whose timer rings late. */
  ended(): 'timeout' | 'aborted' | undefined {
    if (this.#caller?.aborted) return 'aborted';
    return this.#isOver || this.remainingMs() === 0 ? 'timeout' : undefined;
  }

  /**
   * Whether the time was spent by this process: the call had to wait for its turn, or the timer rang late or not at all
   * since the process was busy. Then the end says nothing about Didit.
   */
  isOfOwnMaking(): boolean {
    return this.#isDelayed || !this.#isOver;
  }

  /** Notes that the call had to wait for its turn. */
  noteQueued(): void {
    this.#isDelayed = true;
  }

  /** Milliseconds left; 0 when the time is up. */
  remainingMs(): number {
    return Math.max(0, this.#endMs - this.#clock.now());
  }

  /** Resolves after `delayMs`, or as soon as the call is to end. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isOver) return resolve();
      const cancelTimer = this.#clock.after(delayMs, () => {
        takeBack();
        resolve();
      });
      const takeBack = this.onEnd(() => {
        cancelTimer();
        resolve();
      });
    });
  }

  /** What `work` gives; rejects as soon as the call is to end, without waiting for it. */
  race<Value>(work: Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      const takeBack = this.onEnd(() => reject(new Error('the deadline ended')));
      work.then(resolve, reject).finally(takeBack);
    });
  }

  /** Frees the timer and the listener. */
  release(): void {
    this.#cancelTimer();
    this.#caller?.removeEventListener('abort', this.#end);
  }

  readonly #end = (): void => {
    this.#isOver = true;
    for (const callback of this.#callbacks) callback();
    this.#callbacks.clear();
  };
}
