import type { Hint } from '../policy/catalogue.js';

interface ProblemFacts {
  readonly status: number;
  readonly title: string;
  /** The same request may be sent again, unchanged, by a program: it may then succeed, and nobody pays twice. */
  readonly retryable: boolean;
}

/** Every refusal that a client can get: one table of codes, statuses and titles for all frameworks. */
export const PROBLEMS = {
  'malformed-upload': { status: 400, title: 'The upload could not be read.', retryable: false },
  'selfie-missing': { status: 400, title: 'A selfie is required.', retryable: false },
  'selfie-duplicated': { status: 400, title: 'Exactly one selfie is allowed.', retryable: false },
  'upload-timeout': { status: 408, title: 'The upload took too long.', retryable: true },
  'selfie-too-large': { status: 413, title: 'The selfie is too large.', retryable: false },
  'unsupported-media-type': {
    status: 415,
    title: 'Send a form with one JPEG, PNG, WebP or TIFF picture.',
    retryable: false,
  },
  'invalid-fields': { status: 422, title: 'The form is not valid.', retryable: false },
  'selfie-unreadable': { status: 422, title: 'The selfie cannot be read as a picture.', retryable: false },
  'selfie-retake': { status: 422, title: 'Please take another selfie.', retryable: false },
  'liveness-declined': { status: 403, title: 'The check was not passed.', retryable: false },
  'review-required': { status: 403, title: 'The check needs a review.', retryable: false },
  'step-up-required': { status: 403, title: 'The check needs another step.', retryable: false },
  'step-up-missing': { status: 400, title: 'The other step has not been taken.', retryable: false },
  'step-up-pending': { status: 409, title: 'The other step is not finished.', retryable: true },
  'step-up-invalid': { status: 403, title: 'The other step does not count here.', retryable: false },
  'reference-missing': { status: 409, title: 'There is no picture to compare with.', retryable: false },
  'rate-limited': { status: 429, title: 'Too many attempts.', retryable: true },
  'liveness-bad-response': { status: 502, title: 'The check gave no usable answer.', retryable: false },
  'liveness-unavailable': { status: 503, title: 'The check is not available right now.', retryable: true },
  'too-busy': { status: 503, title: 'Too many uploads at the moment.', retryable: true },
  'liveness-timeout': { status: 504, title: 'The check took too long.', retryable: true },
} as const satisfies Record<string, ProblemFacts>;

/** Name of a refusal, the last part of its problem `type`. */
export type ProblemCode = keyof typeof PROBLEMS;

/** Advice in a problem: about the picture, or about a form field, whose name is then the code. */
export type ProblemHint = Hint | { readonly code: string; readonly message: string };

/** The body of a refusal, `application/problem+json` (RFC 9457). Never holds a score, a tag, or text from Didit. */
export interface Problem {
  /** URI of the kind of problem; ends in `code`. */
  readonly type: string;
  readonly title: string;
  /** The HTTP status. */
  readonly status: number;
  readonly code: ProblemCode;
  /** Finds the same request in events and logs. */
  readonly correlationId: string;
  readonly retryable: boolean;
  readonly hints?: readonly ProblemHint[];
  /** Where to go, of `step-up-required`; whoever has the address can take the step. */
  readonly sessionUrl?: string;
  /** What to come back with, of `step-up-required`. */
  readonly sessionId?: string;
}

/** What the URI of a problem begins with unless the gate is told otherwise. */
export const PROBLEM_TYPE_BASE = 'urn:problem-type:didit-liveness:';

/** What differs from one refusal with the same code to the next. */
export interface ProblemDetails {
  readonly correlationId: string;
  readonly typeBase: string;
  readonly hints?: readonly ProblemHint[] | undefined;
  /** False where sending the request again might be charged again, whatever the code says. */
  readonly retryable?: boolean | undefined;
  readonly session?: StepUpSession | undefined;
}

/** The session that a person is sent to. */
export interface StepUpSession {
  readonly sessionId: string;
  readonly sessionUrl: string;
}

/** The problem for a code. */
export function createProblem(
  code: ProblemCode,
  { correlationId, typeBase, hints = [], session, ...details }: ProblemDetails,
): Problem {
  const { status, title } = PROBLEMS[code];
  const retryable = PROBLEMS[code].retryable && details.retryable !== false;
  const problem = { type: `${typeBase}${code}`, title, status, code, correlationId, retryable, ...session };
  return Object.freeze(hints.length > 0 ? { ...problem, hints } : problem);
}
