import { describe, expect, it } from '@jest/globals';
import { ENDPOINT_NAMES, PICTURE_ENDPOINT_NAMES } from '../src/endpoint-names.js';
import { FAULT_SCENARIO_NAMES } from '../src/scenario-names.js';
import { SCENARIOS } from '../src/scenarios.js';
import { call, check, jpeg, read, resultOf, scene, send, start } from './support.js';

const OTHERS = PICTURE_ENDPOINT_NAMES.slice(1);
const KEYS: Readonly<Record<string, string>> = {
  'face-match': 'face_match',
  'age-estimation': 'age_estimation',
  'face-search': 'face_search',
};

function requestTo(name: string, image = jpeg()) {
  return { path: `/v3/${name}/`, image, refImage: jpeg() };
}

describe.each(OTHERS)('the check %s', (name) => {
  it.each(FAULT_SCENARIO_NAMES.filter((fault) => SCENARIOS[fault].kind === 'refusal'))(
    'plays the refusal %s, unbilled',
    async (fault) => {
      const emulator = await start();
      const usual = await send(emulator, { image: scene(fault) });

      const response = await send(emulator, requestTo(name, scene(fault)));

      expect(response.status).toBe(usual.status);
      expect(emulator.calls().some(({ billed }) => billed)).toBe(false);
    },
  );

  it.each([
    ['in-review', { status: 'In Review' }],
    ['unknown-status', { status: 'Verified' }],
    ['contradiction', { status: 'Approved', warnings: [{ risk: 'LIVENESS_FACE_ATTACK', log_type: 'error' }] }],
    ['error-warning', { status: 'Approved', warnings: [{ log_type: 'error' }] }],
    ['unknown-warning', { status: 'Approved', warnings: [{ risk: 'FACE_PARTLY_COVERED' }] }],
  ])('plays the fault %s, billed', async (fault, result) => {
    const emulator = await start();

    const answer = await check(emulator, requestTo(name, scene(fault)));

    expect(resultOf(answer, KEYS[name] ?? '')).toMatchObject(result);
    expect(emulator.calls()).toMatchObject([{ status: 200, billed: true }]);
  });

  it('plays a missing result', async () => {
    const emulator = await start();

    const { body } = await check(emulator, requestTo(name, scene('missing-liveness')));

    expect(body).not.toHaveProperty(KEYS[name] ?? '');
    expect(body).toHaveProperty('created_at');
  });

  it.each(['html-200', 'empty-200', 'truncated-json'])('plays %s', async (fault) => {
    const emulator = await start();

    const response = await send(emulator, requestTo(name, scene(fault)));

    await expect(response.json()).rejects.toThrow();
  });

  it('has the redirect target of its own', async () => {
    const emulator = await start();

    const response = await send(emulator, requestTo(name, scene('redirect')));

    expect(response.status).toBe(307);
    expect(response.headers.get('location')).toBe(`http://localhost:${emulator.port}/v3/${name}/redirected/`);
    await expect(check(emulator, { ...requestTo(name), path: `/v3/${name}/redirected/` })).resolves.toMatchObject({
      status: 200,
    });
  });

  it('shares the limiter with the others', async () => {
    const emulator = await start({ writesPerMinute: 1 });
    await check(emulator);

    await expect(check(emulator, requestTo(name))).resolves.toMatchObject({ status: 429 });
  });

  it('wants a key and credits', async () => {
    const emulator = await start({ balanceDollars: 0 });

    const keyless = await check(emulator, { ...requestTo(name), key: null });
    const poor = await check(emulator, requestTo(name));

    expect(keyless.status).toBe(403);
    expect(poor).toMatchObject({ status: 403, body: { error: expect.stringContaining('enough credits') } });
  });

  it('is approved for nothing with a sandbox key, and saves nothing', async () => {
    const emulator = await start();

    const answer = await check(emulator, { ...requestTo(name, scene('no-face')), key: 'sk_test_x' });

    expect(resultOf(answer, KEYS[name] ?? '').status).toBe('Approved');
    await expect(read(emulator, `/v3/session/${answer.body.request_id}/decision/`)).resolves.toMatchObject({
      status: 404,
    });
  });
});

describe('figures that cannot be', () => {
  it.each([
    ['face-match', 'null-score', { score: null, status: 'Approved' }],
    ['face-match', 'score-out-of-range', { score: 140 }],
    ['face-match', 'string-score', { score: expect.stringMatching(/^\d/u) }],
    ['age-estimation', 'null-score', { score: null, status: 'Approved' }],
    ['age-estimation', 'string-score', { score: expect.stringMatching(/^\d/u) }],
    ['face-search', 'string-score', { total_matches: '0' }],
  ])('%s plays %s', async (name, fault, result) => {
    const emulator = await start();

    const answer = await check(emulator, { ...requestTo(name, scene(fault)), fields: { save_api_request: 'false' } });

    expect(resultOf(answer, KEYS[name] ?? '')).toMatchObject(result);
  });
});

describe('a script for one endpoint', () => {
  it('leaves the others alone', async () => {
    const emulator = await start();
    emulator.next('503', 1, 'face-match');

    const liveness = await check(emulator);
    const match = await check(emulator, requestTo('face-match'));

    expect([liveness.status, match.status]).toEqual([200, 503]);
  });

  it('answers early where it is told to', async () => {
    const emulator = await start();
    emulator.next('early-401', 1, 'face-match');

    const liveness = await check(emulator);
    const match = await check(emulator, requestTo('face-match'));

    expect([liveness.status, match.status]).toEqual([200, 401]);
    expect(emulator.calls()).toHaveLength(1);
  });

  it.each(ENDPOINT_NAMES.filter((name) => name !== 'application'))('may be for %s', async (name) => {
    const emulator = await start();

    emulator.next('500', 1, name);

    await expect(
      call(emulator, '/_emulator/next', { body: { scenario: '500', endpoint: name } }),
    ).resolves.toMatchObject({ status: 200, body: { queued: 2, endpoint: name } });
  });

  it('plays what is not about a picture on an endpoint without one', async () => {
    const emulator = await start();
    for (const scenario of ['503', 'html-200', 'truncated-json', 'approved'] as const) {
      emulator.next(scenario, 1, 'balance');
    }

    const responses = await Promise.all(
      [1, 2, 3, 4].map(() => fetch(`${emulator.url}/v3/billing/balance/`, { headers: { 'x-api-key': 'any' } })),
    );
    const texts = await Promise.all(responses.map((response) => response.text()));

    expect(responses.filter(({ status }) => status === 503)).toHaveLength(1);
    expect(texts.filter((text) => text.startsWith('<!doctype'))).toHaveLength(1);
    expect(texts.filter((text) => text.endsWith('null}'))).toHaveLength(1);
  });
});
