import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { decide, type Decision } from '../src/policy/decide.js';
import { definePolicy, extendPolicy, type Policy, type PolicyRules } from '../src/policy/policy.js';
import { UndecodableError } from '../src/wire/decoding.js';
import { decodePassiveLiveness } from '../src/wire/passive-liveness.js';
import type { LivenessVerdict } from '../src/wire/verdict.js';
import {
  advisoryAnswer,
  approvedAnswer,
  blocklistedAnswer,
  bodyOf,
  earlyAnswer,
  noFaceAnswer,
  spoofAnswer,
} from './support/answers.js';
import { ACTIONS, anyPolicyOptions, PRESET_NAMES } from './support/policies.js';
import {
  anyMatch,
  anyVerdict,
  anyWarning,
  AUTO_DECLINE_TAGS,
  KNOWN_TAGS,
  LOG_TYPES,
  matchOf,
  percentage,
  verdictOf,
  type VerdictParts,
  warning,
} from './support/verdicts.js';

const lenient = definePolicy({ extends: 'lenient' });
const STRICTNESS: readonly Decision['outcome'][] = ['approved', 'review', 'declined'];
const MENDABLE_TAGS = [
  'NO_FACE_DETECTED',
  'MULTIPLE_FACES_DETECTED',
  'MULTIPLE_FACES',
  'LOW_FACE_QUALITY',
  'LOW_FACE_LUMINANCE',
  'HIGH_FACE_LUMINANCE',
];
const MENDABLE_RULES = ['faceQuality.declineAtOrBelow', 'faceLuminance.declineBelow', 'faceLuminance.declineAbove'];

