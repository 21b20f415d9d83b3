import type { LivenessRefusal } from '@didit-liveness/core';
import { HttpException } from '@nestjs/common';

/**
 * The handler may not run. `getResponse()` is the problem to answer with, `getStatus()` its status. The address of a session
 * is in `refusal.problem` alone, since loggers print the response of an exception.
 */
export class LivenessException extends HttpException {
  readonly #refusal: LivenessRefusal;

  constructor(refusal: LivenessRefusal) {
    const { sessionUrl: _, sessionId: __, ...shown } = refusal.problem;
    super(shown, refusal.status, { cause: refusal });
    this.name = 'LivenessException';
    this.message = refusal.message;
    this.#refusal = refusal;
  }

  /** The refusal behind it: `code`, `headers`, and for your own records `decision`. */
  get refusal(): LivenessRefusal {
    return this.#refusal;
  }
}
