/** Calls that succeed for each retry that they earn. */
const ANSWERS_PER_RETRY = 10;

/**
 * What all calls of a client may spend on sending again: in an outage every call fails, and retries of each would send
 * Didit a multiple of the traffic that it cannot bear already.
 */
export class RetryBudget {
  /** Both counted in answers, of which ten are a retry. */
  readonly #most: number;
  #left: number;
  readonly #tellSpent: () => void;
  /** The last one was refused: told once until one is earned again. */
  #isSpent = false;

  /** @param most - retries in a row, before calls that succeed earn new ones */
  constructor(most: number, tellSpent: () => void) {
    this.#most = most * ANSWERS_PER_RETRY;
    this.#left = this.#most;
    this.#tellSpent = tellSpent;
  }

  /** Takes one retry; false when there is none left. */
  take(): boolean {
    if (this.#left >= ANSWERS_PER_RETRY) {
      this.#left -= ANSWERS_PER_RETRY;
      this.#isSpent = false;
      return true;
    }
    if (!this.#isSpent) this.#tellSpent();
    this.#isSpent = true;
    return false;
  }

  /** A call succeeded: ten of them earn a retry. */
  earn(): void {
    this.#left = Math.min(this.#most, this.#left + 1);
  }
}
