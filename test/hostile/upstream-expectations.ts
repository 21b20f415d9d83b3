import type { Billed } from '@didit-liveness/core';
import type { Reply } from '../../packages/core/test/support/server.js';
import type { ExpectedRefusal, UpstreamOptions } from './upstream-bench.js';

/** One thing that whoever stands where the API should may do, and what has to come of it. */
export interface UpstreamCase {
  /** Row of the catalogue. */
  readonly row: string;
  readonly what: string;
  /** To the first request, the second and so on; the last one to all further ones. */
  readonly replies: readonly Reply[];
  readonly expected: ExpectedRefusal | 'handled';
  /** Requests that have to arrive whole. @defaultValue 1 */
  readonly sends?: number;
  readonly options?: Partial<UpstreamOptions>;
}

/** Short, for rows that are about the deadline: long enough for a busy machine to send a small form. */
export const SHORT = { timeoutMs: 300 } as const;

export const UNREADABLE = { status: 422, code: 'selfie-unreadable', billed: 'no' } as const;
export const TOO_LARGE = { status: 413, code: 'selfie-too-large', billed: 'no' } as const;
export const RETAKE = { status: 422, code: 'selfie-retake', billed: 'yes' } as const;
export const DECLINED = { status: 403, code: 'liveness-declined', billed: 'yes' } as const;
export const REVIEW = { status: 403, code: 'review-required', billed: 'yes' } as const;

export function badResponse(billed: Billed): ExpectedRefusal {
  return { status: 502, code: 'liveness-bad-response', billed };
}

export function unavailable(billed: Billed, retryAfter: string | RegExp = '10'): ExpectedRefusal {
  return { status: 503, code: 'liveness-unavailable', billed, retryAfter };
}

export function timeout(billed: Billed): ExpectedRefusal {
  return { status: 504, code: 'liveness-timeout', billed };
}