describe('decide', () => {
  it('approves a verdict without a flaw, for no reason', () => {
    const policy = definePolicy();

    expect(decide(policy, verdictOf())).toEqual({
      outcome: 'approved',
      retakeable: false,
      reasons: [],
      hints: [],
      policyId: policy.policyId,
    });
  });

  it.each([
    ['C21 at the limit minus one', 79, 'declined'],
    ['C21 at the limit', 80, 'declined'],
    ['C21 just over the limit', 80.01, 'approved'],
    ['C21 at the limit plus one', 81, 'approved'],
  ])('declines a score at or below the limit: %s', (_name, score, outcome) => {
    const policy = extendPolicy(lenient, { score: { declineAtOrBelow: 80 } });

    expect(decide(policy, verdictOf({ score })).outcome).toBe(outcome);
  });

  it.each<[string, string, readonly string[]]>([
    ['score', 'declineAtOrBelow', ['declined', 'declined', 'approved']],
    ['score', 'reviewAtOrBelow', ['review', 'review', 'approved']],
    ['faceQuality', 'declineAtOrBelow', ['declined', 'declined', 'approved']],
    ['faceQuality', 'reviewAtOrBelow', ['review', 'review', 'approved']],
    ['faceLuminance', 'declineBelow', ['declined', 'approved', 'approved']],
    ['faceLuminance', 'reviewBelow', ['review', 'approved', 'approved']],
    ['faceLuminance', 'declineAbove', ['approved', 'approved', 'declined']],
    ['faceLuminance', 'reviewAbove', ['approved', 'approved', 'review']],
  ])('C21 holds %s against %s at t-1, t and t+1', (section, limit, outcomes) => {
    const policy = extendPolicy(lenient, { [section]: { [limit]: 50 } });

    const decisions = [49, 50, 51].map((value) => decide(policy, verdictOf({ [section]: value })));
    const rules = decisions.flatMap(({ reasons }) => reasons.map(({ rule }) => rule));

    expect(decisions.map(({ outcome }) => outcome)).toEqual(outcomes);
    expect([...new Set(rules)]).toEqual([`${section}.${limit}`]);
  });

  it.each([
    [0, 0, 'declined'],
    [0, 0.01, 'approved'],
    [100, 100, 'declined'],
    [null, 0, 'approved'],
  ])('C21 holds a limit of %p against a score of %d', (declineAtOrBelow, score, outcome) => {
    expect(decide(extendPolicy(lenient, { score: { declineAtOrBelow } }), verdictOf({ score })).outcome).toBe(outcome);
  });

  it.each(['score', 'faceQuality', 'faceLuminance'] as const)(
    'P2 reviews an approval whose %s has a limit and is not known',
    (name) => {
      const limits = {
        score: { declineAtOrBelow: 1 },
        faceQuality: { declineAtOrBelow: 1 },
        faceLuminance: { reviewAbove: 99 },
      };
      const unmeasured = { [name]: null };

      expect(decide(extendPolicy(lenient, { [name]: limits[name] }), verdictOf(unmeasured))).toMatchObject({
        outcome: 'review',
        reasons: [{ rule: name, value: null, action: 'review' }],
      });
      expect(decide(lenient, verdictOf(unmeasured)).outcome).toBe('approved');
    },
  );

  it('has no reason about a number that an unapproved verdict lacks', () => {
    const strict = definePolicy({ extends: 'strict' });
    const verdict = verdictOf({ status: 'Declined', score: null, faceQuality: null, faceLuminance: null });

    expect(decide(strict, verdict).reasons).toEqual([{ rule: 'status', action: 'decline' }]);
  });

  it.each([
    ['C22 no warnings', []],
    ['C22 information only', [warning('DUPLICATED_FACE', 'information')]],
  ])('declines what Didit declined with %s, not to be mended', (_name, warnings) => {
    const decision = decide(lenient, verdictOf({ status: 'Declined', score: 99, warnings }));

    expect(decision).toMatchObject({ outcome: 'declined', retakeable: false });
    expect(decision.reasons).toContainEqual({ rule: 'status', action: 'decline' });
  });

  it('C22 lets the warning speak for what Didit declined because of it', () => {
    const verdict = verdictOf({ status: 'Declined', warnings: [warning('NO_FACE_DETECTED', 'error')] });

    expect(decide(lenient, verdict).reasons).toEqual([
      { rule: 'autoDecline', risk: 'NO_FACE_DETECTED', action: 'decline' },
    ]);
  });

  it('C17 reviews what Didit reviews, at least', () => {
    expect(decide(lenient, verdictOf({ status: 'In Review' }))).toMatchObject({
      outcome: 'review',
      reasons: [{ rule: 'status', action: 'review' }],
    });
    expect(decide(lenient, verdictOf({ status: 'In Review', warnings: [warning('X', 'error')] })).outcome).toBe(
      'declined',
    );
  });

  it('P2 lets no status pass that no type allows', () => {
    const verdict = { ...verdictOf(), status: 'Expired' } as unknown as LivenessVerdict;
    const explained = { ...verdict, warnings: [warning('NO_FACE_DETECTED', 'error')] };

    expect(decide(lenient, verdict)).toMatchObject({ outcome: 'declined', reasons: [{ rule: 'status' }] });
    expect(decide(lenient, explained)).toMatchObject({ outcome: 'declined', retakeable: false });
  });

  it.each(['auto-decline-tag', 'error-warning', 'no-face'] as const)(
    'C18 C19 C28 declines the contradiction %s, not to be mended',
    (one) => {
      const verdict = verdictOf({
        status: 'Declined',
        contradictions: [one],
        warnings: [warning('NO_FACE_DETECTED', 'error')],
      });

      expect(decide(lenient, verdict)).toMatchObject({ outcome: 'declined', retakeable: false, hints: [] });
      expect(decide(lenient, verdict).reasons[0]).toEqual({ rule: 'contradiction', action: 'decline' });
    },
  );

  it.each([
    ['P3 approves', 'approve', 'approved'],
    ['reviews', 'review', 'review'],
    ['declines', 'decline', 'declined'],
  ] as const)('%s a tag as it is configured, below the severity error (H07)', (_name, action, outcome) => {
    const policy = extendPolicy(lenient, { warnings: { DUPLICATED_FACE: action } });
    const outcomes = LOG_TYPES.map(
      (logType) => decide(policy, verdictOf({ warnings: [warning('DUPLICATED_FACE', logType)] })).outcome,
    );

    expect(outcomes).toEqual(['declined', outcome, outcome]);
  });

  it.each([
    ['error', 'declined', 'severity'],
    ['warning', 'review', 'severityDefault'],
    ['information', 'approved', 'severityDefault'],
  ] as const)('decides a tag that is not named by its severity: %s', (logType, outcome, rule) => {
    const verdict = verdictOf({ warnings: [warning('AGE_NOT_DETECTED', logType)] });

    expect(decide(lenient, verdict)).toMatchObject({ outcome, reasons: [{ rule, risk: 'AGE_NOT_DETECTED' }] });
  });

  it.each(ACTIONS)('C23 decides an unknown tag as it is configured: %s', (action) => {
    const policy = definePolicy({ unknownWarning: action, unknownInformation: action });
    const reasons = LOG_TYPES.map(
      (logType) => decide(policy, verdictOf({ warnings: [warning('NEVER_HEARD_OF', logType)] })).reasons,
    );

    expect(reasons).toEqual([
      [{ rule: 'severity', risk: 'NEVER_HEARD_OF', action: 'decline' }],
      [{ rule: 'unknownWarning', risk: 'NEVER_HEARD_OF', action }],
      [{ rule: 'unknownInformation', risk: 'NEVER_HEARD_OF', action }],
    ]);
  });

  it.each(['toString', '__proto__', 'constructor', ''])('C23 takes the tag %j for an unknown one', (risk) => {
    expect(decide(lenient, verdictOf({ warnings: [warning(risk, 'warning')] }))).toMatchObject({
      outcome: 'review',
      reasons: [{ rule: 'unknownWarning', risk }],
    });
  });

  it('names every rule that fired, in the order of the rules, whatever was decided', () => {
    const policy = definePolicy({
      extends: 'lenient',
      score: { declineAtOrBelow: 50, reviewAtOrBelow: 80 },
      faceQuality: { declineAtOrBelow: 20, reviewAtOrBelow: 40 },
      faceLuminance: { declineBelow: 10, reviewBelow: 30 },
    });
    const verdict = verdictOf({
      status: 'In Review',
      score: 40,
      faceQuality: 15,
      faceLuminance: 5,
      warnings: [
        warning('FACE_IN_BLOCKLIST', 'warning'),
        warning('LOW_LIVENESS_SCORE', 'error'),
        warning('DUPLICATED_FACE', 'information'),
        warning('AGE_NOT_DETECTED', 'information'),
        warning('NEW_ONE', 'warning'),
        warning('NEW_ONE', 'information'),
      ],
    });

    expect(decide(policy, verdict).reasons).toEqual([
      { rule: 'status', action: 'review' },
      { rule: 'score.declineAtOrBelow', value: 40, limit: 50, action: 'decline' },
      { rule: 'score.reviewAtOrBelow', value: 40, limit: 80, action: 'review' },
      { rule: 'faceQuality.declineAtOrBelow', value: 15, limit: 20, action: 'decline' },
      { rule: 'faceQuality.reviewAtOrBelow', value: 15, limit: 40, action: 'review' },
      { rule: 'faceLuminance.declineBelow', value: 5, limit: 10, action: 'decline' },
      { rule: 'faceLuminance.reviewBelow', value: 5, limit: 30, action: 'review' },
      { rule: 'autoDecline', risk: 'FACE_IN_BLOCKLIST', action: 'decline' },
      { rule: 'severity', risk: 'LOW_LIVENESS_SCORE', action: 'decline' },
      { rule: 'warnings.DUPLICATED_FACE', risk: 'DUPLICATED_FACE', action: 'approve' },
      { rule: 'severityDefault', risk: 'AGE_NOT_DETECTED', action: 'approve' },
      { rule: 'unknownWarning', risk: 'NEW_ONE', action: 'review' },
      { rule: 'unknownInformation', risk: 'NEW_ONE', action: 'approve' },
    ]);
  });

  it('names the rules about too much light', () => {
    const policy = extendPolicy(lenient, { faceLuminance: { reviewAbove: 70, declineAbove: 90 } });

    expect(decide(policy, verdictOf({ faceLuminance: 95 })).reasons).toEqual([
      { rule: 'faceLuminance.declineAbove', value: 95, limit: 90, action: 'decline' },
      { rule: 'faceLuminance.reviewAbove', value: 95, limit: 70, action: 'review' },
    ]);
  });
});

