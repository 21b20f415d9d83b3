// How long to wait before a process that ended is replaced.

/** A process that ran for so long had no trouble starting. */
const STEADY_MS = 30_000;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;

/**
 * The first that ends is replaced at once, since people wait; one that crashes right after its start, again and again,
 * after a wait that doubles, since it would otherwise keep a core busy with nothing but starting.
 */
export class BackOff {
  #delayMs = 0;

  /** Milliseconds until the next start, of a process that ran for so long. */
  delayAfter(ranMs) {
    if (ranMs >= STEADY_MS) this.#delayMs = 0;
    const delayMs = this.#delayMs;
    this.#delayMs = Math.min(LONGEST_DELAY_MS, Math.max(FIRST_DELAY_MS, delayMs * 2));
    return delayMs;
  }
}
