const BRAND = Symbol.for('didit-liveness.error');

/** Base of all errors thrown by `@didit-liveness/core`. Tell them apart by `code`, not by `instanceof`. */
export abstract class DiditLivenessError extends Error {
  abstract override readonly name: string;
  abstract readonly code: string;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** What a logger that serialises errors gets: no secret, no picture, no text from upstream. */
  toJSON(): Record<string, unknown> {
    return { name: this.name, code: this.code, message: this.message };
  }
}

/**
 * True for every error of this package, also when it comes from another copy of it (the packages ship as ESM and as
 * CommonJS, so `instanceof` can miss).
 */
export function isDiditLivenessError(value: unknown): value is DiditLivenessError {
  return value instanceof Error && (value as { [BRAND]?: unknown })[BRAND] === true;
}

/** An option or argument that cannot be used. The message names the option, the value and what is allowed. */
export class InvalidOptionError extends DiditLivenessError {
  override readonly name = 'InvalidOptionError';
  override readonly code = 'invalid-option';

  constructor(
    message: string,
    /** Path of the option, for example `policy.score.declineAtOrBelow`. */
    readonly option: string,
  ) {
    super(message);
  }
}
