import { DiditLivenessError, isDiditLivenessError } from '../errors.js';

/**
 * Whether a call was charged. Every 200 is; what was refused with a 4xx is not; a call whose answer was lost may be.
 * Source: https://docs.didit.me/standalone-apis/passive-liveness (read 2026-11-22). Assumption: 4xx are free.
 */
export type Billed = 'no' | 'yes' | 'unknown';

/** What is known of a call that failed. */
export interface CallFailure {
  readonly billed: Billed;
  /** Sending the same request again later may succeed. */
  readonly retryable: boolean;
}

/** A call that was made, or was to be made, and gave no usable answer. */
export abstract class DiditCallError extends DiditLivenessError {
  readonly retryable: boolean;
  #billed: Billed;

  constructor(message: string, { billed, retryable }: CallFailure) {
    super(message);
    this.#billed = billed;
    this.retryable = retryable;
  }

  /** Whether the call was charged, over all its attempts. */
  get billed(): Billed {
    return this.#billed;
  }

  /** Notes that an earlier attempt of the same call may have been charged. @internal */
  afterAmbiguousAttempt(): this {
    if (this.#billed === 'no') this.#billed = 'unknown';
    return this;
  }

  /** Notes that no answer of this call is ever charged. @internal */
  ofFreeCall(): this {
    this.#billed = 'no';
    return this;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), billed: this.billed, retryable: this.retryable };
  }
}

/** An answer with an HTTP status, as far as errors keep it. */
export interface AnswerFacts {
  /** For example `POST /v3/passive-liveness/`. */
  readonly endpoint: string;
  readonly status: number;
  /** `request_id` of the answer, if it has one of a harmless shape. */
  readonly requestId: string | null;
  /** The first 2,048 characters of the body. */
  readonly body: string;
  /** What it says is wrong, in short lines; nothing when it says nothing that can be read. */
  readonly complaints?: readonly string[];
  /** Milliseconds that `Retry-After` asks to wait. */
  readonly retryAfterMs: number | undefined;
  /** The host for accounts answered, which knows no API key. @defaultValue false */
  readonly ofAccount?: boolean;
}

/** Didit answered with something other than 200. */
export abstract class DiditApiError extends DiditCallError {
  readonly status: number;
  readonly requestId: string | null;
  /** Milliseconds that Didit asked to wait before the next try. */
  readonly retryAfterMs: number | undefined;
  // Private, so that no logger or inspector prints what Didit wrote: it may repeat what the caller sent.
  readonly #body: string;
  readonly #complaints: readonly string[];

  constructor(summary: string, answer: AnswerFacts, failure: CallFailure) {
    super(`${answer.endpoint} answered ${answer.status}: ${summary}`, failure);
    this.status = answer.status;
    this.requestId = answer.requestId;
    this.retryAfterMs = answer.retryAfterMs;
    this.#body = answer.body;
    this.#complaints = answer.complaints ?? [];
  }

  /** The first 2,048 characters of the answer. May repeat what was sent; not for logs. */
  get body(): string {
    return this.#body;
  }

  /**
   * What Didit says is wrong, in at most ten lines without control characters, for whoever sent the request. In Didit's
   * words, which may change, and may repeat what was sent (but never a password or a code); not for logs.
   */
  get complaints(): readonly string[] {
    return this.#complaints;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), status: this.status, requestId: this.requestId };
  }
}

const REFUSED: CallFailure = { billed: 'no', retryable: false };

/**
 * The key is wrong, revoked or expired, or its application was deleted. From the host for accounts: the e-mail address,
 * password, code or token is wrong or expired.
 */
export class AuthenticationError extends DiditApiError {
  override readonly name = 'AuthenticationError';
  override readonly code = 'authentication';

  constructor(answer: AnswerFacts) {
    const summary = answer.ofAccount
      ? 'the e-mail address, password, code or token is wrong or expired'
      : 'the API key is wrong, revoked or expired';
    super(summary, answer, REFUSED);
  }
}

/**
 * The key is missing, or may not do this, or not from this address; some eras of the API also say so of a wrong key.
 * From the host for accounts: the account may not do this, perhaps only for now.
 */
