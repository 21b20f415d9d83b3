import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Decision } from '../src/policy/decide.js';
import { decideSession, type SessionOutcome } from '../src/policy/decide-session.js';
import { definePolicy, extendPolicy, type Policy } from '../src/policy/policy.js';
import { decodeSessionDecision } from '../src/wire/session.js';
import { SESSION_STATUSES } from '../src/wire/session-status.js';
import { decisionAnswer, livenessCheck, sessionFaceMatch } from './support/endpoint-answers.js';
import { anyPolicyOptions } from './support/policies.js';
import { AUTO_DECLINE_TAGS, KNOWN_TAGS, percentage } from './support/verdicts.js';

const lenient = definePolicy({ extends: 'lenient' });
const strict = definePolicy({ extends: 'strict' });
const RANKS: readonly Decision['outcome'][] = ['approved', 'review', 'declined'];

type WireSession = Partial<Record<keyof typeof decisionAnswer, unknown>>;

/** What a policy makes of a session, as it came over the wire. */
function outcomeOf(session: WireSession, policy: Policy = lenient): SessionOutcome {
  return decideSession(policy, decodeSessionDecision({ ...decisionAnswer, ...session }, 'the body'));
}

/** The decision on a session. Fails when there is none. */
function decisionOf(session: WireSession, policy: Policy = lenient): Decision {
  const result = outcomeOf(session, policy);
  if (result.kind !== 'decided') throw new Error(`the session is not decided but ${result.kind}`);
  return result.decision;
}

const warningOf = (risk: string, logType: string) => ({ risk, log_type: logType });

describe('the status of a session', () => {
  const expected: readonly (readonly [string, SessionOutcome['kind'], Decision['outcome'] | undefined])[] = [
    ['Not Started', 'pending', undefined],
    ['In Progress', 'pending', undefined],
    ['Awaiting User', 'pending', undefined],
    ['In Review', 'decided', 'review'],
    ['Approved', 'decided', 'approved'],
    ['Declined', 'decided', 'declined'],
    ['Resubmitted', 'pending', undefined],
    ['Expired', 'void', undefined],
    ['Kyc Expired', 'void', undefined],
    ['Abandoned', 'void', undefined],
  ];

  it('has a meaning for every one that Didit documents', () => {
    expect(expected.map(([status]) => status)).toEqual(SESSION_STATUSES);
  });

  it.each(expected)('means what it says, although every step was approved: %s', (status, kind, outcome) => {
    const result = outcomeOf({ status });

    expect(result.kind).toBe(kind);
    expect(result.kind === 'decided' ? result.decision.outcome : undefined).toBe(outcome);
  });

  it.each(['approved', 'APPROVED', 'Approved ', ' Approved', 'Aproved', '', 'Completed', 'toString', '__proto__'])(
    'is no result when this version does not know it: %j (P2)',
    (status) => {
      expect(outcomeOf({ status })).toEqual({ kind: 'void' });
    },
  );

  it.each([
    ['In Review', 'review'],
    ['Declined', 'decline'],
  ])('is a reason when it is no approval: %s', (status, action) => {
    expect(decisionOf({ status }).reasons).toEqual([{ rule: 'session.status', action }]);
  });

  it('is not made laxer by steps, nor they by it (P3)', () => {
    const declinedStep = { ...livenessCheck, status: 'Declined' };

    expect(decisionOf({ status: 'In Review', liveness_checks: [declinedStep] })).toMatchObject({
      outcome: 'declined',
      reasons: [
        { rule: 'session.status', action: 'review' },
        { rule: 'status', action: 'decline' },
      ],
    });
    expect(decisionOf({ status: 'Declined' }).outcome).toBe('declined');
  });
});

