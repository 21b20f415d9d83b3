import { DiditLivenessError } from '../errors.js';
import type { PassiveLivenessResponse } from '../wire/passive-liveness.js';
import type { Billed, DiditCallError } from './errors.js';

/** The selfie was judged and paid for, and the comparison after it gave no usable answer. */
export class IdentityIncompleteError extends DiditLivenessError {
  override readonly name = 'IdentityIncompleteError';
  override readonly code = 'identity-incomplete';
  /** Known of both calls together. */
  readonly billed = 'yes' satisfies Billed;
  // Private, so that no logger prints scores and estimates.
  readonly #liveness: PassiveLivenessResponse;

  constructor(cause: DiditCallError, liveness: PassiveLivenessResponse) {
    super(`The selfie was judged, but the comparison was not: ${cause.message}`, { cause });
    this.#liveness = liveness;
  }

  /** What was paid for. `faceMatch.compare` and `decide` can complete it without paying for the selfie again. */
  get liveness(): PassiveLivenessResponse {
    return this.#liveness;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), billed: this.billed };
  }
}