export class PermissionError extends DiditApiError {
  override readonly name = 'PermissionError';
  override readonly code = 'permission';

  constructor(answer: AnswerFacts) {
    const summary = answer.ofAccount
      ? 'the account is locked or not allowed to do this'
      : 'the API key is missing, rejected or not allowed to do this';
    super(summary, answer, REFUSED);
  }
}

/** The account cannot pay for the call; it did not run. */
export class InsufficientCreditsError extends DiditApiError {
  override readonly name = 'InsufficientCreditsError';
  override readonly code = 'insufficient-credits';

  constructor(answer: AnswerFacts) {
    super('the account has not enough credits', answer, REFUSED);
  }
}

/** What a 400 complained about. */
export type BadRequestSubject = 'image' | 'image-size' | 'no-face' | 'reference-image' | 'request';

/** Didit refused the request or could not read the picture. */
export class BadRequestError extends DiditApiError {
  override readonly name = 'BadRequestError';
  override readonly code = 'bad-request';

  constructor(
    answer: AnswerFacts,
    /**
     * `image`: the picture cannot be read; `image-size`: it is too large; `no-face`: the search for a face needs one;
     * `reference-image`: the picture to compare with cannot be used; `request`: something else.
     */
    readonly subject: BadRequestSubject,
  ) {
    super(BAD_REQUEST_SUMMARIES[subject], answer, REFUSED);
  }
}

const BAD_REQUEST_SUMMARIES: Readonly<Record<BadRequestSubject, string>> = {
  image: 'the picture cannot be read',
  'image-size': 'the picture is too large',
  'no-face': 'there is no face in the picture',
  'reference-image': 'the picture to compare with cannot be used',
  request: 'the request is not accepted',
};

/** Too many requests in this minute. */
export class RateLimitError extends DiditApiError {
  override readonly name = 'RateLimitError';
  override readonly code = 'too-many-requests';

  constructor(answer: AnswerFacts) {
    super('the rate limit is reached', answer, { billed: 'no', retryable: true });
  }
}

/** Didit failed (5xx), or gave up waiting for the request (408). Whether it charged is unknown. */
export class UnavailableError extends DiditApiError {
  override readonly name = 'UnavailableError';
  override readonly code = 'unavailable';

  constructor(answer: AnswerFacts, billed: Billed) {
    super('the service failed', answer, { billed, retryable: true });
  }
}

/** What the call is about is not there, or not for this key. */
export class NotFoundError extends DiditApiError {
  override readonly name = 'NotFoundError';
  override readonly code = 'not-found';

  constructor(answer: AnswerFacts) {
    super('there is nothing of this name, or not for this key', answer, REFUSED);
  }
}

/** A status that this call never has: a redirect, another 2xx, or another 4xx. */
export class UnexpectedStatusError extends DiditApiError {
  override readonly name = 'UnexpectedStatusError';
  override readonly code = 'unexpected-status';

  constructor(answer: AnswerFacts, billed: Billed) {
    super('this status is not part of the API', answer, { billed, retryable: false });
  }
}

/** No answer: the connection could not be made, or broke. */
export class ConnectionError extends DiditCallError {
  override readonly name = 'ConnectionError';
  override readonly code = 'connection';

  constructor(
    endpoint: string,
    /** Part of a request that can cost or change something was written to the socket, so Didit may have processed it. */
    readonly sent: boolean,
    /** Code of the operating system or of Node, for example `ECONNREFUSED`. */
    readonly reason: string,
  ) {
    const happened = sent ? 'the connection broke before the answer' : 'no connection could be made';
    super(`${endpoint}: ${happened} (${reason})`, { billed: sent ? 'unknown' : 'no', retryable: true });
  }
}

/** What is known of a call whose time was up. */
export interface TimeoutFacts {
  readonly billed: Billed;
  readonly ofOwnMaking?: boolean;
}

/** The total deadline passed. */
export class TimeoutError extends DiditCallError {
  override readonly name = 'TimeoutError';
  override readonly code = 'timeout';

  /** The time was spent by this process: the call had to wait for its turn, or the process was too busy. */
  readonly ofOwnMaking: boolean;

