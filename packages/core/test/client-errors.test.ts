import { describe, expect, it } from '@jest/globals';
import {
  AbortedError,
  type AnswerFacts,
  ApiKeyError,
  AuthenticationError,
  BadRequestError,
  BadResponseError,
  CircuitOpenError,
  ClientClosedError,
  ConnectionError,
  DiditApiError,
  DiditCallError,
  InsufficientCreditsError,
  isCallError,
  NotFoundError,
  OverloadedError,
  PermissionError,
  RateLimitError,
  TimeoutError,
  UnavailableError,
  UnexpectedStatusError,
} from '../src/client/errors.js';
import { InvalidOptionError, isDiditLivenessError } from '../src/errors.js';
import { expectNoCanary, KEY_CANARY, PICTURE_CANARY, VENDOR_CANARY } from './support/canaries.js';

const ENDPOINT = 'POST /v3/passive-liveness/';

function answered(status: number): AnswerFacts {
  const body = JSON.stringify({ vendor_data: VENDOR_CANARY, key: KEY_CANARY, picture: PICTURE_CANARY });
  return { endpoint: ENDPOINT, status, requestId: 'req-1', body, complaints: [VENDOR_CANARY], retryAfterMs: 3_000 };
}

const apiErrors = [
  {
    error: new AuthenticationError(answered(401)),
    expected: { name: 'AuthenticationError', code: 'authentication', billed: 'no', retryable: false, status: 401 },
    summary: 'the API key is wrong, revoked or expired',
  },
  {
    error: new PermissionError(answered(403)),
    expected: { name: 'PermissionError', code: 'permission', billed: 'no', retryable: false, status: 403 },
    summary: 'the API key is missing, rejected or not allowed to do this',
  },
  {
    error: new InsufficientCreditsError(answered(402)),
    expected: {
      name: 'InsufficientCreditsError',
      code: 'insufficient-credits',
      billed: 'no',
      retryable: false,
      status: 402,
    },
    summary: 'the account has not enough credits',
  },
  {
    error: new BadRequestError(answered(400), 'image'),
    expected: {
      name: 'BadRequestError',
      code: 'bad-request',
      billed: 'no',
      retryable: false,
      status: 400,
      subject: 'image',
    },
    summary: 'the picture cannot be read',
  },
  {
    error: new BadRequestError(answered(413), 'image-size'),
    expected: { code: 'bad-request', billed: 'no', retryable: false, status: 413, subject: 'image-size' },
    summary: 'the picture is too large',
  },
  {
    error: new BadRequestError(answered(400), 'request'),
    expected: { code: 'bad-request', billed: 'no', retryable: false, status: 400, subject: 'request' },
    summary: 'the request is not accepted',
  },
  {
    error: new BadRequestError(answered(400), 'no-face'),
    expected: { code: 'bad-request', billed: 'no', retryable: false, status: 400, subject: 'no-face' },
    summary: 'there is no face in the picture',
  },
  {
    error: new BadRequestError(answered(400), 'reference-image'),
    expected: { code: 'bad-request', billed: 'no', retryable: false, status: 400, subject: 'reference-image' },
    summary: 'the picture to compare with cannot be used',
  },
  {
    error: new AuthenticationError({ ...answered(401), ofAccount: true }),
    expected: { code: 'authentication', billed: 'no', retryable: false, status: 401 },
    summary: 'the e-mail address, password, code or token is wrong or expired',
  },
  {
    error: new PermissionError({ ...answered(403), ofAccount: true }),
    expected: { code: 'permission', billed: 'no', retryable: false, status: 403 },
    summary: 'the account is locked or not allowed to do this',
  },
  {
    error: new NotFoundError(answered(404)),
    expected: { name: 'NotFoundError', code: 'not-found', billed: 'no', retryable: false, status: 404 },
    summary: 'there is nothing of this name, or not for this key',
  },
  {
    error: new RateLimitError(answered(429)),
    expected: { name: 'RateLimitError', code: 'too-many-requests', billed: 'no', retryable: true, status: 429 },
    summary: 'the rate limit is reached',
  },
  {
    error: new UnavailableError(answered(503), 'unknown'),
    expected: { name: 'UnavailableError', code: 'unavailable', billed: 'unknown', retryable: true, status: 503 },
    summary: 'the service failed',
  },
  {
    error: new UnexpectedStatusError(answered(307), 'unknown'),
    expected: {
      name: 'UnexpectedStatusError',
      code: 'unexpected-status',
      billed: 'unknown',
      retryable: false,
      status: 307,
    },
    summary: 'this status is not part of the API',
  },
];

