import { inspect } from 'node:util';

// Shared by every copy of this package in a process (ESM and CommonJS), where `instanceof` would not be.
const BRAND = Symbol.for('@didit-liveness/upload/error');

/** Every `code` that an error thrown by this package may carry. */
export type UploadErrorCode = 'invalid-upload-option' | 'request-body-consumed';

/** What was wrong with an option. */
export interface OptionFault {
  /** Name of the option. */
  readonly option: string;
  /** What was given; left out where it may be a secret of somebody else's. */
  readonly value?: unknown;
  /** What is allowed, in words. */
  readonly allowed: string;
}

/** An option is unknown, of the wrong type or out of range. Thrown when options are resolved. */
export class UploadOptionError extends Error {
  override readonly name = 'UploadOptionError';
  readonly code = 'invalid-upload-option';
  readonly [BRAND] = true;
  readonly option: string;
  readonly value: unknown;
  readonly allowed: string;

  constructor(fault: OptionFault) {
    const { option, value, allowed } = fault;
    super(
      `Upload option "${option}" ${'value' in fault ? `was given ${shown(value)}` : 'is wrong'}; allowed: ${allowed}`,
    );
    this.option = option;
    this.value = value;
    this.allowed = allowed;
  }
}

function shown(value: unknown): string {
  return inspect(value, { depth: 0, breakLength: Infinity, maxArrayLength: 5, maxStringLength: 60 });
}

/** Something mounted before this package read the body and left nothing that can be used. A mistake of the server. */
export class UploadConfigurationError extends Error {
  override readonly name = 'UploadConfigurationError';
  readonly code = 'request-body-consumed';
  readonly [BRAND] = true;
}

/** Every error this package throws, discriminated by `code`. */
export type AnyUploadError = UploadOptionError | UploadConfigurationError;

/** Tells whether `error` was thrown by any copy of this package. */
export function isUploadError(error: unknown): error is AnyUploadError {
  return typeof error === 'object' && error !== null && BRAND in error;
}
