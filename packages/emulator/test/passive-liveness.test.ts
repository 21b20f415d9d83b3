import { describe, expect, it } from '@jest/globals';
import { check, jpeg, risksOf, scene, sendRaw, start } from './support.js';

const NOON = Date.UTC(2026, 10, 20, 12, 0, 0, 208);

function threshold(value: string): { fields: Record<string, string> } {
  return { fields: { face_liveness_score_decline_threshold: value } };
}

describe('an unmarked picture', () => {
  it('is approved with every field of the response', async () => {
    const emulator = await start({ now: () => NOON });

    const { status, headers, body } = await check(emulator, {
      fields: { vendor_data: 'acct_7719', metadata: '{"flow":"x"}' },
    });

    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json');
    expect(body).toEqual({
      request_id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/u),
      liveness: {
        status: 'Approved',
        method: 'PASSIVE',
        score: expect.any(Number),
        user_image: {
          entities: [{ bbox: [100, 100, 400, 480], confidence: 0.75, age: 31.4, gender: 'female', race: null }],
          best_angle: 0,
        },
        warnings: [],
        face_quality: expect.any(Number),
        face_luminance: expect.any(Number),
      },
      vendor_data: 'acct_7719',
      metadata: { flow: 'x' },
      created_at: '2026-11-20T12:00:00.208000+00:00',
    });
  });

  it('gets figures from its hash: the same for the same bytes, within bounds for any', async () => {
    const emulator = await start();
    const pictures = Array.from({ length: 50 }, (_, index) => jpeg(String(index)));

    const first = await Promise.all(pictures.map((image) => check(emulator, { image })));
    const second = await Promise.all(pictures.map((image) => check(emulator, { image })));

    const scores = first.map(({ body }) => body.liveness.score);
    expect(second.map(({ body }) => body.liveness.score)).toEqual(scores);
    expect(new Set(scores).size).toBeGreaterThan(40);
    expect(Math.min(...scores.map(Number))).toBeGreaterThanOrEqual(85);
    expect(Math.max(...scores.map(Number))).toBeLessThanOrEqual(99);
  });

  it('passes a threshold of 80', async () => {
    const emulator = await start();

    const { body } = await check(emulator, threshold('80'));

    expect(body.liveness.status).toBe('Approved');
  });
});

describe('score and threshold', () => {
  it.each([
    ['30.01', undefined, 'Approved'],
    ['30', undefined, 'Declined'],
    ['62.6', '62.5', 'Approved'],
    ['62.5', '62.5', 'Declined'],
    ['62.4', '62.5', 'Declined'],
    ['0', '0', 'Declined'],
    ['0.01', '0', 'Approved'],
    ['100', '100', 'Declined'],
  ])('score %s at threshold %s is %s', async (score, limit, status) => {
    const emulator = await start();

    const { body } = await check(emulator, {
      image: scene(`approved;score=${score};`),
      ...(limit === undefined ? {} : threshold(limit)),
    });

    expect(body.liveness.score).toBe(Number(score));
    expect(body.liveness.status).toBe(status);
    expect(risksOf(body)).toEqual(status === 'Declined' ? ['LOW_LIVENESS_SCORE'] : []);
  });

  it('lets a score equal to the threshold pass in the mode lt', async () => {
    const emulator = await start({ thresholdMode: 'lt' });

    const statuses = await Promise.all(
      ['29.99', '30'].map(async (score) => {
        const { body } = await check(emulator, { image: scene(`approved;score=${score};`) });
        return body.liveness.status;
      }),
    );

    expect(statuses).toEqual(['Declined', 'Approved']);
  });
});