const otherErrors = [
  {
    error: new ConnectionError(ENDPOINT, false, 'ECONNREFUSED'),
    expected: {
      name: 'ConnectionError',
      code: 'connection',
      billed: 'no',
      retryable: true,
      sent: false,
      reason: 'ECONNREFUSED',
    },
    message: `${ENDPOINT}: no connection could be made (ECONNREFUSED)`,
  },
  {
    error: new ConnectionError(ENDPOINT, true, 'ECONNRESET'),
    expected: { code: 'connection', billed: 'unknown', retryable: true, sent: true, reason: 'ECONNRESET' },
    message: `${ENDPOINT}: the connection broke before the answer (ECONNRESET)`,
  },
  {
    error: new TimeoutError(ENDPOINT, 10_000, { billed: 'unknown' }),
    expected: { name: 'TimeoutError', code: 'timeout', billed: 'unknown', retryable: true },
    message: `${ENDPOINT}: no complete answer within 10000 ms`,
  },
  {
    error: new AbortedError(ENDPOINT, 'no'),
    expected: { name: 'AbortedError', code: 'aborted', billed: 'no', retryable: false },
    message: `${ENDPOINT}: aborted by the caller`,
  },
  {
    error: new BadResponseError(ENDPOINT, 'it is not JSON', 200),
    expected: { name: 'BadResponseError', code: 'bad-response', billed: 'yes', retryable: false, status: 200 },
    message: `${ENDPOINT}: the answer is not usable: it is not JSON`,
  },
  {
    error: new BadResponseError(ENDPOINT, 'it broke off', 500),
    expected: { code: 'bad-response', billed: 'unknown', retryable: false, status: 500 },
    message: `${ENDPOINT}: the answer is not usable: it broke off`,
  },
  {
    error: new BadResponseError(ENDPOINT, 'it is compressed', 201),
    expected: { code: 'bad-response', billed: 'unknown', retryable: false, status: 201 },
    message: `${ENDPOINT}: the answer is not usable: it is compressed`,
  },
  {
    error: new BadResponseError(ENDPOINT, 'it is not HTTP', null),
    expected: { code: 'bad-response', billed: 'unknown', retryable: false, status: null },
    message: `${ENDPOINT}: the answer is not usable: it is not HTTP`,
  },
  {
    error: new ApiKeyError(ENDPOINT, 'the function failed', new Error('the vault is sealed')),
    expected: { name: 'ApiKeyError', code: 'api-key', billed: 'no', retryable: true },
    message: `${ENDPOINT}: there is no API key to send: the function failed`,
  },
  {
    error: new ClientClosedError(ENDPOINT),
    expected: { name: 'ClientClosedError', code: 'client-closed', billed: 'no', retryable: false },
    message: `${ENDPOINT}: the client is closed`,
  },
  {
    error: new CircuitOpenError(ENDPOINT, 'unusable', 250),
    expected: {
      name: 'CircuitOpenError',
      code: 'circuit-open',
      billed: 'no',
      retryable: true,
      because: 'unusable',
      retryAfterMs: 250,
    },
    message: `${ENDPOINT}: not called, since calls before it failed (unusable)`,
  },
  {
    error: new OverloadedError(ENDPOINT),
    expected: { name: 'OverloadedError', code: 'overloaded', billed: 'no', retryable: true, retryAfterMs: 1_000 },
    message: `${ENDPOINT}: not called, since too many calls run and wait already`,
  },
];

