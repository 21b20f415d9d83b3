import { describe, expect, it } from '@jest/globals';
import type { CheckRequest, JsonAnswer } from './support.js';
import { check, read, resultOf, scene, start } from './support.js';

function estimate(emulator: Awaited<ReturnType<typeof start>>, request: CheckRequest = {}): Promise<JsonAnswer> {
  return check(emulator, { path: '/v3/age-estimation/', ...request });
}

describe('age estimation', () => {
  it('approves an unmarked picture, in the documented shape', async () => {
    const emulator = await start();

    const answer = await estimate(emulator, { fields: { metadata: '{"flow":"age-gate"}' } });

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      request_id: expect.any(String),
      age_estimation: {
        status: 'Approved',
        method: 'PASSIVE',
        score: expect.any(Number),
        user_image: { entities: [expect.objectContaining({ age: 31.4 })], best_angle: 0 },
        age_estimation: 31.4,
        warnings: [],
      },
      vendor_data: null,
      metadata: { flow: 'age-gate' },
      created_at: expect.any(String),
    });
  });

  it.each([
    ['too-young', {}, 'Declined', ['AGE_BELOW_MINIMUM'], 15.5],
    ['too-young', { age_estimation_decline_threshold: '0' }, 'Approved', [], 15.5],
    ['too-young', { age_estimation_decline_threshold: '15' }, 'Approved', [], 15.5],
    ['approved;age=17.9;', {}, 'Declined', ['AGE_BELOW_MINIMUM'], 17.9],
    ['approved;age=18;', {}, 'Approved', [], 18],
    ['approved;score=20;age=40;', {}, 'Declined', ['LOW_LIVENESS_SCORE'], 40],
    ['approved;age=40;score=20;', {}, 'Declined', ['LOW_LIVENESS_SCORE'], 40],
    ['age-not-detected', {}, 'Declined', ['AGE_NOT_DETECTED'], null],
    ['no-face', {}, 'Declined', ['NO_FACE_DETECTED'], null],
    ['spoof', {}, 'Declined', ['LOW_LIVENESS_SCORE', 'LIVENESS_FACE_ATTACK'], 31.4],
    ['approved', { face_liveness_score_decline_threshold: '100' }, 'Declined', ['LOW_LIVENESS_SCORE'], 31.4],
    ['multiple-faces', {}, 'Approved', [], 31.4],
    ['duplicate', {}, 'Approved', [], 31.4],
  ])('of %s with %p is %s', async (marker, fields, status, risks, age) => {
    const emulator = await start();

    const answer = await estimate(emulator, { image: scene(marker), fields: { ...fields } });

    const result = resultOf(answer, 'age_estimation');
    expect(result).toMatchObject({ status, age_estimation: age });
    expect(result.warnings.map(({ risk, log_type }) => `${risk} ${log_type}`)).toEqual(
      risks.map((risk) => `${risk} error`),
    );
  });

  it.each([
    ['17.5', 'A valid integer is required.'],
    ['old', 'A valid integer is required.'],
    ['-1', 'Ensure this value is greater than or equal to 0.'],
    ['121', 'Ensure this value is less than or equal to 120.'],
  ])('refuses the age threshold %p', async (threshold, message) => {
    const emulator = await start();

    const answer = await estimate(emulator, { fields: { age_estimation_decline_threshold: threshold } });

    expect(answer).toMatchObject({ status: 400, body: { age_estimation_decline_threshold: [message] } });
  });

  it('estimates 30 for a sandbox key, for nothing', async () => {
    const emulator = await start();

    const answer = await estimate(emulator, { key: 'sk_test_x', image: scene('too-young') });

    expect(resultOf(answer, 'age_estimation')).toMatchObject({ status: 'Approved', age_estimation: 30 });
    expect(emulator.calls()).toMatchObject([{ billed: false }]);
  });

  it('can be read as a decision', async () => {
    const emulator = await start();
    const saved = await estimate(emulator, { image: scene('too-young') });

    await expect(read(emulator, `/v3/session/${saved.body.request_id}/decision/`)).resolves.toMatchObject({
      body: {
        status: 'Declined',
        features: ['AGE_ESTIMATION'],
        liveness_checks: [{ status: 'Declined', age_estimation: 15.5 }],
      },
    });
  });
});
