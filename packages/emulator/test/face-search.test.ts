import { describe, expect, it } from '@jest/globals';
import type { CheckRequest, JsonAnswer } from './support.js';
import { check, jpeg, read, resultOf, scene, start } from './support.js';

function search(emulator: Awaited<ReturnType<typeof start>>, request: CheckRequest = {}): Promise<JsonAnswer> {
  return check(emulator, { path: '/v3/face-search/', ...request });
}

describe('face search', () => {
  it('finds nobody in an empty index', async () => {
    const emulator = await start();

    const answer = await search(emulator);

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      request_id: expect.any(String),
      face_search: {
        status: 'Approved',
        total_matches: 0,
        matches: [],
        user_image: { entities: [{ bbox: [100, 100, 400, 480], confidence: 0.75 }], best_angle: 0 },
        warnings: [],
      },
      vendor_data: null,
      metadata: null,
      created_at: expect.any(String),
    });
  });

  it.each(['most_similar', 'blocklisted_or_approved'])('finds saved faces of any user with %s', async (type) => {
    const emulator = await start();
    const saved = await check(emulator, { image: jpeg('a didit-face=ada;'), fields: { vendor_data: 'a' } });
    await check(emulator, { image: jpeg('didit-face=bob;') });

    const answer = await search(emulator, {
      image: jpeg('b didit-face=ada;'),
      fields: { vendor_data: 'a', search_type: type },
    });

    expect(resultOf(answer, 'face_search')).toMatchObject({
      status: 'Approved',
      total_matches: 1,
      matches: [
        {
          session_id: saved.body.request_id,
          session_number: 1001,
          similarity_percentage: 98.5,
          source: 'session',
          vendor_data: 'a',
          status: 'Approved',
          is_blocklisted: false,
          is_allowlisted: false,
          user_details: null,
          match_image_url: null,
        },
      ],
    });
  });

  it('finds neither declined nor unsaved faces, nor those that were only searched', async () => {
    const emulator = await start();
    await check(emulator, { fields: { face_liveness_score_decline_threshold: '100' } });
    await check(emulator, { fields: { save_api_request: 'false' } });
    await search(emulator);

    const answer = await search(emulator);

    expect(resultOf(answer, 'face_search')['total_matches']).toBe(0);
  });

  it('names five at most', async () => {
    const emulator = await start();
    await Promise.all(Array.from({ length: 7 }, () => check(emulator)));

    const answer = await search(emulator);

    expect(resultOf(answer, 'face_search')['total_matches']).toBe(5);
  });

  it.each([
    ['blocklisted', 'FACE_IN_BLOCKLIST'],
    ['possibly-blocklisted', 'POSSIBLE_FACE_IN_BLOCKLIST'],
  ])('declines %s and nothing else', async (marker, risk) => {
    const emulator = await start();

    const answer = await search(emulator, { image: scene(marker) });

    expect(resultOf(answer, 'face_search')).toMatchObject({
      status: 'Declined',
      total_matches: 1,
      matches: [{ is_blocklisted: true, source: 'list_entry', session_number: 512 }],
      warnings: [{ risk, log_type: 'error' }],
    });
    expect(resultOf(await search(emulator, { image: scene('spoof') }), 'face_search').status).toBe('Approved');
  });

  it('refuses a picture without a face, for nothing', async () => {
    const emulator = await start({ balanceDollars: 1 });

    const answer = await search(emulator, { image: scene('no-face') });

    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ error: 'No face detected in the image' });
    await expect(read(emulator, '/v3/billing/balance/')).resolves.toMatchObject({ body: { balance: '1.0000' } });
  });

  it('refuses another kind of search', async () => {
    const emulator = await start();

    const answer = await search(emulator, { fields: { search_type: 'all' } });

    expect(answer).toMatchObject({ status: 400, body: { search_type: ['"all" is not a valid choice.'] } });
  });

  it('can be read as a decision', async () => {
    const emulator = await start();
    const saved = await search(emulator);

    await expect(read(emulator, `/v3/session/${saved.body.request_id}/decision/`)).resolves.toMatchObject({
      body: { status: 'Approved', features: ['FACE_SEARCH'], liveness_checks: null, face_matches: null },
    });
  });
});
