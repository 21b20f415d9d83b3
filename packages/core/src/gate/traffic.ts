import type { Clock } from '../clock.js';

/** One request on its way through a gate. */
export interface Visit {
  /** Aborts when the client hangs up, or the gate stops before the request has ended. */
  readonly signal: AbortSignal;
  /** The gate stopped it: the client still waits for an answer. */
  readonly isStopped: () => boolean;
  /** The request has ended. */
  readonly leave: () => void;
}

/** What became of the requests that were on their way when a gate began to drain. */
export interface DrainResult {
  /** Ended in time. */
  readonly finished: number;
  /** Stopped, and answered with 503. */
  readonly stopped: number;
}

/** Counts the requests on their way, and lets no more in once the gate drains. */
export class Traffic {
  readonly #clock: Clock;
  /** Stops each of them. */
  readonly #visits = new Map<Visit, () => void>();
  #draining: Promise<DrainResult> | undefined;
  #tellEmpty = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Undefined once the gate drains: nobody comes in any more. */
  enter(client: AbortSignal | undefined): Visit | undefined {
    if (this.#draining) return undefined;
    const controller = new AbortController();
    const hangUp = () => controller.abort();
    if (client?.aborted) hangUp();
    client?.addEventListener('abort', hangUp);
    let stopped = false;
    const visit: Visit = {
      signal: controller.signal,
      isStopped: () => stopped,
      leave: () => {
        client?.removeEventListener('abort', hangUp);
        this.#visits.delete(visit);
        if (this.#visits.size === 0) this.#tellEmpty();
      },
    };
    this.#visits.set(visit, () => {
      stopped = true;
      controller.abort();
    });
    return visit;
  }

  /** Lets nobody in any more, waits until all have left or the time is up, and stops those who have not. */
  drain(timeoutMs: number): Promise<DrainResult> {
    this.#draining ??= this.#drain(timeoutMs);
    return this.#draining;
  }

  async #drain(timeoutMs: number): Promise<DrainResult> {
    const before = this.#visits.size;
    if (before > 0) await this.#emptyWithin(timeoutMs);
    const stopped = this.#visits.size;
    for (const stop of this.#visits.values()) stop();
    return Object.freeze({ finished: before - stopped, stopped });
  }

  #emptyWithin(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(timeoutMs, resolve);
      this.#tellEmpty = () => {
        cancel();
        resolve();
      };
    });
  }
}
