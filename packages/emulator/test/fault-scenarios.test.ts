import { describe, expect, it } from '@jest/globals';
import { FAULT_SCENARIO_NAMES } from '../src/scenario-names.js';
import { check, read, risksOf, scene, send, start } from './support.js';

describe('a refusal', () => {
  it.each([
    ['400-image', 400, { error: 'Invalid user image format.' }],
    ['400-detail', 400, { detail: 'Multipart form parse error - Invalid boundary in multipart: None' }],
    ['401', 401, { detail: 'Invalid API Key.' }],
    ['402', 402, { detail: 'Payment required.' }],
    ['403-credits', 403, { error: expect.stringContaining('enough credits') }],
    ['403-permission', 403, { detail: 'You do not have permission to perform this action.' }],
    ['404', 404, { detail: 'Not found.' }],
    ['408', 408, { detail: 'Request timeout.' }],
    ['429', 429, { detail: expect.stringContaining('rate limit exceeded') }],
    ['503', 503, { detail: 'Service unavailable.' }],
  ])('%s answers %i in JSON, unbilled and unsaved', async (name, status, body) => {
    const emulator = await start({ balanceDollars: 1 });

    const answer = await check(emulator, { image: scene(name) });

    expect(answer.status).toBe(status);
    expect(answer.body).toEqual(body);
    expect(emulator.calls()).toMatchObject([{ status, billed: false }]);
    await expect(read(emulator, '/v3/billing/balance/')).resolves.toMatchObject({ body: { balance: '1.0000' } });
  });

  it.each([
    ['413', 413],
    ['500-html', 500],
    ['502', 502],
  ])('%s answers %i in HTML', async (name, status) => {
    const emulator = await start();

    const response = await send(emulator, { image: scene(name) });

    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('text/html');
    await expect(response.text()).resolves.toMatch(/^<!doctype html>/u);
  });

  it('500 answers without a body', async () => {
    const emulator = await start();

    const response = await send(emulator, { image: scene('500') });

    expect(response.status).toBe(500);
    await expect(response.text()).resolves.toBe('');
  });

  it.each(['429', '503'])('%s says when to come back', async (name) => {
    const emulator = await start();

    const { headers } = await check(emulator, { image: scene(name) });

    expect(headers.get('retry-after')).toBe('30');
  });

  it('429 carries the three rate limit headers', async () => {
    const emulator = await start({ now: () => 1_000_000 });

    const { headers } = await check(emulator, { image: scene('429') });

    expect(Object.fromEntries(headers)).toMatchObject({
      'x-ratelimit-limit': '300',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '1030',
    });
  });
});

describe('redirect', () => {
  it('points to another origin and is recorded once when nobody follows', async () => {
    const emulator = await start();

    const response = await send(emulator, { image: scene('redirect') });

    expect(response.status).toBe(307);
    expect(response.headers.get('location')).toBe(`http://localhost:${emulator.port}/v3/passive-liveness/redirected/`);
    expect(emulator.calls()).toMatchObject([{ path: '/v3/passive-liveness/', status: 307, billed: false }]);
  });

  it('points back to the address when it was called by name', async () => {
    const emulator = await start();

    const response = await send({ url: `http://localhost:${emulator.port}` }, { image: scene('redirect') });

    expect(response.headers.get('location')).toMatch(/^http:\/\/127\.0\.0\.1:/u);
  });

  it('approves, bills and records whoever follows', async () => {
    const emulator = await start();

    const { status, body } = await check(emulator, {
      path: '/v3/passive-liveness/redirected/',
      image: scene('redirect'),
    });

    expect(status).toBe(200);
    expect(body.liveness.status).toBe('Approved');
    expect(emulator.calls()).toMatchObject([{ path: '/v3/passive-liveness/redirected/', status: 200, billed: true }]);
  });
});

describe('a 200 that is not a verdict', () => {
  it.each([
    ['html-200', 'text/html', /^<!doctype html>/u],
    ['empty-200', 'application/json', /^$/u],
  ])('%s has a body of another kind', async (name, contentType, body) => {
    const emulator = await start();

    const response = await send(emulator, { image: scene(name) });

    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain(contentType);
    await expect(response.text()).resolves.toMatch(body);
    expect(emulator.calls()).toMatchObject([{ status: 200, billed: true }]);
  });

  it('missing-liveness has everything but the verdict', async () => {
    const emulator = await start();

    const { body } = await check(emulator, { image: scene('missing-liveness') });

    expect(Object.keys(body)).toEqual(['request_id', 'vendor_data', 'metadata', 'created_at']);
  });
});

describe('a verdict that breaks its own rules', () => {
  it.each([
    ['unknown-status', { status: 'Verified', score: expect.any(Number) }, []],
    ['in-review', { status: 'In Review', score: expect.any(Number) }, []],
    ['unknown-warning', { status: 'Approved', score: expect.any(Number) }, ['FACE_PARTLY_COVERED warning']],
    ['contradiction', { status: 'Approved', score: expect.any(Number) }, ['LIVENESS_FACE_ATTACK error']],
    ['error-warning', { status: 'Approved', score: expect.any(Number) }, ['DUPLICATED_FACE error']],
    ['null-score', { status: 'Approved', score: null }, []],
    ['string-score', { status: 'Approved', score: expect.stringMatching(/^\d+(\.\d+)?$/u) }, []],
    ['score-out-of-range', { status: 'Approved', score: 140 }, []],
  ])('%s', async (name, liveness, warnings) => {
    const emulator = await start();

    const { status, body } = await check(emulator, { image: scene(name) });

    expect(status).toBe(200);
    expect(body.liveness).toMatchObject(liveness);
    expect(body.liveness.warnings.map(({ risk, log_type }) => `${risk} ${log_type}`)).toEqual(warnings);
    expect(emulator.calls()).toMatchObject([{ status: 200, billed: true }]);
  });

  it.each(['in-review', 'unknown-status', 'contradiction', 'error-warning', 'null-score'])(
    '%s keeps to it at any threshold',
    async (name) => {
      const emulator = await start();

      const { body } = await check(emulator, {
        image: scene(name),
        fields: { face_liveness_score_decline_threshold: '100' },
      });

      expect(body.liveness.status).not.toBe('Declined');
      expect(risksOf(body)).not.toContain('LOW_LIVENESS_SCORE');
    },
  );

  it('is saved like any other', async () => {
    const emulator = await start();
    const { body } = await check(emulator, { image: scene('in-review') });

    await expect(read(emulator, `/v3/session/${body.request_id}/decision/`)).resolves.toMatchObject({
      status: 200,
      body: { status: 'In Review' },
    });
  });
});

describe('the names', () => {
  it('are the ones that other packages rely on', () => {
    expect(FAULT_SCENARIO_NAMES.join(' ')).toBe(
      '400-image 400-detail 401 402 403-credits 403-permission 404 408 413 429 500 500-html 502 503 ' +
        'slow-headers slow-body hang reset-before-response reset-mid-body truncated-json html-200 empty-200 ' +
        'unknown-status in-review unknown-warning contradiction error-warning null-score string-score ' +
        'score-out-of-range missing-liveness huge-body gzip-body redirect early-401',
    );
  });
});
