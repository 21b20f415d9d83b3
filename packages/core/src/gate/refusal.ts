import { DiditLivenessError } from '../errors.js';
import type { Decision } from '../policy/decide.js';
import type { Problem, ProblemCode, ProblemDetails } from './problem.js';

/** What a refusal carries besides its problem. */
export interface RefusalDetails {
  /** Seconds for the header `Retry-After`. */
  readonly retryAfterSeconds?: number | undefined;
  /** The rest of the request is not read, so the connection must not be used again. */
  readonly closeConnection?: boolean;
  /** The policy's decision, when there was a verdict. */
  readonly decision?: Decision;
  /** The error of the call, when there was no usable answer. */
  readonly cause?: unknown;
}

/** What of a refusal goes into its problem. */
export type OfProblem = Pick<ProblemDetails, 'hints' | 'retryable' | 'session'>;

/** Why a request is refused: everything but the names that a guard gives to its answer. */
export interface Grounds {
  readonly code: ProblemCode;
  readonly details: RefusalDetails & OfProblem;
}

/**
 * The handler may not run. An error in the shape that Express and Koa answer by themselves (`status`, `expose`,
 * `headers`), carrying the problem to answer with.
 */
export class LivenessRefusal extends DiditLivenessError {
  override readonly name = 'LivenessRefusal';
  /** Same as `problem.code`. */
  override readonly code: ProblemCode;
  readonly status: number;
  /** Same as `status`; some error handlers read this one. */
  readonly statusCode: number;
  /** The message may be shown to the client: it is the title of the problem. */
  readonly expose = true;
  /** Headers of the answer. */
  readonly headers: Readonly<Record<string, string>>;
  // Private, so that no logger prints a person's scores, or the address of a session, along with the error.
  readonly #problem: Problem;
  readonly #decision: Decision | undefined;

  constructor(problem: Problem, details: RefusalDetails = {}) {
    super(problem.title, details.cause === undefined ? {} : { cause: details.cause });
    this.code = problem.code;
    this.status = problem.status;
    this.statusCode = problem.status;
    this.headers = Object.freeze(headersOf(details));
    this.#problem = problem;
    this.#decision = details.decision;
  }

  /** Body of the answer. */
  get problem(): Problem {
    return this.#problem;
  }

  /** What the policy decided and why, for your own records; undefined when there was no verdict. Not for the client. */
  get decision(): Decision | undefined {
    return this.#decision;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), status: this.status, correlationId: this.problem.correlationId };
  }
}

function headersOf({ retryAfterSeconds, closeConnection }: RefusalDetails): Record<string, string> {
  return {
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    ...(closeConnection ? { connection: 'close' } : {}),
  };
}

/** True for a refusal of the gate, also of another copy of this package. */
export function isLivenessRefusal(value: unknown): value is LivenessRefusal {
  return value instanceof Error && value.name === 'LivenessRefusal' && 'problem' in value;
}
