import { describe, expect, it } from '@jest/globals';
import { check, read, scene, send, start } from './support.js';

const UNKNOWN_ID = '6f2f0a9e-5c3a-4a5e-9d0a-0c6b3f7e1d42';

function decisionOf(requestId: string): string {
  return `/v3/session/${requestId}/decision/`;
}

describe('the decision of a saved check', () => {
  it('is a session with one liveness check', async () => {
    const emulator = await start({ now: () => Date.UTC(2026, 10, 20) });
    const saved = await check(emulator, {
      image: scene('spoof'),
      fields: { vendor_data: 'acct_7719', metadata: '{"flow":"x"}' },
    });

    const { status, body } = await read(emulator, decisionOf(saved.body.request_id));

    expect(status).toBe(200);
    expect(body).toEqual({
      session_id: saved.body.request_id,
      session_kind: 'user',
      session_number: 1001,
      session_url: null,
      status: 'Declined',
      environment: 'live',
      workflow_id: null,
      features: ['LIVENESS'],
      vendor_data: 'acct_7719',
      metadata: { flow: 'x' },
      expected_details: null,
      contact_details: null,
      callback: null,
      id_verifications: null,
      nfc_verifications: null,
      liveness_checks: [
        {
          node_id: 'feature_liveness_1',
          status: 'Declined',
          method: 'PASSIVE',
          score: 8.25,
          reference_image: null,
          video_url: null,
          age_estimation: 31.4,
          matches: [],
          warnings: saved.body.liveness.warnings.map((warning) => ({ ...warning, node_id: 'feature_liveness_1' })),
          face_quality: saved.body.liveness.face_quality,
          face_luminance: saved.body.liveness.face_luminance,
        },
      ],
      face_matches: null,
      phone_verifications: null,
      email_verifications: null,
      poa_verifications: null,
      document_ai_documents: null,
      questionnaire_responses: null,
      aml_screenings: null,
      ip_analyses: null,
      database_validations: null,
      reviews: [],
      created_at: '2026-11-20T00:00:00.000000+00:00',
      expires_at: null,
    });
  });

  it('has no age where there is no face', async () => {
    const emulator = await start();
    const saved = await check(emulator, { image: scene('no-face') });

    await expect(read(emulator, decisionOf(saved.body.request_id))).resolves.toMatchObject({
      body: { liveness_checks: [{ age_estimation: null, score: null }] },
    });
  });

  it('is found by its identifier in capitals and with a query', async () => {
    const emulator = await start();
    const saved = await check(emulator);

    const answer = await read(emulator, `${decisionOf(saved.body.request_id.toUpperCase())}?include=events`);

    expect(answer.status).toBe(200);
  });

  it('counts a check whose answer was lost', async () => {
    const emulator = await start();
    await send(emulator, { image: scene('truncated-json') });

    const { body } = await check(emulator);

    await expect(read(emulator, decisionOf(body.request_id))).resolves.toMatchObject({
      body: { session_number: 1002 },
    });
  });
});

describe('the decision of anything else', () => {
  it('is not found when the check was not saved', async () => {
    const emulator = await start();
    const { body } = await check(emulator, { fields: { save_api_request: 'false' } });

    await expect(read(emulator, decisionOf(body.request_id))).resolves.toMatchObject({
      status: 404,
      body: { detail: 'Not found.' },
    });
  });

  it('is not found before the key is looked at', async () => {
    const emulator = await start();

    await expect(read(emulator, decisionOf(UNKNOWN_ID), null)).resolves.toMatchObject({ status: 404 });
  });

  it.each(['5', 'not-a-uuid', `${UNKNOWN_ID}0`])('is an HTML page for the malformed identifier %s', async (id) => {
    const emulator = await start();

    const response = await fetch(emulator.url + decisionOf(id));

    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toContain('text/html');
  });
});
