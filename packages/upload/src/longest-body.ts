import { base64Length } from './base64.js';
import type { AcceptedBody } from './options.js';

/**
 * Bytes that a body may have beyond the largest picture, for all text fields, part headers and delimiters together.
 * Fixed, because the product of `maxFields` and `maxFieldBytes` is far beyond what any sign-up form sends.
 */
const ALLOWANCE_BYTES = 1024 * 1024;

/** Most bytes of a body of this kind whose picture has `limitBytes` at most. */
export function longestBody(kind: AcceptedBody, limitBytes: number): number {
  switch (kind) {
    case 'multipart':
      return limitBytes + ALLOWANCE_BYTES;
    case 'image':
      return limitBytes;
    case 'json':
      return base64Length(limitBytes) + ALLOWANCE_BYTES;
    default:
      return kind satisfies never;
  }
}
