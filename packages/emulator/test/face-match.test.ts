import { describe, expect, it } from '@jest/globals';
import type { CheckRequest, JsonAnswer } from './support.js';
import { check, jpeg, read, resultOf, scene, sha256, start } from './support.js';

type Running = Awaited<ReturnType<typeof start>>;

function match(emulator: Running, request: CheckRequest = {}): Promise<JsonAnswer> {
  return check(emulator, { path: '/v3/face-match/', refImage: jpeg('reference'), ...request });
}

describe('face match', () => {
  it('approves unmarked pictures, in the documented shape', async () => {
    const emulator = await start({ now: () => Date.UTC(2026, 10, 20) });

    const answer = await match(emulator, { fields: { vendor_data: 'acct_7719', metadata: '{"flow":"x"}' } });

    const face = { bbox: [100, 100, 400, 480], confidence: 0.75, age: 31.4, gender: 'female', race: null };
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      request_id: expect.any(String),
      face_match: {
        status: 'Approved',
        score: expect.any(Number),
        user_image: { entities: [face], best_angle: 0 },
        ref_image: { entities: [face], best_angle: 0 },
        warnings: [],
      },
      vendor_data: 'acct_7719',
      metadata: { flow: 'x' },
      created_at: '2026-11-20T00:00:00.000000+00:00',
    });
    expect(resultOf(answer, 'face_match').score).toBeGreaterThanOrEqual(85);
  });

  it('gives the same pair the same score', async () => {
    const emulator = await start();

    const [one, two] = [await match(emulator), await match(emulator)];

    expect(resultOf(one, 'face_match').score).toBe(resultOf(two, 'face_match').score);
  });

  it.each([
    ['didit-face=ada;', 'didit-face=ada;', 'Approved'],
    ['didit-face=ada;', 'didit-face=bob;', 'Declined'],
    ['didit-face=ada;', '', 'Approved'],
    ['', 'didit-face=bob;', 'Approved'],
    ['didit-face=ada; didit-scenario=match;', 'didit-face=bob;', 'Approved'],
    ['', 'didit-scenario=no-match;', 'Approved'],
  ])('of %p and %p is %s', async (user, reference, status) => {
    const emulator = await start();

    const answer = await match(emulator, { image: jpeg(user), refImage: jpeg(reference) });

    expect(resultOf(answer, 'face_match').status).toBe(status);
  });

  it.each([
    ['match', 'Approved', [], 92.5],
    ['no-match', 'Declined', ['LOW_FACE_MATCH_SIMILARITY'], 12.5],
    ['no-reference-face', 'Declined', ['NO_REFERENCE_IMAGE'], null],
    ['no-face', 'Declined', ['NO_REFERENCE_IMAGE'], null],
    ['match;score=30;', 'Declined', ['LOW_FACE_MATCH_SIMILARITY'], 30],
    ['match;score=30.01;', 'Approved', [], 30.01],
    ['approved;score=44;', 'Approved', [], 44],
    ['spoof', 'Approved', [], expect.any(Number)],
  ])('of a picture marked %s is %s', async (marker, status, risks, score) => {
    const emulator = await start();

    const answer = await match(emulator, { image: scene(marker) });

    const result = resultOf(answer, 'face_match');
    expect(result).toMatchObject({ status, score });
    expect(result.warnings.map(({ risk }) => risk)).toEqual(risks);
    expect(result.warnings.every(({ feature, log_type }) => feature === 'FACEMATCH' && log_type === 'error')).toBe(
      true,
    );
  });

  it.each([
    ['no-reference-face', 0],
    ['no-reference-face;score=50', 0],
  ])('tells an unsaved score of 0 where there is none: %s', async (marker, score) => {
    const emulator = await start();

    const answer = await match(emulator, { image: scene(marker), fields: { save_api_request: 'false' } });

    expect(resultOf(answer, 'face_match').score).toBe(score);
  });

  it('rounds a saved score to two decimals and no other', async () => {
    const emulator = await start();

    const saved = await match(emulator);
    const raw = await match(emulator, { fields: { save_api_request: 'false' } });

    const decimals = (score: unknown) => String(score).split('.')[1]?.length ?? 0;
    expect(decimals(resultOf(saved, 'face_match').score)).toBeLessThanOrEqual(2);
    expect(decimals(resultOf(raw, 'face_match').score)).toBeGreaterThan(2);
  });

  it('takes the threshold of the request', async () => {
    const emulator = await start();

    const answer = await match(emulator, { fields: { face_match_score_decline_threshold: '100' } });

    expect(resultOf(answer, 'face_match').status).toBe('Declined');
  });

  it('is live to passive liveness whatever the pair is', async () => {
    const emulator = await start();

    const { body } = await check(emulator, { image: scene('no-match;score=5;') });

    expect(body.liveness).toMatchObject({ status: 'Approved', warnings: [] });
  });

  it('asks for both pictures', async () => {
    const emulator = await start();

    const answer = await check(emulator, { path: '/v3/face-match/', image: null });

    expect(answer).toMatchObject({ status: 400 });
    expect(answer.body).toEqual({ user_image: ['No file was submitted.'], ref_image: ['No file was submitted.'] });
  });

  it('asks for a reference that is a picture', async () => {
    const emulator = await start();

    const answer = await match(emulator, { refImage: Buffer.from('text') });

    expect(answer).toMatchObject({ status: 400, body: { error: 'Invalid user image format.' } });
  });

  it('is paid for once, enrols nobody and can be read as a decision', async () => {
    const emulator = await start({ balanceDollars: 1 });
    const saved = await match(emulator, { image: scene('no-match') });

    const decision = await read(emulator, `/v3/session/${saved.body.request_id}/decision/`);
    const balance = await read(emulator, '/v3/billing/balance/');
    const later = await check(emulator, { image: scene('no-match') });

    expect(decision.body).toMatchObject({
      status: 'Declined',
      features: ['FACE_MATCH'],
      liveness_checks: null,
      face_matches: [
        {
          node_id: 'feature_face_match_1',
          status: 'Declined',
          score: 12.5,
          source_image_session_id: null,
          warnings: [{ risk: 'LOW_FACE_MATCH_SIMILARITY', node_id: 'feature_face_match_1' }],
        },
      ],
    });
    expect(balance.body.balance).toBe('0.9000');
    expect(later.body.liveness.warnings).toEqual([]);
  });

  it('shows both pictures in the call log', async () => {
    const emulator = await start();
    const refImage = jpeg('reference');
    await match(emulator, { refImage });
    await check(emulator, { path: '/v3/face-match/' });

    expect(emulator.calls()).toMatchObject([
      { refImage: { sha256: sha256(refImage), filename: 'id-photo.jpg' }, billed: true },
      { refImage: null, billed: false },
    ]);
  });
});
