import { type AnyCallError, isCallError } from '../client/errors.js';
import type { ProblemCode } from './problem.js';

/** How a failed call is answered to the client. */
export interface UpstreamProblem {
  readonly code: ProblemCode;
  /** Seconds for `Retry-After`, 1 to 120. */
  readonly retryAfterSeconds?: number;
}

const DEFAULT_RETRY_AFTER_SECONDS = 10;

/**
 * What a client is told about a call that gave no usable answer. Only two kinds are the picture's fault; a refused key
 * or an empty account is the operator's, and never looks like a failed check.
 */
export function problemOfCall(error: AnyCallError): UpstreamProblem {
  switch (error.code) {
    case 'bad-request':
      return { code: BAD_REQUEST_PROBLEMS[error.subject] };
    case 'timeout':
      return { code: 'liveness-timeout' };
    case 'unavailable':
      return error.status === 504 ? { code: 'liveness-timeout' } : unavailable(error.retryAfterMs);
    case 'too-many-requests':
    case 'circuit-open':
    case 'overloaded':
      return unavailable(error.retryAfterMs);
    case 'authentication':
    case 'permission':
    case 'insufficient-credits':
    case 'connection':
    case 'api-key':
    case 'client-closed':
    case 'aborted':
      return unavailable(undefined);
    case 'bad-response':
    case 'not-found':
    case 'unexpected-status':
      return { code: 'liveness-bad-response' };
    default:
      // An error of another copy of this package may have a code that this one does not know.
      error satisfies never;
      return unavailable(undefined);
  }
}

const BAD_REQUEST_PROBLEMS = {
  image: 'selfie-unreadable',
  'image-size': 'selfie-too-large',
  'no-face': 'selfie-unreadable',
  'reference-image': 'liveness-bad-response',
  request: 'liveness-bad-response',
} as const satisfies Record<string, ProblemCode>;

function unavailable(retryAfterMs: number | undefined): UpstreamProblem {
  const seconds = retryAfterMs === undefined ? DEFAULT_RETRY_AFTER_SECONDS : Math.ceil(retryAfterMs / 1000);
  return { code: 'liveness-unavailable', retryAfterSeconds: Math.min(120, Math.max(1, seconds)) };
}

/** What a call gives, or the error that it failed with. @throws whatever is not an error of the call */
export async function orCallError<Value>(call: Promise<Value>): Promise<Value | AnyCallError> {
  try {
    return await call;
  } catch (error) {
    if (isCallError(error)) return error;
    throw error;
  }
}
