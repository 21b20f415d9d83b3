import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type FailedAttempt, planRetry, type RetryContext } from '../src/client/retry.js';

const FIRST: RetryContext = {
  earlier: 0,
  remainingMs: 10_000,
  retryAmbiguous: false,
  retryRateLimited: true,
  random: 0,
};
const REFUSED: FailedAttempt = { kind: 'not-sent', reason: 'ECONNREFUSED' };
const LIMITED: FailedAttempt = { kind: 'rate-limited', retryAfterMs: undefined };

describe('planRetry', () => {
  it.each(['ECONNREFUSED', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'])(
    'tries at most twice again after %s, with nothing sent (C36, C37)',
    (reason) => {
      const delays = [0, 1, 2].map((earlier) => planRetry({ kind: 'not-sent', reason }, { ...FIRST, earlier }));

      expect(delays).toEqual([25, 50, undefined]);
    },
  );

  it.each([
    'ENOTFOUND',
    'INVALID_PURPOSE',
    'unknown reason',
    'CERT_HAS_EXPIRED',
    'CERT_NOT_YET_VALID',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'HOSTNAME_MISMATCH',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  ])('never tries again after %s (C34, C36)', (reason) => {
    expect(planRetry({ kind: 'not-sent', reason }, FIRST)).toBeUndefined();
  });

  it('never sends again what may have been paid for (C09, C38)', () => {
    expect(planRetry({ kind: 'ambiguous' }, FIRST)).toBeUndefined();
  });

  it('sends it again once when the caller accepts to pay twice (C38)', () => {
    const context = { ...FIRST, retryAmbiguous: true };

    expect(planRetry({ kind: 'ambiguous' }, context)).toBe(100);
    expect(planRetry({ kind: 'ambiguous' }, { ...context, earlier: 1 })).toBeUndefined();
  });

  it('never tries again after what it does not know', () => {
    expect(planRetry({ kind: 'something-new' } as never, { ...FIRST, retryAmbiguous: true })).toBeUndefined();
  });

  it('sends once again after 408 (C06)', () => {
    expect(planRetry({ kind: 'request-timeout' }, FIRST)).toBe(25);
    expect(planRetry({ kind: 'request-timeout' }, { ...FIRST, earlier: 1 })).toBeUndefined();
  });

  it('leaves a 429 to a caller that paces its calls itself (C08)', () => {
    expect(planRetry(LIMITED, { ...FIRST, retryRateLimited: false })).toBeUndefined();
  });

  it('doubles the backoff from one 429 to the next, five times (C08)', () => {
    const delays = [0, 1, 2, 3, 4, 5].map((earlier) => planRetry(LIMITED, { ...FIRST, remainingMs: 60_000, earlier }));

    expect(delays).toEqual([500, 1_000, 2_000, 4_000, 8_000, undefined]);
  });

  it.each([
    [0, 500],
    [200, 500],
    [3_000, 3_000],
  ])('waits the longer of Retry-After and backoff: %i ms asked (C08)', (retryAfterMs, expected) => {
    expect(planRetry({ kind: 'rate-limited', retryAfterMs }, FIRST)).toBe(expected);
  });

  it.each([
    [500, undefined],
    [500.001, 500],
    [0, undefined],
  ])('waits only if that ends before the deadline: %d ms left (C08)', (remainingMs, expected) => {
    expect(planRetry(LIMITED, { ...FIRST, remainingMs })).toBe(expected);
  });

  it('jitters between half and the whole of the backoff', () => {
    expect(planRetry(REFUSED, { ...FIRST, random: 0 })).toBe(25);
    expect(planRetry(REFUSED, { ...FIRST, random: 0.5 })).toBe(37.5);
    expect(planRetry(REFUSED, { ...FIRST, random: 0.999 })).toBeCloseTo(50, 1);
  });

  it('waits within the deadline and never pays twice uninvited, whatever happened (P5, P17)', () => {
    const attempt = fc.oneof(
      fc.record({ kind: fc.constant('not-sent' as const), reason: fc.string() }),
      fc.record({ kind: fc.constant('ambiguous' as const) }),
      fc.record({
        kind: fc.constant('rate-limited' as const),
        retryAfterMs: fc.option(fc.nat(), { nil: undefined }),
      }),
      fc.record({ kind: fc.constant('request-timeout' as const) }),
    );
    const context = fc.record({
      earlier: fc.nat(10),
      remainingMs: fc.nat(120_000),
      retryAmbiguous: fc.boolean(),
      retryRateLimited: fc.boolean(),
      random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    });

    fc.assert(
      fc.property(attempt, context, (failed, around) => {
        const delay = planRetry(failed, around);
        if (delay === undefined) return true;
        const invited = failed.kind !== 'ambiguous' || around.retryAmbiguous;
        return invited && delay > 0 && delay < around.remainingMs && around.earlier < 5;
      }),
    );
  });
});