describe('errors of an answer', () => {
  it.each(apiErrors)(
    '$error.code with $error.status says what is known and what it cost',
    ({ error, expected, summary }) => {
      expect(error).toMatchObject(expected);
      expect(error).toMatchObject({ requestId: 'req-1', retryAfterMs: 3_000, body: answered(0).body });
      expect(error.complaints).toEqual([VENDOR_CANARY]);
      expect(error.message).toBe(`${ENDPOINT} answered ${error.status}: ${summary}`);
      expect(error).toBeInstanceOf(DiditApiError);
    },
  );

  it.each(apiErrors)(
    '$error.code with $error.status gives loggers no text from upstream (D03, D04, P8)',
    ({ error }) => {
      const { name, code, message, billed, retryable, status, requestId } = error;

      expect(error.toJSON()).toEqual({ name, code, message, billed, retryable, status, requestId });
      expectNoCanary(error);
      expectNoCanary(new Error('wrapped', { cause: error }));
    },
  );
});

describe('an answer that complains of nothing', () => {
  it('gives no complaints', () => {
    const { complaints: _, ...facts } = answered(429);

    expect(new RateLimitError(facts).complaints).toEqual([]);
  });
});

describe('errors without an answer', () => {
  it.each(otherErrors)('$error.code says what is known and what it cost: $message', ({ error, expected, message }) => {
    expect(error).toMatchObject(expected);
    expect(error.message).toBe(message);
    expect(error).toBeInstanceOf(DiditCallError);
    expect(error.toJSON()).toEqual({
      name: error.name,
      code: error.code,
      message,
      billed: error.billed,
      retryable: error.retryable,
    });
  });

  it('keep what the apiKey function threw as their failure, and nothing where there is none', () => {
    const failure = new Error('the vault is sealed');

    expect(new ApiKeyError(ENDPOINT, 'it failed', failure).failure).toBe(failure);
    expect(new ApiKeyError(ENDPOINT, 'it failed').failure).toBeUndefined();
  });

  it.each([
    ['an error', new Error(`denied for ${KEY_CANARY}`, { cause: VENDOR_CANARY })],
    ['text', KEY_CANARY],
    ['an object', { key: KEY_CANARY }],
  ])('give no logger what the apiKey function threw: %s (D03, P8)', (_name, failure) => {
    const error = new ApiKeyError(ENDPOINT, 'it failed', failure);

    expectNoCanary(error);
    expectNoCanary(new Error('wrapped', { cause: error }));
    expectNoCanary(Object.fromEntries(Object.entries(error)));
    expect(Reflect.ownKeys(error)).not.toContain('failure');
  });
});

describe('every error of a call', () => {
  const all = [...apiErrors, ...otherErrors].map(({ error }) => error);

  it.each(all)('$name shows its name and message where it is printed', (error) => {
    expect(String(error)).toBe(`${error.name}: ${error.message}`);
    expect(isDiditLivenessError(error)).toBe(true);
    expect(isCallError(error)).toBe(true);
  });

  it.each(all)('$name has no cause, which loggers would print (P8)', (error) => {
    expect('cause' in error).toBe(false);
  });

  it('is told from other errors', () => {
    expect(isCallError(new InvalidOptionError('no', 'apiKey'))).toBe(false);
    expect(isCallError(Object.assign(new Error('billed'), { billed: 'no', retryable: false }))).toBe(false);
    expect(isCallError({ code: 'timeout', billed: 'no', retryable: false })).toBe(false);
    expect(isCallError(undefined)).toBe(false);
  });

  it('is recognised when it comes from another copy of the package (F09)', () => {
    const foreign = Object.assign(new Error('no answer'), { code: 'timeout', billed: 'unknown' });
    Object.defineProperty(foreign, Symbol.for('didit-liveness.error'), { value: true });

    expect(isCallError(foreign)).toBe(true);
  });
});

describe('afterAmbiguousAttempt', () => {
  it.each([
    [new AbortedError(ENDPOINT, 'no'), 'unknown'],
    [new AbortedError(ENDPOINT, 'unknown'), 'unknown'],
    [new BadResponseError(ENDPOINT, 'it is not JSON', 200), 'yes'],
    [new BadResponseError(ENDPOINT, 'it is not HTTP', null), 'unknown'],
  ])('turns %s into one that was billed: %s', (error, billed) => {
    expect(error.afterAmbiguousAttempt()).toBe(error);
    expect(error.billed).toBe(billed);
  });
});
