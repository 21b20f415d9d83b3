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
  #wait(endpoint: string, deadline: Deadline): Promise<void> {
    const { maxWaiting, maxWaitMs, clock } = this.#options;
    return new Promise((resolve, reject) => {
      const refuse = () =>
        reject(deadline.ended() === 'aborted' ? new AbortedError(endpoint, 'no') : new OverloadedError(endpoint));
      if (deadline.ended() || this.#waiting.size >= maxWaiting) return refuse();
      const start = () => {
        stopWaiting();
        deadline.noteQueued();
        resolve();
      };
      const giveUp = () => {
        stopWaiting();
        refuse();
      };
      this.#waiting.add(start);
      const cancelTimer = clock.after(maxWaitMs, giveUp);
      const takeBack = deadline.onEnd(giveUp);
      const stopWaiting = () => {
        this.#waiting.delete(start);
        cancelTimer();
        takeBack();
      };
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
