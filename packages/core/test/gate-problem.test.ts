import { describe, expect, it } from '@jest/globals';
import { createProblem, PROBLEM_TYPE_BASE, PROBLEMS, type ProblemCode } from '../src/gate/problem.js';

const DETAILS = { correlationId: 'c-1', typeBase: PROBLEM_TYPE_BASE };

/** The table of the architecture, section 5. */
const STATUSES: Record<ProblemCode, number> = {
  'malformed-upload': 400,
  'selfie-missing': 400,
  'selfie-duplicated': 400,
  'upload-timeout': 408,
  'selfie-too-large': 413,
  'unsupported-media-type': 415,
  'invalid-fields': 422,
  'selfie-unreadable': 422,
  'selfie-retake': 422,
  'liveness-declined': 403,
  'review-required': 403,
  'step-up-required': 403,
  'step-up-missing': 400,
  'step-up-pending': 409,
  'step-up-invalid': 403,
  'reference-missing': 409,
  'rate-limited': 429,
  'liveness-bad-response': 502,
  'liveness-unavailable': 503,
  'liveness-timeout': 504,
  'too-busy': 503,
};

describe('PROBLEMS', () => {
  it('has the codes and statuses that were agreed on', () => {
    const statuses = Object.entries(PROBLEMS).map(([code, { status }]) => [code, status]);

    expect(Object.fromEntries(statuses)).toEqual(STATUSES);
  });

  it('says retryable of nothing that the same request would meet again (E14)', () => {
    const retryable = Object.entries(PROBLEMS).flatMap(([code, facts]) => (facts.retryable ? [code] : []));

    expect(retryable).toEqual([
      'upload-timeout',
      'step-up-pending',
      'rate-limited',
      'liveness-unavailable',
      'too-busy',
      'liveness-timeout',
    ]);
  });

  it('names no limit that an application may have lowered', () => {
    expect(PROBLEMS['selfie-too-large'].title).toBe('The selfie is too large.');
    expect(
      Object.values(PROBLEMS)
        .map(({ title }) => title)
        .join(' '),
    ).not.toMatch(/\d/);
  });

  it('has titles that tell neither what was found nor who found it (H04, H06)', () => {
    const titles = Object.values(PROBLEMS).map(({ title }) => title);

    for (const title of titles) expect(title).toMatch(/^[A-Z].*\.$/);
    expect(titles.join(' ')).not.toMatch(/didit|score|attack|spoof|blocklist|duplicate|credit|key/i);
  });
});

describe('createProblem', () => {
  it('fills in the members of RFC 9457 and ours, and nothing else', () => {
    expect(createProblem('liveness-declined', DETAILS)).toEqual({
      type: 'urn:problem-type:didit-liveness:liveness-declined',
      title: 'The check was not passed.',
      status: 403,
      code: 'liveness-declined',
      correlationId: 'c-1',
      retryable: false,
    });
  });

  it('adds hints where there are some', () => {
    const hints = [{ code: 'email', message: 'is not an address' }];

    expect(createProblem('invalid-fields', { ...DETAILS, hints })).toMatchObject({ hints });
    expect('hints' in createProblem('invalid-fields', { ...DETAILS, hints: [] })).toBe(false);
  });

  it('takes another base for the type', () => {
    const { type } = createProblem('selfie-missing', { ...DETAILS, typeBase: 'https://example.com/problems#' });

    expect(type).toBe('https://example.com/problems#selfie-missing');
  });

  it.each<[ProblemCode, boolean | undefined, boolean]>([
    ['liveness-unavailable', undefined, true],
    ['liveness-unavailable', true, true],
    ['liveness-unavailable', false, false],
    ['liveness-timeout', false, false],
    ['liveness-bad-response', true, false],
    ['liveness-declined', undefined, false],
    ['liveness-declined', true, false],
  ])('says of %s with retryable %p: %p (P5)', (code, retryable, expected) => {
    const details = retryable === undefined ? DETAILS : { ...DETAILS, retryable };

    expect(createProblem(code, details).retryable).toBe(expected);
  });

  it('gives what nobody can change', () => {
    expect(Object.isFrozen(createProblem('selfie-missing', DETAILS))).toBe(true);
  });
});
