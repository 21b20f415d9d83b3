import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
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
  InsufficientCreditsError,
  OverloadedError,
  PermissionError,
  RateLimitError,
  TimeoutError,
  UnavailableError,
  UnexpectedStatusError,
} from '../src/client/errors.js';
import { problemOfCall } from '../src/gate/upstream.js';

const ENDPOINT = 'POST /v3/passive-liveness/';

function answered(status: number, retryAfterMs?: number): AnswerFacts {
  return { endpoint: ENDPOINT, status, requestId: null, body: '', retryAfterMs };
}

describe('problemOfCall', () => {
  it.each([
    ['a picture that cannot be read', new BadRequestError(answered(400), 'image'), 'selfie-unreadable'],
    ['a picture that is too large', new BadRequestError(answered(413), 'image-size'), 'selfie-too-large'],
    ['a picture without a face', new BadRequestError(answered(400), 'no-face'), 'selfie-unreadable'],
    ['another picture', new BadRequestError(answered(400), 'reference-image'), 'liveness-bad-response'],
    ['another complaint', new BadRequestError(answered(400), 'request'), 'liveness-bad-response'],
    ['a timeout', new TimeoutError(ENDPOINT, 10_000, { billed: 'unknown' }), 'liveness-timeout'],
    ['504', new UnavailableError(answered(504, 5_000), 'unknown'), 'liveness-timeout'],
    ['an answer that is none', new BadResponseError(ENDPOINT, 'it is not JSON', 200), 'liveness-bad-response'],
    ['a redirect', new UnexpectedStatusError(answered(307), 'unknown'), 'liveness-bad-response'],
  ] as const)('answers %s without Retry-After (C01-C05, C07, C12, C29)', (_name, error, code) => {
    expect(problemOfCall(error)).toEqual({ code });
  });

  it.each([
    ['a refused key', new AuthenticationError(answered(401))],
    ['missing permission', new PermissionError(answered(403))],
    ['missing credits', new InsufficientCreditsError(answered(402))],
    ['500', new UnavailableError(answered(500), 'unknown')],
    ['408', new UnavailableError(answered(408), 'no')],
    ['429 without Retry-After', new RateLimitError(answered(429))],
    ['a broken connection', new ConnectionError(ENDPOINT, true, 'ECONNRESET')],
    ['no key', new ApiKeyError(ENDPOINT, 'the function failed')],
    ['a closed client', new ClientClosedError(ENDPOINT)],
    ['an abort', new AbortedError(ENDPOINT, 'unknown')],
  ] as const)('answers %s as not available for ten seconds, never as a failed check (C02-C04, C09)', (_name, error) => {
    expect(problemOfCall(error)).toEqual({ code: 'liveness-unavailable', retryAfterSeconds: 10 });
  });

  it.each([
    [0, 1],
    [1, 1],
    [1_000, 1],
    [1_001, 2],
    [120_000, 120],
    [120_001, 120],
    [2_300_000_000_000, 120],
  ])('turns %i ms of Retry-After into %i seconds (C08, C11)', (retryAfterMs, retryAfterSeconds) => {
    const expected = { code: 'liveness-unavailable', retryAfterSeconds };

    expect(problemOfCall(new RateLimitError(answered(429, retryAfterMs)))).toEqual(expected);
    expect(problemOfCall(new UnavailableError(answered(503, retryAfterMs), 'unknown'))).toEqual(expected);
    expect(problemOfCall(new CircuitOpenError(ENDPOINT, 'unavailable', retryAfterMs))).toEqual(expected);
  });

  it('asks for a second where calls wait for each other (E13)', () => {
    const expected = { code: 'liveness-unavailable', retryAfterSeconds: 1 };

    expect(problemOfCall(new OverloadedError(ENDPOINT))).toEqual(expected);
  });

  it('answers a code that only another copy of the package knows as not available (P1)', () => {
    const unknown = { code: 'brand-new' } as unknown as Parameters<typeof problemOfCall>[0];

    expect(problemOfCall(unknown)).toEqual({ code: 'liveness-unavailable', retryAfterSeconds: 10 });
  });

  it('always asks for a whole number of seconds from 1 to 120 (C08)', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e15, noNaN: true }), (retryAfterMs) => {
        const { retryAfterSeconds } = problemOfCall(new RateLimitError(answered(429, retryAfterMs)));
        return (
          Number.isInteger(retryAfterSeconds) && Number(retryAfterSeconds) >= 1 && Number(retryAfterSeconds) <= 120
        );
      }),
    );
  });
});