  constructor(endpoint: string, timeoutMs: number, { billed, ofOwnMaking = false }: TimeoutFacts) {
    super(`${endpoint}: no complete answer within ${timeoutMs} ms`, { billed, retryable: true });
    this.ofOwnMaking = ofOwnMaking;
  }
}

/** The caller's `signal` was aborted. */
export class AbortedError extends DiditCallError {
  override readonly name = 'AbortedError';
  override readonly code = 'aborted';

  constructor(endpoint: string, billed: Billed) {
    super(`${endpoint}: aborted by the caller`, { billed, retryable: false });
  }
}

/** A 200 that is not an answer of this call. Charged, since every 200 is. */
export class BadResponseError extends DiditCallError {
  override readonly name = 'BadResponseError';
  override readonly code = 'bad-response';

  /** The status of the answer; null when it was not HTTP. */
  readonly status: number | null;

  /** @param problem - where and how the answer differs from the promised shape, without its values */
  constructor(endpoint: string, problem: string, status: number | null) {
    // Every 200 is charged; of another answer that cannot be used, nobody knows.
    super(`${endpoint}: the answer is not usable: ${problem}`, {
      billed: status === 200 ? 'yes' : 'unknown',
      retryable: false,
    });
    this.status = status;
  }
}

/** The function given as `apiKey` failed, or gave something that cannot be a key. Nothing was sent. */
export class ApiKeyError extends DiditCallError {
  override readonly name = 'ApiKeyError';
  override readonly code = 'api-key';

  readonly #failure: unknown;

  constructor(endpoint: string, problem: string, failure?: unknown) {
    super(`${endpoint}: there is no API key to send: ${problem}`, { billed: 'no', retryable: true });
    this.#failure = failure;
  }

  /** What the function threw. Not the `cause`, which loggers print: it may speak of the key. */
  get failure(): unknown {
    return this.#failure;
  }
}

/** The client was closed. */
export class ClientClosedError extends DiditCallError {
  override readonly name = 'ClientClosedError';
  override readonly code = 'client-closed';

  constructor(endpoint: string) {
    super(`${endpoint}: the client is closed`, { billed: 'no', retryable: false });
  }
}

/**
 * Why calls are stopped. `unavailable`: Didit cannot be reached, fails, or takes too long. `unusable`: it answers what
 * cannot be used. `refused`: it refuses the key, or the account has no credits left.
 */
export type CircuitCause = 'unavailable' | 'unusable' | 'refused';

/** Calls of this endpoint fail, so this one was not made; see the option `circuitBreaker` of the client. */
export class CircuitOpenError extends DiditCallError {
  override readonly name = 'CircuitOpenError';
  override readonly code = 'circuit-open';

  constructor(
    endpoint: string,
    /** What made the calls before it fail. */
    readonly because: CircuitCause,
    /** Milliseconds until a call may try again. */
    readonly retryAfterMs: number,
  ) {
    super(`${endpoint}: not called, since calls before it failed (${because})`, { billed: 'no', retryable: true });
  }
}

/** As many calls as may wait do so already, or the time was up before it was this one's turn. It was not made. */
export class OverloadedError extends DiditCallError {
  override readonly name = 'OverloadedError';
  override readonly code = 'overloaded';
  /** Milliseconds until a call may try again: those that wait need a moment. */
  readonly retryAfterMs = 1_000;

  constructor(endpoint: string) {
    super(`${endpoint}: not called, since too many calls run and wait already`, { billed: 'no', retryable: true });
  }
}

/** Every error that a call can fail with once its arguments were accepted, told apart by `code`. */
export type AnyCallError =
  | AuthenticationError
  | PermissionError
  | InsufficientCreditsError
  | BadRequestError
  | RateLimitError
  | UnavailableError
  | NotFoundError
  | UnexpectedStatusError
  | ConnectionError
  | TimeoutError
  | AbortedError
  | BadResponseError
  | ApiKeyError
  | ClientClosedError
  | CircuitOpenError
  | OverloadedError;

/** True for an error of a call, also of another copy of this package. */
export function isCallError(value: unknown): value is AnyCallError {
  // IdentityIncompleteError is about two calls: it is billed as well, but has nothing else of these errors.
  return isDiditLivenessError(value) && 'billed' in value && value.code !== 'identity-incomplete';
}