describe('a sandbox key', () => {
  it.each(['spoof', '500', 'early-401', 'unheard-of'])(
    'approves even a picture marked %s, unbilled and unsaved',
    async (scenario) => {
      const emulator = await start();

      const { status, body } = await check(emulator, { key: 'sk_test_key', image: scene(scenario) });
      const decision = await fetch(`${emulator.url}/v3/session/${body.request_id}/decision/`);

      expect(status).toBe(200);
      expect(body.liveness).toMatchObject({ status: 'Approved', score: 99, warnings: [] });
      expect(emulator.calls()[0]).toMatchObject({ status: 200, billed: false });
      expect(decision.status).toBe(404);
    },
  );

  it('approves at any threshold and echoes what was sent', async () => {
    const emulator = await start();

    const { body } = await check(emulator, {
      key: 'sk_test_key',
      fields: { vendor_data: 'a', metadata: '{"b":1}', face_liveness_score_decline_threshold: '100' },
    });

    expect(body).toMatchObject({ liveness: { status: 'Approved' }, vendor_data: 'a', metadata: { b: 1 } });
  });

  it('still needs good fields', async () => {
    const emulator = await start();

    await expect(check(emulator, { key: 'sk_test_key', image: null })).resolves.toMatchObject({ status: 400 });
  });

  it('does not need a balance, and bytes that are a picture neither', async () => {
    const emulator = await start({ balanceDollars: 0 });

    const answer = await check(emulator, { key: 'sk_test_key', image: Buffer.from('anything') });

    expect(answer.status).toBe(200);
  });

  it('leaves a queued scenario for a key that is charged', async () => {
    const emulator = await start();
    emulator.next('spoof');
    await check(emulator, { key: 'sk_test_key' });

    const { body } = await check(emulator);

    expect(body.liveness.status).toBe('Declined');
  });
});

describe('a marker that cannot be honoured', () => {
  it.each([
    ['spoff', 'emulator: unknown scenario "spoff". Did you mean "spoof"?'],
    ['approved-often', 'emulator: unknown scenario "approved-often".'],
    ['', 'emulator: unknown scenario "".'],
    ['spoof;score=101', 'emulator: score=101 is not from 0 to 100.'],
  ])('%p is a 500 that says why, and is not billed', async (marker, detail) => {
    const emulator = await start();

    const { status, body } = await check(emulator, { image: scene(marker) });

    expect(status).toBe(500);
    expect(body.detail).toContain(detail);
    expect(emulator.calls()[0]).toMatchObject({ status: 500, billed: false });
  });
});

describe('the shape of early 2026', () => {
  it('has no newer fields, a whole score and a time that ends in Z', async () => {
    const emulator = await start({ seedShape: true, now: () => NOON });

    const { body } = await check(emulator, { image: scene('duplicate;score=88.6;'), fields: { vendor_data: 'a' } });

    expect(body).toEqual({
      request_id: expect.any(String),
      liveness: {
        status: 'Approved',
        method: 'PASSIVE',
        score: 89,
        user_image: {
          entities: [{ bbox: [100, 100, 400, 480], confidence: 0.75, age: 31.4, gender: 'female' }],
          best_angle: 0,
        },
        warnings: [
          {
            risk: 'DUPLICATED_FACE',
            log_type: 'information',
            short_description: 'Duplicated face from other approved session',
            long_description: 'The same face exists in another approved session.',
          },
        ],
        face_quality: expect.any(Number),
        face_luminance: expect.any(Number),
      },
      created_at: '2026-11-20T12:00:00.208Z',
    });
  });

  it('compares the rounded score, so that score and status agree', async () => {
    const emulator = await start({ seedShape: true });

    const { body } = await check(emulator, { image: scene('approved;score=30.4;') });

    expect(body.liveness).toMatchObject({ score: 30, status: 'Declined' });
  });

  it('has a null score where there is no face', async () => {
    const emulator = await start({ seedShape: true });

    const { body } = await check(emulator, { image: scene('no-face') });

    expect(body.liveness.score).toBeNull();
  });
});

describe('latency', () => {
  it('waits before an answer and still sends it', async () => {
    const emulator = await start({ latencyMs: 50 });
    const before = performance.now();

    const answer = await sendRaw(emulator);

    expect(answer.status).toBe(200);
    expect(performance.now() - before).toBeGreaterThanOrEqual(45);
  });
});
