import { describe, expect, it } from '@jest/globals';
import { decodeAgeEstimation } from '../src/wire/age-estimation.js';
import { bodyOf, warningOf } from './support/answers.js';
import { ageAnswer } from './support/endpoint-answers.js';

function decoded(part: object = {}) {
  const answer = ageAnswer();
  return decodeAgeEstimation(bodyOf({ ...answer, age_estimation: { ...answer.age_estimation, ...part } }))
    .ageEstimation;
}

describe('decodeAgeEstimation', () => {
  it('decodes an approval, field by field', () => {
    expect(decodeAgeEstimation(bodyOf(ageAnswer()))).toEqual({
      requestId: 'e0a3b9d6-14e2-4a63-9f5f-2f4e62f0c1aa',
      ageEstimation: {
        status: 'Approved',
        method: 'PASSIVE',
        score: 93.1,
        age: 31.4,
        userImage: { entities: [expect.objectContaining({ age: 29.8 })], bestAngle: 0 },
        warnings: [],
        contradictions: [],
      },
      vendorData: 'acct_7719',
      metadata: { flow: 'withdrawal' },
      createdAt: '2026-11-20T09:21:40.310552+00:00',
    });
  });

  it('keeps a decline as it is, with the age or without', () => {
    const warnings = [warningOf('AGE_BELOW_MINIMUM', 'error')];

    expect(decoded({ status: 'Declined', age_estimation: 16.2, warnings })).toMatchObject({
      status: 'Declined',
      age: 16.2,
      contradictions: [],
    });
    expect(decoded({ status: 'Declined', age_estimation: null, score: null })).toMatchObject({
      age: null,
      score: null,
    });
  });

  it.each([0, 150])('takes an age of %d', (age) => {
    expect(decoded({ age_estimation: age }).age).toBe(age);
  });

  it.each([
    ['no-age', { age_estimation: null }],
    ['no-age', { age_estimation: undefined }],
    ['no-score', { score: null }],
    ['no-face', { user_image: { entities: [], best_angle: null } }],
    ['error-warning', { warnings: [warningOf('AGE_BELOW_MINIMUM', 'error')] }],
    ['error-warning', { warnings: [{ risk: 'AGE_NOT_DETECTED' }] }],
    ['auto-decline-tag', { warnings: [warningOf('LIVENESS_FACE_ATTACK', 'warning')] }],
  ])('C18 C19 C20 turns an approval into a decline for %s: %j', (contradiction, part) => {
    expect(decoded(part)).toMatchObject({ status: 'Declined', contradictions: [contradiction] });
  });

  it.each([
    ["age_estimation.method is not 'PASSIVE'", { method: 'ACTIVE_3D' }],
    ['age_estimation.age_estimation is not a number', { age_estimation: '31' }],
    ['age_estimation.age_estimation is not a number from 0 to 150', { age_estimation: -1 }],
    ['age_estimation.age_estimation is not a number from 0 to 150', { age_estimation: 151 }],
    ['age_estimation.score is not a number from 0 to 100', { score: 101 }],
    ["age_estimation.status is not 'Approved', 'Declined' or 'In Review'", { status: 'OK' }],
  ])('C16 refuses it when %s', (message, part) => {
    expect(() => decoded(part)).toThrow(message);
  });
});
