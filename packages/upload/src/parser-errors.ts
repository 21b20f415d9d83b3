import type { UploadRefusalCode } from './reading.js';

/** A refusal on its way through multer, which passes on errors only. */
export class RefusalError extends Error {
  readonly refusalCode: UploadRefusalCode;

  constructor(refusalCode: UploadRefusalCode) {
    super(refusalCode);
    this.refusalCode = refusalCode;
  }
}

/**
 * The refusal that any error of multer, or of busboy within it, stands for. Busboy's errors have no code ("Unexpected
 * end of form", "Malformed part header"), and whatever else a parser may throw at a body is that body's fault too.
 */
export function toRefusalCode(error: unknown, field: string): UploadRefusalCode {
  if (error instanceof RefusalError) return error.refusalCode;
  if (typeof error !== 'object' || error === null || !('code' in error)) return 'malformed-upload';
  // The one code that means two things: a second file in our field, or a file in any other.
  if (error.code === 'LIMIT_UNEXPECTED_FILE') {
    return 'field' in error && error.field === field ? 'selfie-duplicated' : 'malformed-upload';
  }
  // Every other code of multer (lib/multer-error.js of 2.5.0) means a form that is not as it has to be.
  return error.code === 'LIMIT_FILE_SIZE' ? 'selfie-too-large' : 'malformed-upload';
}