describe('the steps of a session', () => {
  it.each([
    ['null', null],
    ['missing', undefined],
    ['empty', []],
  ])('must hold a check of liveness, or an approval contradicts itself: %s (P2)', (_name, checks) => {
    const session = { status: 'Approved', liveness_checks: checks, face_matches: [sessionFaceMatch] };

    expect(decisionOf(session)).toMatchObject({
      outcome: 'declined',
      retakeable: false,
      reasons: [{ rule: 'session.contradiction', action: 'decline' }],
    });
  });

  it.each([null, undefined, []])('need not hold a comparison: %j', (faceMatches) => {
    expect(decisionOf({ face_matches: faceMatches }).outcome).toBe('approved');
  });

  it.each([
    ['Declined', 'declined'],
    ['In Review', 'review'],
    ['Not Finished', 'declined'],
    ['Resub Requested', 'declined'],
    ['Expired', 'declined'],
    ['approved', 'declined'],
  ])('all count, wherever one is that is not approved: %s (P2)', (status, outcome) => {
    const check = { ...livenessCheck, status };
    const match = { ...sessionFaceMatch, status };

    const decisions = [
      decisionOf({ liveness_checks: [check, livenessCheck] }),
      decisionOf({ liveness_checks: [livenessCheck, check] }),
      decisionOf({ face_matches: [match, sessionFaceMatch] }),
      decisionOf({ face_matches: [sessionFaceMatch, sessionFaceMatch, match] }),
    ];

    expect(decisions.map((decision) => decision.outcome)).toEqual(Array(4).fill(outcome));
    expect(decisions.map(({ reasons }) => reasons.map(({ rule }) => rule))).toEqual([
      ['status'],
      ['status'],
      ['faceMatch.status'],
      ['faceMatch.status'],
    ]);
  });

  it.each([
    ['an error', { warnings: [warningOf('SOMETHING_NEW', 'error')] }],
    ['a severity that nobody knows', { warnings: [warningOf('SOMETHING_NEW', 'critical')] }],
    ['no score', { score: null }],
  ])('contradict their approval with %s, and are declined (C18, C19)', (_name, part) => {
    expect(decisionOf({ liveness_checks: [{ ...livenessCheck, ...part }] })).toMatchObject({
      outcome: 'declined',
      reasons: expect.arrayContaining([{ rule: 'contradiction', action: 'decline' }]),
    });
    expect(decisionOf({ face_matches: [{ ...sessionFaceMatch, ...part }] })).toMatchObject({
      outcome: 'declined',
      reasons: expect.arrayContaining([{ rule: 'faceMatch.contradiction', action: 'decline' }]),
    });
  });

  it.each([
    [79, 'declined'],
    [80, 'declined'],
    [80.01, 'approved'],
  ])('are held to the limits of the policy for selfies at a score of %d (C21)', (score, outcome) => {
    const policy = extendPolicy(lenient, { score: { declineAtOrBelow: 80 }, faceMatch: { declineAtOrBelow: 80 } });

    const ofCheck = decisionOf({ liveness_checks: [livenessCheck, { ...livenessCheck, score }] }, policy);
    const ofMatch = decisionOf({ face_matches: [sessionFaceMatch, { ...sessionFaceMatch, score }] }, policy);

    expect([ofCheck.outcome, ofMatch.outcome]).toEqual([outcome, outcome]);
  });

  it('are held to the warnings of the policy', () => {
    const warnings = [warningOf('DUPLICATED_FACE', 'information')];
    const session = { liveness_checks: [{ ...livenessCheck, warnings }] };

    expect(decisionOf(session, definePolicy()).outcome).toBe('review');
    expect(decisionOf(session, strict).outcome).toBe('declined');
    expect(decisionOf(session, lenient).outcome).toBe('approved');
  });

  it.each(['ACTIVE_3D', 'FLASHING', 'active_3d'])(
    'of the method %s have no quality and brightness, and no limit on these asks for a review',
    (method) => {
      const check = { ...livenessCheck, method, face_quality: null, face_luminance: null };

      expect(decisionOf({ liveness_checks: [check] }, strict)).toMatchObject({ outcome: 'approved', reasons: [] });
    },
  );

  it('of the method PASSIVE have them, and are reviewed without (P2)', () => {
    const check = { ...livenessCheck, method: 'PASSIVE', face_quality: null, face_luminance: null };

    expect(decisionOf({ liveness_checks: [check] }, strict)).toMatchObject({
      outcome: 'review',
      reasons: [{ rule: 'faceQuality' }, { rule: 'faceLuminance' }],
    });
  });

  it.each(['ACTIVE_3D', 'PASSIVE'])('of the method %s are held to those figures that there are', (method) => {
    const check = { ...livenessCheck, method, face_quality: 10, face_luminance: 95 };

    expect(decisionOf({ liveness_checks: [check] }, strict).reasons).toMatchObject([
      { rule: 'faceQuality.reviewAtOrBelow', value: 10 },
      { rule: 'faceLuminance.declineAbove', value: 95 },
    ]);
  });

  it('give their reasons in the order: session, liveness, comparisons', () => {
    const session = {
      status: 'In Review',
      liveness_checks: [{ ...livenessCheck, score: 10 }],
      face_matches: [{ ...sessionFaceMatch, score: 10 }],
    };
    const policy = extendPolicy(lenient, { score: { declineAtOrBelow: 50 }, faceMatch: { reviewAtOrBelow: 50 } });

    expect(decisionOf(session, policy).reasons.map(({ rule }) => rule)).toEqual([
      'session.status',
      'score.declineAtOrBelow',
      'faceMatch.reviewAtOrBelow',
    ]);
  });
});

