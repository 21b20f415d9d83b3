import type { Clock } from '../clock.js';
import type { Deadline } from './deadline.js';
import { AbortedError, OverloadedError } from './errors.js';

/** How many calls go on at once, and how many wait for their turn. */
export interface BulkheadOptions {
  readonly maxRunning: number;
  readonly maxWaiting: number;
  /** Milliseconds that a call waits at most: one that gets its turn too late would be paid for nothing. */
  readonly maxWaitMs: number;
  readonly clock: Clock;
}

/** Lets so many calls run and so many wait, in their order, and refuses the rest at once. */
export class Bulkhead {
  readonly #options: BulkheadOptions;
  #running = 0;
  /** Each starts a call that waits. A set, which keeps their order and lets go of any of them as quickly. */
  readonly #waiting = new Set<() => void>();

  constructor(options: BulkheadOptions) {
    this.#options = options;
  }

  /**
   * What `call` gives, once it is its turn.
   *
   * @throws {@link OverloadedError} when too many wait already, or it would wait for too long
   * @throws {@link AbortedError} when the caller gives up before
   */
  async run<Response>(endpoint: string, deadline: Deadline, call: () => Promise<Response>): Promise<Response> {
    if (this.#running < this.#options.maxRunning) this.#running += 1;
    else await this.#wait(endpoint, deadline);
    try {
      return await call();
    } finally {
      this.#leave();
    }
  }

  /** Resolves when a call that ended has left its place to this one. */
  #wait(endpoint: string, { signal, ended, noteQueued }: Deadline): Promise<void> {
    const { maxWaiting, maxWaitMs, clock } = this.#options;
    return new Promise((resolve, reject) => {
      let cancel: (() => void) | undefined;
      const start = () => {
        stopWaiting();
        noteQueued();
        resolve();
      };
      const giveUp = () => {
        stopWaiting();
        reject(ended() === 'aborted' ? new AbortedError(endpoint, 'no') : new OverloadedError(endpoint));
      };
      const stopWaiting = () => {
        cancel?.();
        this.#waiting.delete(start);
        signal.removeEventListener('abort', giveUp);
      };
      if (signal.aborted || this.#waiting.size >= maxWaiting) return giveUp();
      this.#waiting.add(start);
      cancel = clock.after(maxWaitMs, giveUp);
      signal.addEventListener('abort', giveUp);
    });
  }

  /** The place goes to the one that waits longest, if any does. */
  #leave(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#running -= 1;
      return;
    }
    next();
  }
}