describe('a retake', () => {
  it.each([
    ['NO_FACE_DETECTED', 'error', 'show-your-face'],
    ['MULTIPLE_FACES_DETECTED', 'warning', 'one-face-only'],
    ['MULTIPLE_FACES', 'warning', 'one-face-only'],
    ['LOW_FACE_QUALITY', 'error', 'sharper-picture'],
    ['LOW_FACE_LUMINANCE', 'warning', 'more-light'],
    ['HIGH_FACE_LUMINANCE', 'information', 'less-light'],
  ] as const)('is advised on %s alone', (risk, logType, code) => {
    const status = logType === 'error' ? 'Declined' : 'Approved';

    const decision = decide(definePolicy(), verdictOf({ status, warnings: [warning(risk, logType)] }));

    expect(decision).toMatchObject({ outcome: 'declined', retakeable: true });
    expect(decision.hints).toEqual([{ code, message: expect.stringMatching(/^[A-Z].*\.$/) }]);
  });

  it.each([
    [{ faceQuality: 10 }, 'sharper-picture'],
    [{ faceLuminance: 10 }, 'more-light'],
    [{ faceLuminance: 95 }, 'less-light'],
  ])('is advised on a number that a better picture mends: %j', (parts, code) => {
    const policy = definePolicy({ extends: 'strict', faceQuality: { declineAtOrBelow: 20 } });

    expect(decide(policy, verdictOf(parts))).toMatchObject({
      outcome: 'declined',
      retakeable: true,
      hints: [{ code }],
    });
  });

  it('is advised once for every thing to mend', () => {
    const tags = ['MULTIPLE_FACES_DETECTED', 'MULTIPLE_FACES', 'LOW_FACE_LUMINANCE', 'LOW_FACE_QUALITY'];

    const decision = decide(definePolicy(), verdictOf({ warnings: tags.map((risk) => warning(risk, 'warning')) }));

    expect(decision.hints.map(({ code }) => code)).toEqual(['one-face-only', 'more-light', 'sharper-picture']);
  });

  it('is advised although something else asks for a review', () => {
    const warnings = [warning('LOW_FACE_QUALITY', 'warning'), warning('DUPLICATED_FACE', 'information')];

    expect(decide(definePolicy(), verdictOf({ warnings }))).toMatchObject({ outcome: 'declined', retakeable: true });
  });

  it.each([
    ['an attack', { status: 'Declined', warnings: [warning('LIVENESS_FACE_ATTACK', 'error')] }],
    ['a low score', { status: 'Declined', warnings: [warning('LOW_LIVENESS_SCORE', 'error')] }],
    ['a blocklist hit', { status: 'Declined', warnings: [warning('FACE_IN_BLOCKLIST', 'error')] }],
    ['a possible blocklist hit', { status: 'Declined', warnings: [warning('POSSIBLE_FACE_IN_BLOCKLIST', 'error')] }],
    ['a duplicate', { warnings: [warning('DUPLICATED_FACE', 'information')] }],
    ['an unknown error', { status: 'Declined', warnings: [warning('NEVER_HEARD_OF', 'error')] }],
    ['a score under our limit', { score: 40 }],
  ] as const)('is not advised on %s, alone or with what could be mended', (_name, parts: VerdictParts) => {
    const policy = definePolicy({ extends: 'strict' });
    const mixed = { ...parts, warnings: [warning('LOW_FACE_QUALITY', 'warning'), ...(parts.warnings ?? [])] };

    expect(decide(policy, verdictOf(parts))).toMatchObject({ outcome: 'declined', retakeable: false, hints: [] });
    expect(decide(policy, verdictOf(mixed))).toMatchObject({ outcome: 'declined', retakeable: false, hints: [] });
  });

  it('is not advised when the decision is no decline', () => {
    const policy = extendPolicy(lenient, { warnings: { LOW_FACE_QUALITY: 'review' } });

    expect(decide(policy, verdictOf({ warnings: [warning('LOW_FACE_QUALITY', 'warning')] }))).toMatchObject({
      outcome: 'review',
      retakeable: false,
      hints: [],
    });
  });

  it('is advised exactly when every declining reason can be mended', () => {
    fc.assert(
      fc.property(anyPolicyOptions, anyVerdict, (options, verdict) => {
        const { outcome, retakeable, reasons, hints } = decide(definePolicy(options), verdict);
        const declining = reasons.filter(({ action }) => action === 'decline');
        const mendable = declining.filter(
          ({ rule, risk = '' }) => MENDABLE_TAGS.includes(risk) || MENDABLE_RULES.includes(rule),
        );

        expect(retakeable).toBe(outcome === 'declined' && mendable.length === declining.length);
        expect(hints.length > 0).toBe(retakeable);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a policy can only tighten', () => {
  it('P1 approves nothing that Didit did not approve, under any policy', () => {
    fc.assert(
      fc.property(anyPolicyOptions, anyVerdict, (options, verdict) => {
        fc.pre(verdict.status !== 'Approved');

        const { outcome } = decide(definePolicy(options), verdict);

        expect(outcome).not.toBe('approved');
        expect(verdict.status === 'In Review' || outcome === 'declined').toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('P3 declines on an error, an auto-decline tag and a contradiction, under any policy', () => {
    const forbidden = fc.oneof(
      fc.record({ risk: fc.constantFrom(...AUTO_DECLINE_TAGS), logType: fc.constantFrom(...LOG_TYPES) }),
      fc.record({
        risk: fc.oneof(fc.constantFrom(...KNOWN_TAGS), fc.string()),
        logType: fc.constant('error' as const),
      }),
    );

    fc.assert(
      fc.property(anyPolicyOptions, anyVerdict, forbidden, (options, verdict, { risk, logType }) => {
        const policy = definePolicy(options);
        const warned = { ...verdict, warnings: [...verdict.warnings, warning(risk, logType)] };
        const contradicted: LivenessVerdict = { ...verdict, status: 'Declined', contradictions: ['no-face'] };

        expect(decide(policy, warned).outcome).toBe('declined');
        expect(decide(policy, contradicted).outcome).toBe('declined');
      }),
      { numRuns: 500 },
    );
  });

  it('is never laxer for one more warning', () => {
    fc.assert(
      fc.property(anyPolicyOptions, anyVerdict, anyWarning, (options, verdict, added) => {
        const policy = definePolicy(options);
        const warned = { ...verdict, warnings: [added, ...verdict.warnings] };

        expect(rankOf(decide(policy, warned))).toBeGreaterThanOrEqual(rankOf(decide(policy, verdict)));
      }),
      { numRuns: 500 },
    );
  });

  it('is never laxer for a stricter limit or action', () => {
    const tighter = fc.record({
      score: percentage,
      faceQuality: percentage,
      below: percentage,
      above: percentage,
      risk: fc.constantFrom(...KNOWN_TAGS),
    });

    fc.assert(
      fc.property(anyPolicyOptions, anyVerdict, tighter, (options, verdict, limits) => {
        const policy = definePolicy(options);

        const before = rankOf(decide(policy, verdict));
        const after = tightened(policy, limits).map((stricter) => rankOf(decide(stricter, verdict)));

        expect(after.filter((rank) => rank < before)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('is never laxer for a lower score', () => {
    fc.assert(
      fc.property(anyPolicyOptions, anyVerdict, percentage, percentage, (options, verdict, one, other) => {
        const policy = definePolicy(options);
        const at = (score: number) => rankOf(decide(policy, { ...verdict, score }));

        expect(at(Math.min(one, other))).toBeGreaterThanOrEqual(at(Math.max(one, other)));
      }),
    );
  });

  it('P2 agrees with the rules, written a second time', () => {
    fc.assert(
      fc.property(anyPolicyOptions, anyVerdict, (options, verdict) => {
        const policy = definePolicy(options);

        expect(decide(policy, verdict).outcome).toBe(expectedOutcome(policy.rules, verdict));
      }),
      { numRuns: 1_000 },
    );
  });

  it('C18 C19 C20 C21 C22 P2 P3 agrees with the rules for every answer that can come', () => {
    const policies = [
      ...PRESET_NAMES.map((name) => definePolicy({ extends: name })),
      ...[0, 30, 80, 100].map((declineAtOrBelow) => extendPolicy(lenient, { score: { declineAtOrBelow } })),
    ];
    const decided = everyAnswer().flatMap(({ verdict, ...answer }) =>
      policies.map((policy) => ({ answer, policy, verdict, decision: decide(policy, verdict) })),
    );

    const wrong = decided.filter(
      ({ policy, verdict, decision }) => decision.outcome !== expectedOutcome(policy.rules, verdict),
    );
    const opened = decided
      .filter(({ decision }) => decision.outcome === 'approved')
      .filter(
        ({ answer: { risk, logType, status } }) =>
          status !== 'Approved' || logType === 'error' || AUTO_DECLINE_TAGS.includes(risk),
      );

    expect(decided.length).toBeGreaterThan(10_000);
    expect(wrong).toEqual([]);
    expect(opened).toEqual([]);
  });

  it.each([
    ['approved', 'an approval', approvedAnswer()],
    [
      'approved',
      'an approval of early 2026 with one face',
      { ...earlyAnswer, liveness: { ...earlyAnswer.liveness, warnings: [] } },
    ],
    ['declined', 'several faces', advisoryAnswer],
    ['declined', 'an attack', spoofAnswer],
    ['declined', 'a blocklist hit', blocklistedAnswer],
    ['declined', 'no face', noFaceAnswer],
  ])('decides %s on %s by default', (outcome, _name, answer) => {
    const { liveness } = decodePassiveLiveness(bodyOf(answer));

    expect(decide(definePolicy(), liveness).outcome).toBe(outcome);
  });
});

describe('a comparison with a reference picture', () => {
  const limited = extendPolicy(lenient, { faceMatch: { declineAtOrBelow: 50, reviewAtOrBelow: 70 } });

  it('adds nothing to an approval when it has no flaw', () => {
    expect(decide(limited, verdictOf(), matchOf())).toEqual(decide(limited, verdictOf()));
  });

  it.each([
    ['declineAtOrBelow', ['declined', 'declined', 'approved']],
    ['reviewAtOrBelow', ['review', 'review', 'approved']],
  ])('C21 is held against faceMatch.%s at t-1, t and t+1', (limit, outcomes) => {
    const policy = extendPolicy(lenient, { faceMatch: { [limit]: 50 } });

    const decisions = [49, 50, 51].map((score) => decide(policy, verdictOf(), matchOf({ score })));
    const rules = decisions.flatMap(({ reasons }) => reasons.map(({ rule }) => rule));

    expect(decisions.map(({ outcome }) => outcome)).toEqual(outcomes);
    expect([...new Set(rules)]).toEqual([`faceMatch.${limit}`]);
  });

  it.each([
    [0, 0, 'declined'],
    [0, 0.01, 'approved'],
    [100, 100, 'declined'],
    [null, 0, 'approved'],
  ])('C21 is held against a limit of %p at a score of %d', (declineAtOrBelow, score, outcome) => {
    const policy = extendPolicy(lenient, { faceMatch: { declineAtOrBelow } });

    expect(decide(policy, verdictOf(), matchOf({ score })).outcome).toBe(outcome);
  });

  it('P2 fires every limit when its score is no number', () => {
    expect(decide(limited, verdictOf(), matchOf({ score: Number.NaN })).reasons).toMatchObject([
      { rule: 'faceMatch.declineAtOrBelow', action: 'decline' },
      { rule: 'faceMatch.reviewAtOrBelow', action: 'review' },
    ]);
  });

  it('has limits of its own: those on liveness do not touch it, nor the other way round', () => {
    const onLiveness = extendPolicy(lenient, { score: { declineAtOrBelow: 90 } });
    const onMatch = extendPolicy(lenient, { faceMatch: { declineAtOrBelow: 90 } });

    expect(decide(onLiveness, verdictOf({ score: 91 }), matchOf({ score: 1 })).outcome).toBe('approved');
    expect(decide(onMatch, verdictOf({ score: 1 }), matchOf({ score: 91 })).outcome).toBe('approved');
    expect(decide(onMatch, verdictOf({ score: 1 })).outcome).toBe('approved');
  });

  it('P2 is reviewed when it is approved without a score that has a limit', () => {
    const match = matchOf({ score: null });

    expect(decide(limited, verdictOf(), match)).toMatchObject({
      outcome: 'review',
      reasons: [{ rule: 'faceMatch', value: null, action: 'review' }],
    });
    expect(decide(lenient, verdictOf(), match).outcome).toBe('approved');
  });

  it('has no reason about a score that an unapproved one lacks', () => {
    const match = matchOf({ status: 'Declined', score: null });

    expect(decide(limited, verdictOf(), match).reasons).toEqual([{ rule: 'faceMatch.status', action: 'decline' }]);
  });

  it.each([
    ['Declined', 'declined'],
    ['In Review', 'review'],
    ['Not Finished', 'declined'],
    ['Resub Requested', 'declined'],
    ['approved', 'declined'],
    ['Approved ', 'declined'],
    ['', 'declined'],
  ])('P2 passes under no other status than Approved: %j', (status, outcome) => {
    expect(decide(lenient, verdictOf(), matchOf({ status, score: 100 }))).toMatchObject({
      outcome,
      reasons: [{ rule: 'faceMatch.status' }],
    });
  });

  it.each(['auto-decline-tag', 'error-warning', 'no-face', 'no-score'] as const)(
    'C18 C19 C28 is declined for the contradiction %s',
    (one) => {
      const match = matchOf({ status: 'Declined', contradictions: [one] });

      expect(decide(lenient, verdictOf(), match)).toMatchObject({
        outcome: 'declined',
        retakeable: false,
        reasons: [{ rule: 'faceMatch.contradiction', action: 'decline' }],
      });
    },
  );

  it.each(LOG_TYPES)('P3 is always declined without a face to compare with, at the severity %s', (logType) => {
    const laxest = extendPolicy(lenient, { unknownWarning: 'approve', unknownInformation: 'approve' });
    const match = matchOf({ status: 'In Review', warnings: [warning('NO_REFERENCE_IMAGE', logType)] });

    const { outcome, reasons } = decide(laxest, verdictOf(), match);

    expect(outcome).toBe('declined');
    expect(reasons).toContainEqual({ rule: 'autoDecline', risk: 'NO_REFERENCE_IMAGE', action: 'decline' });
  });

  it.each([
    ['error', 'decline', 'severity'],
    ['warning', 'review', 'severityDefault'],
    ['information', 'approve', 'severityDefault'],
  ] as const)('is judged by the severity of a tag that no policy names: %s', (logType, action, rule) => {
    const risk = 'LOW_FACE_MATCH_SIMILARITY';

    const decision = decide(lenient, verdictOf(), matchOf({ warnings: [warning(risk, logType)] }));

    expect(decision.reasons).toEqual([{ rule, risk, action }]);
  });

  it('is judged by the warnings of the policy, and by its word on unknown tags', () => {
    const policy = extendPolicy(lenient, { warnings: { DUPLICATED_FACE: 'decline' }, unknownInformation: 'review' });
    const match = matchOf({ warnings: [warning('DUPLICATED_FACE', 'information'), warning('NEW', 'information')] });

    expect(decide(policy, verdictOf(), match).reasons).toEqual([
      { rule: 'warnings.DUPLICATED_FACE', risk: 'DUPLICATED_FACE', action: 'decline' },
      { rule: 'unknownInformation', risk: 'NEW', action: 'review' },
    ]);
  });

  it('comes after liveness among the reasons, and both are there', () => {
    const policy = extendPolicy(limited, { score: { reviewAtOrBelow: 97 } });

    expect(decide(policy, verdictOf(), matchOf({ score: 40 })).reasons).toEqual([
      { rule: 'score.reviewAtOrBelow', value: 96, limit: 97, action: 'review' },
      { rule: 'faceMatch.declineAtOrBelow', value: 40, limit: 50, action: 'decline' },
      { rule: 'faceMatch.reviewAtOrBelow', value: 40, limit: 70, action: 'review' },
    ]);
  });

  it('P22 leaves nothing to retake when it declines, whatever else could be mended', () => {
    const mendable = verdictOf({ warnings: [warning('LOW_FACE_QUALITY', 'warning')] });

    expect(decide(definePolicy(), mendable, matchOf())).toMatchObject({ retakeable: true });
    expect(decide(definePolicy(), mendable, matchOf({ score: 1 }))).toMatchObject({ retakeable: false, hints: [] });
    fc.assert(
      fc.property(anyPolicyOptions, anyVerdict, anyMatch, (options, verdict, match) => {
        const policy = definePolicy(options);
        const decision = decide(policy, verdict, match);
        const ofMatch = decision.reasons.slice(decide(policy, verdict).reasons.length);
        fc.pre(ofMatch.some(({ action }) => action === 'decline'));

        expect(decision).toMatchObject({ outcome: 'declined', retakeable: false, hints: [] });
      }),
      { numRuns: 300 },
    );
  });

  it('P1 never makes a decision laxer, under any policy', () => {
    fc.assert(
      fc.property(anyPolicyOptions, anyVerdict, anyMatch, (options, verdict, match) => {
        const policy = definePolicy(options);

        expect(rankOf(decide(policy, verdict, match))).toBeGreaterThanOrEqual(rankOf(decide(policy, verdict)));
      }),
      { numRuns: 500 },
    );
  });

  it('P1 P3 is approved only when Didit approved it and nothing contradicts, under any policy', () => {
    fc.assert(
      fc.property(anyPolicyOptions, anyMatch, (options, match) => {
        const { outcome } = decide(definePolicy(options), verdictOf(), match);
        const { status, contradictions, warnings } = match;
        const isClean = warnings.every(
          ({ risk, logType }) => logType !== 'error' && ![...AUTO_DECLINE_TAGS, 'NO_REFERENCE_IMAGE'].includes(risk),
        );

        expect(outcome !== 'approved' || (status === 'Approved' && contradictions.length === 0 && isClean)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('is never laxer for a lower similarity or a stricter limit', () => {
    fc.assert(
      fc.property(anyPolicyOptions, anyMatch, percentage, percentage, (options, match, one, other) => {
        const policy = definePolicy(options);
        const { rules } = policy;
        const low = Math.min(one, other);
        const high = Math.max(one, other);
        const at = (score: number, { policyId }: Policy, faceMatch: PolicyRules['faceMatch']) =>
          rankOf(decide({ policyId, rules: { ...rules, faceMatch } }, verdictOf(), { ...match, score }));
        const raisedLimit = { ...rules.faceMatch, declineAtOrBelow: raised(rules.faceMatch.declineAtOrBelow, one) };

        expect(at(low, policy, rules.faceMatch)).toBeGreaterThanOrEqual(at(high, policy, rules.faceMatch));
        expect(at(low, policy, raisedLimit)).toBeGreaterThanOrEqual(at(low, policy, rules.faceMatch));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a decision', () => {
  it('has the strictest action of its reasons for its outcome', () => {
    fc.assert(
      fc.property(anyPolicyOptions, anyVerdict, (options, verdict) => {
        const { outcome, reasons } = decide(definePolicy(options), verdict);

        const strictest = Math.max(0, ...reasons.map(({ action }) => ACTIONS.indexOf(action)));

        expect(STRICTNESS.indexOf(outcome)).toBe(strictest);
      }),
    );
  });

  it('is the same for the same policy and verdict, and changes neither', () => {
    fc.assert(
      fc.property(anyPolicyOptions, anyVerdict, (options, verdict) => {
        const policy = definePolicy(options);
        const before = JSON.stringify([policy, verdict]);

        expect(decide(policy, verdict)).toEqual(decide(policy, verdict));
        expect(JSON.stringify([policy, verdict])).toBe(before);
      }),
    );
  });

  it('is frozen, with all that is in it', () => {
    const decision = decide(definePolicy(), verdictOf({ warnings: [warning('LOW_FACE_QUALITY', 'warning')] }));
    const { reasons, hints } = decision;

    expect([decision, reasons, ...reasons, hints, ...hints].filter((part) => !Object.isFrozen(part))).toEqual([]);
    expect([reasons.length, hints.length]).toEqual([1, 1]);
  });

  it('carries the id of the policy that made it', () => {
    const policy = definePolicy({ score: { declineAtOrBelow: 50 } });

    expect(decide(policy, verdictOf()).policyId).toBe(policy.policyId);
  });

  it('survives JSON', () => {
    const decision = decide(definePolicy({ extends: 'strict' }), verdictOf({ score: 70, faceQuality: null }));

    expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
  });
});

function rankOf({ outcome }: Decision): number {
  return STRICTNESS.indexOf(outcome);
}

interface Tighter {
  readonly score: number;
  readonly faceQuality: number;
  readonly below: number;
  readonly above: number;
  readonly risk: string;
}

/** The policy with one limit or action made stricter, in every way there is. Limits in `rules` are laid on unchecked. */
function tightened(
  { rules, policyId }: Policy,
  { score, faceQuality, below, above, risk }: Tighter,
): readonly Policy[] {
  const { score: scores, faceQuality: qualities, faceLuminance: light } = rules;
  const parts: readonly Partial<PolicyRules>[] = [
    { score: { ...scores, declineAtOrBelow: raised(scores.declineAtOrBelow, score) } },
    { score: { ...scores, reviewAtOrBelow: raised(scores.reviewAtOrBelow, score) } },
    { faceQuality: { ...qualities, declineAtOrBelow: raised(qualities.declineAtOrBelow, faceQuality) } },
    { faceQuality: { ...qualities, reviewAtOrBelow: raised(qualities.reviewAtOrBelow, faceQuality) } },
    { faceLuminance: { ...light, declineBelow: raised(light.declineBelow, below) } },
    { faceLuminance: { ...light, reviewBelow: raised(light.reviewBelow, below) } },
    { faceLuminance: { ...light, declineAbove: lowered(light.declineAbove, above) } },
    { faceLuminance: { ...light, reviewAbove: lowered(light.reviewAbove, above) } },
    { warnings: { ...rules.warnings, [risk]: 'decline' } },
    { unknownWarning: 'decline' },
    { unknownInformation: 'decline' },
  ];
  return parts.map((part) => ({ rules: { ...rules, ...part }, policyId }));
}

/** The rules, written a second time: all that makes a decision stricter than `approved`. */
function expectedOutcome(rules: PolicyRules, verdict: LivenessVerdict): Decision['outcome'] {
  const { status, score, faceQuality, faceLuminance, warnings, contradictions } = verdict;
  const { score: scores, faceQuality: qualities, faceLuminance: light } = rules;
  const actions = warnings.map(({ risk, logType }) => {
    if (logType === 'error' || AUTO_DECLINE_TAGS.includes(risk)) return 'decline';
    if (!KNOWN_TAGS.includes(risk)) return logType === 'warning' ? rules.unknownWarning : rules.unknownInformation;
    return new Map(Object.entries(rules.warnings)).get(risk) ?? (logType === 'warning' ? 'review' : 'approve');
  });
  const isUnknown = (value: number | null, limits: object) =>
    status === 'Approved' && value === null && Object.values(limits).some((limit) => limit !== null);
  const declines = [
    status === 'Declined',
    contradictions.length > 0,
    actions.includes('decline'),
    isUpTo(score, scores.declineAtOrBelow),
    isUpTo(faceQuality, qualities.declineAtOrBelow),
    isUnder(faceLuminance, light.declineBelow),
    isUnder(light.declineAbove, faceLuminance),
  ];
  const reviews = [
    status === 'In Review',
    actions.includes('review'),
    isUpTo(score, scores.reviewAtOrBelow),
    isUpTo(faceQuality, qualities.reviewAtOrBelow),
    isUnder(faceLuminance, light.reviewBelow),
    isUnder(light.reviewAbove, faceLuminance),
    isUnknown(faceQuality, qualities),
    isUnknown(faceLuminance, light),
  ];
  if (declines.includes(true)) return 'declined';
  return reviews.includes(true) ? 'review' : 'approved';
}

function raised(limit: number | null, other: number): number {
  return Math.max(limit ?? 0, other);
}

function lowered(limit: number | null, other: number): number {
  return Math.min(limit ?? 100, other);
}

function isUpTo(value: number | null, limit: number | null): boolean {
  return value !== null && limit !== null && value <= limit;
}

function isUnder(value: number | null, limit: number | null): boolean {
  return value !== null && limit !== null && value < limit;
}

interface DecodedAnswer {
  readonly risk: string;
  readonly logType: unknown;
  readonly status: string;
  readonly score: unknown;
  readonly verdict: LivenessVerdict;
}

/** Every combination of tag, severity, status and score that the decoder lets through. */
function everyAnswer(): readonly DecodedAnswer[] {
  return [...KNOWN_TAGS, 'NEVER_HEARD_OF'].flatMap((risk) =>
    ['error', 'warning', 'information', 'critical', undefined].flatMap((logType) =>
      ['Approved', 'Declined', 'In Review', 'approved'].flatMap((status) =>
        [null, 0, 30, 79, 80, 81, 100, 101, -1, '95', Number.NaN].flatMap((score) =>
          decoded({ risk, logType, status, score }),
        ),
      ),
    ),
  );
}

function decoded(answer: Omit<DecodedAnswer, 'verdict'>): readonly DecodedAnswer[] {
  const { risk, logType, status, score } = answer;
  const liveness = { ...approvedAnswer().liveness, status, score, warnings: [{ risk, log_type: logType }] };
  try {
    return [{ ...answer, verdict: decodePassiveLiveness(bodyOf({ liveness })).liveness }];
  } catch (error) {
    expect(error).toBeInstanceOf(UndecodableError);
    return [];
  }
}