describe('a policy and any session', () => {
  const status = fc.oneof(
    { weight: 5, arbitrary: fc.constant('Approved') },
    { weight: 1, arbitrary: fc.constantFrom(...SESSION_STATUSES, 'Not Finished', 'approved', '') },
  );
  const warning = fc.record({
    risk: fc.constantFrom(...KNOWN_TAGS, 'NO_REFERENCE_IMAGE', 'LOW_FACE_MATCH_SIMILARITY', 'NEVER_HEARD_OF'),
    log_type: fc.constantFrom('information', 'information', 'warning', 'error', 'critical', undefined),
  });
  const step = { status, score: fc.option(percentage, { freq: 9 }), warnings: fc.array(warning, { maxLength: 1 }) };
  const check = fc.record({
    ...step,
    method: fc.constantFrom('PASSIVE', 'ACTIVE_3D', 'FLASHING'),
    face_quality: fc.option(percentage),
    face_luminance: fc.option(percentage),
  });
  const anySession = fc.record({
    status,
    liveness_checks: fc.option(fc.array(check, { maxLength: 2 }), { freq: 9 }),
    face_matches: fc.option(fc.array(fc.record(step), { maxLength: 2 })),
  });

  /** How strict an outcome is; no result is stricter than any. */
  function rankOf(result: SessionOutcome): number {
    return result.kind === 'decided' ? RANKS.indexOf(result.decision.outcome) : RANKS.length;
  }

  it('approve only what Didit approved in every part, and nothing contradicts (P1, P3)', () => {
    fc.assert(
      fc.property(anyPolicyOptions, anySession, (options, session) => {
        const result = outcomeOf(session, definePolicy(options));
        if (result.kind !== 'decided' || result.decision.outcome !== 'approved') return;

        const checks = session.liveness_checks ?? [];
        const steps = [...checks, ...(session.face_matches ?? [])];
        const forbidden = steps
          .flatMap(({ warnings }) => warnings)
          .filter(
            ({ risk, log_type: logType }) =>
              [...AUTO_DECLINE_TAGS, 'NO_REFERENCE_IMAGE'].includes(risk) ||
              logType === 'error' ||
              logType === 'critical',
          );

        expect(session.status).toBe('Approved');
        expect(checks.length).toBeGreaterThan(0);
        expect(steps.filter((one) => one.status !== 'Approved' || one.score === null)).toEqual([]);
        expect(forbidden).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('give what the laxest policy gives, or something stricter (P1)', () => {
    const relaxable = KNOWN_TAGS.filter((risk) => !AUTO_DECLINE_TAGS.includes(risk));
    const laxest = definePolicy({
      extends: 'lenient',
      warnings: Object.fromEntries(relaxable.map((risk) => [risk, 'approve'])),
      unknownWarning: 'approve',
      unknownInformation: 'approve',
    });

    fc.assert(
      fc.property(anyPolicyOptions, anySession, (options, session) => {
        const policy = definePolicy(options);

        expect(rankOf(outcomeOf(session, policy))).toBeGreaterThanOrEqual(rankOf(outcomeOf(session, laxest)));
      }),
      { numRuns: 500 },
    );
  });

  it('are never laxer for a higher limit', () => {
    fc.assert(
      fc.property(anySession, percentage, percentage, (session, one, other) => {
        const at = (limit: number) => {
          const limits = { declineAtOrBelow: limit < 1 ? 0 : limit };
          return rankOf(outcomeOf(session, extendPolicy(lenient, { score: limits, faceMatch: limits })));
        };

        expect(at(Math.max(one, other))).toBeGreaterThanOrEqual(at(Math.min(one, other)));
      }),
      { numRuns: 300 },
    );
  });

  it('give the same every time, frozen, under the id of the policy, and change nothing', () => {
    fc.assert(
      fc.property(anyPolicyOptions, anySession, (options, session) => {
        const policy = definePolicy(options);
        const decoded = decodeSessionDecision({ ...decisionAnswer, ...session }, 'the body');
        const before = JSON.stringify([policy, decoded]);

        const result = decideSession(policy, decoded);

        expect(decideSession(policy, decoded)).toEqual(result);
        expect(JSON.stringify([policy, decoded])).toBe(before);
        const decision = result.kind === 'decided' ? result.decision : undefined;
        expect([decision?.policyId]).toEqual([decision && policy.policyId]);
        expect(Object.isFrozen(decision)).toBe(true);
      }),
    );
  });
});
