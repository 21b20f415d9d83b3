import { describe, expect, it } from '@jest/globals';
import { decodeFaceMatch } from '../src/wire/face-match.js';
import { FACE_MATCH_TAGS, isFaceMatchRisk, isKnownRisk } from '../src/wire/warning-tags.js';
import { bodyOf, warningOf } from './support/answers.js';
import { faceMatchAnswer } from './support/endpoint-answers.js';

function decoded(part: object = {}) {
  const answer = faceMatchAnswer();
  return decodeFaceMatch(bodyOf({ ...answer, face_match: { ...answer.face_match, ...part } }));
}

const noFace = { entities: [], best_angle: null };

describe('decodeFaceMatch', () => {
  it('decodes an approval, field by field', () => {
    const face = { confidence: 0.74, age: 29.8, gender: 'male', race: null };

    expect(decoded()).toEqual({
      requestId: 'e0a3b9d6-14e2-4a63-9f5f-2f4e62f0c1aa',
      faceMatch: {
        status: 'Approved',
        score: 87.14,
        userImage: { entities: [{ bbox: [220, 140, 760, 910], ...face }], bestAngle: 0 },
        refImage: { entities: [{ bbox: [88, 96, 301, 377], ...face }], bestAngle: 90 },
        warnings: [],
        contradictions: [],
      },
      vendorData: 'acct_7719',
      metadata: { flow: 'withdrawal' },
      createdAt: '2026-11-20T09:21:40.310552+00:00',
    });
  });

  it('keeps a decline as it is, also without a score', () => {
    const warnings = [{ ...warningOf('NO_REFERENCE_IMAGE', 'error'), feature: 'FACEMATCH' }];

    const { faceMatch } = decoded({ status: 'Declined', score: null, ref_image: noFace, warnings });

    expect(faceMatch).toMatchObject({ status: 'Declined', score: null, contradictions: [] });
    expect(faceMatch.warnings).toMatchObject([{ risk: 'NO_REFERENCE_IMAGE', logType: 'error', feature: 'FACEMATCH' }]);
  });

  it.each([
    ['no-score', { score: null }],
    ['no-score', { score: undefined }],
    ['no-face', { user_image: noFace }],
    ['no-face', { ref_image: noFace }],
    ['no-face', { ref_image: null }],
    ['error-warning', { warnings: [warningOf('LOW_FACE_MATCH_SIMILARITY', 'error')] }],
    ['error-warning', { warnings: [{ risk: 'LOW_FACE_MATCH_SIMILARITY' }] }],
    ['error-warning', { warnings: [warningOf('NEVER_HEARD_OF', 'error')] }],
    ['auto-decline-tag', { warnings: [warningOf('NO_REFERENCE_IMAGE', 'information')] }],
    ['auto-decline-tag', { warnings: [warningOf('FACE_IN_BLOCKLIST', 'warning')] }],
  ])('C18 C19 C20 turns an approval into a decline for %s: %j', (contradiction, part) => {
    expect(decoded(part).faceMatch).toMatchObject({ status: 'Declined', contradictions: [contradiction] });
  });

  it('C18 keeps an approval with a similarity that the workflow only warns of', () => {
    const { faceMatch } = decoded({ warnings: [warningOf('LOW_FACE_MATCH_SIMILARITY', 'warning')] });

    expect(faceMatch).toMatchObject({ status: 'Approved', contradictions: [] });
  });

  it.each([
    ['face_match is not an object', null],
    ["face_match.status is not 'Approved', 'Declined' or 'In Review'", { status: 'approved' }],
    ['face_match.score is not a number', { score: '87' }],
    ['face_match.score is not a number from 0 to 100', { score: 100.01 }],
    ['face_match.user_image.entities is not an array', { user_image: {} }],
    ['face_match.ref_image is not an object', { ref_image: [] }],
    ['face_match.warnings is not an array', { warnings: null }],
  ])('C16 refuses it when %s', (message, part) => {
    const answer = faceMatchAnswer();
    const body = bodyOf({ ...answer, face_match: part && { ...answer.face_match, ...part } });

    expect(() => decodeFaceMatch(body)).toThrow(message);
  });
});

describe('the warning tags of two faces', () => {
  it('are two, both declining, and none of the policy on selfies', () => {
    expect(Object.keys(FACE_MATCH_TAGS)).toEqual(['NO_REFERENCE_IMAGE', 'LOW_FACE_MATCH_SIMILARITY']);
    for (const [risk, { logType }] of Object.entries(FACE_MATCH_TAGS)) {
      expect([isFaceMatchRisk(risk), isKnownRisk(risk), logType]).toEqual([true, false, 'error']);
    }
    expect(isFaceMatchRisk('toString')).toBe(false);
  });
});
