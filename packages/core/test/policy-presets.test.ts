import { describe, expect, it } from '@jest/globals';
import { decide } from '../src/policy/decide.js';
import { definePolicy } from '../src/policy/policy.js';
import { PRESETS } from '../src/policy/presets.js';
import { PRESET_NAMES } from './support/policies.js';
import { KNOWN_TAGS, LOG_TYPES, verdictOf, warning } from './support/verdicts.js';

const MENDABLE = [
  'MULTIPLE_FACES_DETECTED',
  'MULTIPLE_FACES',
  'LOW_FACE_QUALITY',
  'LOW_FACE_LUMINANCE',
  'HIGH_FACE_LUMINANCE',
];
const STRICTNESS = ['approved', 'review', 'declined'];

describe('the presets', () => {
  it('are three', () => {
    expect(Object.keys(PRESETS)).toEqual(PRESET_NAMES);
  });

  it.each(PRESET_NAMES)('write %s as anybody could write it', (name) => {
    const written = JSON.parse(JSON.stringify(PRESETS[name]));

    expect(definePolicy({ extends: 'lenient', ...written })).toMatchObject({
      rules: definePolicy({ extends: name }).rules,
    });
  });

  it.each(PRESET_NAMES)('let %s approve a verdict without a flaw', (name) => {
    expect(decide(definePolicy({ extends: name }), verdictOf())).toMatchObject({ outcome: 'approved', reasons: [] });
  });

  it('order every verdict from lenient over balanced to strict', () => {
    const verdicts = [...KNOWN_TAGS, 'NEVER_HEARD_OF'].flatMap((risk) =>
      LOG_TYPES.flatMap((logType) =>
        [10, 60, 70, 90].map((score) => verdictOf({ score, warnings: [warning(risk, logType)] })),
      ),
    );
    const policies = PRESET_NAMES.toReversed().map((name) => definePolicy({ extends: name }));

    const ranks = verdicts.map((verdict) =>
      policies.map((policy) => STRICTNESS.indexOf(decide(policy, verdict).outcome)),
    );

    expect(ranks).toEqual(ranks.map((row) => row.toSorted()));
  });
});

describe('the preset balanced', () => {
  const { rules } = definePolicy({ extends: 'balanced' });

  it('sets no limit on a number', () => {
    const limits = [rules.score, rules.faceQuality, rules.faceLuminance].flatMap((section) => Object.values(section));

    expect(limits).toEqual([null, null, null, null, null, null, null, null]);
  });

  it('declines what another picture mends and holds duplicates for review', () => {
    expect(rules.warnings).toEqual({
      MULTIPLE_FACES_DETECTED: 'decline',
      MULTIPLE_FACES: 'decline',
      LOW_FACE_QUALITY: 'decline',
      LOW_FACE_LUMINANCE: 'decline',
      HIGH_FACE_LUMINANCE: 'decline',
      DUPLICATED_FACE: 'review',
      POSSIBLE_DUPLICATED_FACE: 'review',
    });
  });

  it('C23 reviews unknown warnings and lets unknown information pass', () => {
    expect(rules).toMatchObject({ unknownWarning: 'review', unknownInformation: 'approve' });
  });

  it.each(MENDABLE)('asks for another picture on %s, at either severity', (risk) => {
    const policy = definePolicy();

    expect(decide(policy, verdictOf({ warnings: [warning(risk, 'warning')] }))).toMatchObject({
      outcome: 'declined',
      retakeable: true,
    });
    expect(decide(policy, verdictOf({ warnings: [warning(risk, 'information')] }))).toMatchObject({
      outcome: 'declined',
      retakeable: true,
    });
  });

  it.each(['DUPLICATED_FACE', 'POSSIBLE_DUPLICATED_FACE'])('reviews %s', (risk) => {
    const verdict = verdictOf({ warnings: [warning(risk, 'information')] });

    expect(decide(definePolicy(), verdict)).toMatchObject({ outcome: 'review', retakeable: false });
  });
});

describe('the preset strict', () => {
  it('has limits of its own, and declines duplicates and unknown warnings', () => {
    expect(definePolicy({ extends: 'strict' }).rules).toEqual({
      score: { declineAtOrBelow: 60, reviewAtOrBelow: 80 },
      faceQuality: { declineAtOrBelow: null, reviewAtOrBelow: 40 },
      faceLuminance: { declineBelow: 20, declineAbove: 90, reviewBelow: null, reviewAbove: null },
      faceMatch: { declineAtOrBelow: 60, reviewAtOrBelow: 70 },
      warnings: {
        MULTIPLE_FACES_DETECTED: 'decline',
        MULTIPLE_FACES: 'decline',
        LOW_FACE_QUALITY: 'decline',
        LOW_FACE_LUMINANCE: 'decline',
        HIGH_FACE_LUMINANCE: 'decline',
        DUPLICATED_FACE: 'decline',
        POSSIBLE_DUPLICATED_FACE: 'decline',
        DUPLICATED_FACE_NAME_MISMATCH: 'decline',
        FRAME_INJECTION_SUSPECTED: 'decline',
      },
      unknownWarning: 'decline',
      unknownInformation: 'review',
    });
  });
});

describe('the preset lenient', () => {
  it('lets pass what Didit approves, apart from warnings that nobody knows', () => {
    const { rules } = definePolicy({ extends: 'lenient' });

    expect(new Set(Object.values(rules.warnings))).toEqual(new Set(['approve']));
    expect(rules).toMatchObject({
      score: { declineAtOrBelow: null, reviewAtOrBelow: null },
      unknownWarning: 'review',
      unknownInformation: 'approve',
    });
  });
});
