import { describe, expect, it } from '@jest/globals';
import { SCENARIO_NAMES } from '../src/scenario-names.js';
import { check, control, jpeg, read, scene, sha256, start } from './support.js';

describe('GET /_emulator/calls', () => {
  it('answers with every request to the API, oldest first', async () => {
    const emulator = await start();
    const image = jpeg('pixels');
    await check(emulator, { image, fields: { vendor_data: 'a', rotate_image: 'true' } });
    await check(emulator, { image: null, key: null });
    await read(emulator, '/v3/billing/balance/?page=1');

    const { body } = await read(emulator, '/_emulator/calls');

    expect(body).toEqual({
      calls: [
        {
          path: '/v3/passive-liveness/',
          fields: { vendor_data: 'a', rotate_image: 'true' },
          image: { sha256: sha256(image), bytes: image.length, filename: 'selfie.jpg', contentType: 'image/jpeg' },
          status: 200,
          billed: true,
        },
        { path: '/v3/passive-liveness/', fields: {}, image: null, status: 403, billed: false },
        { path: '/v3/billing/balance/', fields: {}, image: null, status: 200, billed: false },
      ],
    });
  });

  it('leaves out the health check, the index and itself', async () => {
    const emulator = await start();
    await read(emulator, '/system/healthcheck');
    await fetch(emulator.url);
    await control(emulator, '/_emulator/next', '{}');
    await read(emulator, '/_emulator/calls');

    expect(emulator.calls()).toEqual([]);
  });

  it('never shows a key', async () => {
    const emulator = await start();
    await check(emulator, { key: 'sk_live_canary' });

    const { body } = await read(emulator, '/_emulator/calls');

    expect(JSON.stringify(body)).not.toContain('canary');
  });

  it('gives a copy that the caller may change', async () => {
    const emulator = await start();
    await check(emulator);

    // A JavaScript caller is not held by the readonly type.
    (emulator.calls() as unknown[]).pop();

    expect(emulator.calls()).toHaveLength(1);
  });
});

describe('POST /_emulator/next', () => {
  it('sets the next answers, which win over the picture', async () => {
    const emulator = await start();

    const queued = await control(emulator, '/_emulator/next', '{"scenario":"503","times":2}');
    const statuses = [
      await check(emulator, { image: scene('spoof') }),
      await check(emulator),
      await check(emulator, { image: scene('402') }),
    ].map(({ status }) => status);

    expect(queued).toMatchObject({ status: 200, body: { scenario: '503', times: 2, queued: 2 } });
    expect(statuses).toEqual([503, 503, 402]);
  });

  it('sets one when it is not told how many, after those that wait', async () => {
    const emulator = await start();
    await control(emulator, '/_emulator/next', '{"scenario":"402"}');

    const queued = await control(emulator, '/_emulator/next', '{"scenario":"404"}');
    const statuses = [await check(emulator), await check(emulator), await check(emulator)].map(({ status }) => status);

    expect(queued.body).toMatchObject({ times: 1, queued: 2 });
    expect(statuses).toEqual([402, 404, 200]);
  });

  it.each([
    ['{"scenario":"spof"}', 'emulator: unknown scenario "spof". Did you mean "spoof"?'],
    ['{"scenario":5}', 'emulator: unknown scenario "5".'],
    ['{}', 'emulator: unknown scenario "undefined".'],
    ['{"scenario":"spoof","times":0}', 'emulator: "times" is 0; allowed is a whole number from 1 to 100000.'],
    ['{"scenario":"spoof","times":1.5}', 'emulator: "times" is 1.5'],
    ['{"scenario":"spoof","times":"2"}', 'emulator: "times" is 2'],
    ['{"scenario":"spoof","time":2}', 'emulator: unknown key "time"; keys are "scenario", "times" and "endpoint".'],
    [
      '{"scenario":"spoof","endpoint":"face-mach"}',
      'emulator: unknown endpoint "face-mach". Did you mean "face-match"?',
    ],
    [
      '{"scenario":"spoof","endpoint":"balance"}',
      'emulator: the scenario "spoof" is about a picture, and the endpoint',
    ],
    ['not json', 'emulator: send JSON like {"scenario": "spoof", "times": 1}.'],
    ['[]', 'emulator: send JSON like'],
    ['', 'emulator: send JSON like'],
  ])('refuses %s with 400 and the list of scenarios', async (body, detail) => {
    const emulator = await start();

    const answer = await control(emulator, '/_emulator/next', body);

    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain(detail);
    expect(answer.body.scenarios).toEqual(SCENARIO_NAMES);
  });
});

describe('POST /_emulator/reset', () => {
  it('clears everything', async () => {
    const emulator = await start({ balanceDollars: 1, priceDollars: 1 });
    const saved = await check(emulator);
    await control(emulator, '/_emulator/next', '{"scenario":"500"}');

    const answer = await control(emulator, '/_emulator/reset');

    expect(answer).toMatchObject({ status: 200, body: { reset: true } });
    expect(emulator.calls()).toEqual([]);
    await expect(check(emulator)).resolves.toMatchObject({ status: 200, body: { liveness: { warnings: [] } } });
    await expect(read(emulator, `/v3/session/${saved.body.request_id}/decision/`)).resolves.toMatchObject({
      status: 404,
    });
  });
});

describe('GET /_emulator/scenarios', () => {
  it('says of every scenario what it does and whether it is billed', async () => {
    const emulator = await start();

    const { body } = await read(emulator, '/_emulator/scenarios');

    expect(body.scenarios).toEqual(
      SCENARIO_NAMES.map((name) => ({ name, about: expect.stringMatching(/\.$/u), billed: expect.any(Boolean) })),
    );
    expect(body.scenarios).toContainEqual(expect.objectContaining({ name: 'hang', billed: true }));
    expect(body.scenarios).toContainEqual(expect.objectContaining({ name: '500', billed: false }));
  });
});
