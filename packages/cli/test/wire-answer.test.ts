import { decodePassiveLiveness } from '@didit-liveness/core';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { answerAt, decodeAnswer, toWireAnswer, type WireAnswer } from '../src/wire-answer.js';

const percentage = fc.double({ min: 0, max: 100, noNaN: true });
const warning = fc.record({
  risk: fc.constantFrom('LOW_LIVENESS_SCORE', 'LIVENESS_FACE_ATTACK', 'DUPLICATED_FACE', 'SOMETHING_NEW'),
  log_type: fc.constantFrom('error', 'warning', 'information'),
});
const answers: fc.Arbitrary<WireAnswer> = fc.record({
  request_id: fc.constant('6f2f0a9e-5c3a-4a5e-9d0a-0c6b3f7e1d42'),
  created_at: fc.constant('2026-11-20T09:14:51+00:00'),
  liveness: fc.record({
    status: fc.constantFrom('Approved', 'Declined', 'In Review'),
    method: fc.constant('PASSIVE'),
    score: percentage,
    user_image: fc.record({
      entities: fc.array(fc.record({ bbox: fc.constant([1, 2, 3, 4]), confidence: fc.constant(0.5) }), {
        maxLength: 2,
      }),
      best_angle: fc.constant(0),
    }),
    warnings: fc.array(warning, { maxLength: 4 }),
    face_quality: fc.option(percentage),
    face_luminance: fc.option(percentage),
  }),
});

const decode = (answer: WireAnswer) => decodePassiveLiveness(Buffer.from(JSON.stringify(answer)));

describe('toWireAnswer', () => {
  it('gives what decodes to the same verdict', () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const response = decode(answer);

        expect(decodeAnswer(toWireAnswer(response), 'it')).toEqual(response.liveness);
      }),
    );
  });
});

/** An answer with one face, a score, and these tags at severity error. */
function answerOf(
  score: number | null,
  tags: readonly string[],
  status = tags.length > 0 ? 'Declined' : 'Approved',
): WireAnswer {
  return {
    request_id: null,
    created_at: null,
    liveness: {
      status,
      method: 'PASSIVE',
      score,
      user_image: { entities: [{ bbox: [1, 2, 3, 4], confidence: 0.5 }], best_angle: 0 },
      warnings: tags.map((risk) => ({ risk, log_type: 'error' })),
      face_quality: null,
      face_luminance: null,
    },
  };
}

describe('answerAt', () => {
  it.each([
    [answerOf(60, []), 59.9, 'Approved', []],
    [answerOf(60, []), 60, 'Declined', ['LOW_LIVENESS_SCORE']],
    [answerOf(60, ['LOW_LIVENESS_SCORE']), 60, 'Declined', ['LOW_LIVENESS_SCORE']],
    [answerOf(60, ['LOW_LIVENESS_SCORE']), 50, 'Approved', []],
    [answerOf(8, ['LOW_LIVENESS_SCORE', 'LIVENESS_FACE_ATTACK']), 0, 'Declined', ['LIVENESS_FACE_ATTACK']],
    [answerOf(90, ['FACE_IN_BLOCKLIST']), 95, 'Declined', ['LOW_LIVENESS_SCORE', 'FACE_IN_BLOCKLIST']],
    [answerOf(null, ['NO_FACE_DETECTED']), 0, 'Declined', ['NO_FACE_DETECTED']],
    [answerOf(60, [], 'In Review'), 50, 'In Review', []],
    [answerOf(60, ['LOW_LIVENESS_SCORE'], 'In Review'), 50, 'In Review', []],
    [answerOf(90, [], 'Declined'), 50, 'Declined', []],
  ])('of %j at %d is %s with %j', (answer, threshold, status, tags) => {
    const { liveness } = answerAt(answer, threshold);

    expect(liveness.status).toBe(status);
    expect(liveness.warnings.map(({ risk }) => risk)).toEqual(tags);
  });

  it('is the same whichever threshold was asked with before', () => {
    fc.assert(
      fc.property(percentage, percentage, percentage, (score, first, second) => {
        const asked = answerAt(answerOf(score, []), first);

        expect(answerAt(asked, second)).toEqual(answerAt(answerOf(score, []), second));
      }),
    );
  });
});
