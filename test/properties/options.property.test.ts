import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLivenessGate, definePolicy, DiditClient, InvalidOptionError } from '@didit-liveness/core';
import type { requireLiveness } from '@didit-liveness/express';
import { resolveUploadOptions, UploadOptionError } from '@didit-liveness/upload';
import * as fc from 'fast-check';
import { file, form, FORM_TYPE } from '../../packages/upload/test/support/forms.js';
import { SOUND_PICTURE } from './cases.js';
import { GuardedApp } from './guarded-app.js';

type Options = NonNullable<Parameters<typeof requireLiveness>[0]>;

let app: GuardedApp;

beforeAll(async () => {
  app = await GuardedApp.start();
  app.upstream.wire = Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${APPROVAL.length}\r\n\r\n${APPROVAL}`,
  );
});
afterAll(() => app.stop());

const anything = fc.anything({ withBigInt: true, withNullPrototype: true, withDate: true });
const odd = fc.oneof(anything, fc.constantFrom<unknown>(NaN, -1, Infinity, '5mb', '80', 0.8, 101, '', null, {}, []));

/** A value that may be right, and now and then anything at all. */
const mostly = (...right: readonly unknown[]) =>
  fc.oneof({ weight: 60, arbitrary: fc.constantFrom<unknown>(...right) }, { weight: 1, arbitrary: odd });

const anyPolicy = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record(
      {
        extends: mostly('strict', 'balanced', 'lenient'),
        score: fc.record(
          { declineAtOrBelow: mostly(0, 50, null), reviewAtOrBelow: mostly(50, 80, null) },
          { requiredKeys: [] },
        ),
        faceLuminance: fc.record({ declineBelow: mostly(10, 20), reviewAbove: mostly(80, 15) }, { requiredKeys: [] }),
        warnings: fc.dictionary(
          fc.constantFrom('DUPLICATED_FACE', 'MULTIPLE_FACES', 'LOW_FACE_QUALITY'),
          mostly('approve', 'decline'),
        ),
        unknownWarning: mostly('approve', 'decline'),
      },
      { requiredKeys: [] },
    ),
  },
  odd,
);

const guardOptions = fc.record(
  {
    threshold: mostly(0, 30, 80, 100),
    policy: anyPolicy,
    onReview: mostly('reject', 'pass', 'step-up'),
    stepUp: mostly(
      { workflowId: 'b3e4a0d1-55c2-4c58-9a36-3d0a2a6f9e70' },
      { workflowId: 'b3e4a0d1-55c2-4c58-9a36-3d0a2a6f9e70', maxAgeSeconds: 60 },
    ),
    rotateImage: mostly(true, false),
    saveApiRequest: mostly(true, false),
    field: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom<unknown>('selfie', 'photo', 'a[b]', '__proto__') },
      fc.string(),
      odd,
    ),
    accept: mostly(['multipart'], ['image', 'multipart', 'json'], ['image']),
    uploadTimeoutMs: mostly(15_000, 600_000),
    maxBufferedBytes: mostly(8_388_608, 268_435_456),
    validate: mostly(
      () => undefined,
      () => ({ email: 'is missing' }),
    ),
    subject: mostly(() => 'person-1'),
    hintText: mostly(
      () => 'words',
      () => undefined,
    ),
    correlationId: mostly(
      () => 'r-1',
      () => '',
    ),
  },
  { requiredKeys: [] },
);

/** What was made, or undefined where the options were refused as options are. Fails on every other error. */
function made<Made>(make: () => Made, kinds: readonly (new (...given: never[]) => Error)[]): Made | undefined {
  try {
    return make();
  } catch (error) {
    expect(kinds.some((kind) => error instanceof kind) ? 'refused' : error).toBe('refused');
    return undefined;
  }
}

describe('options', () => {
  it('P23 A34 D08 of a guard are refused when it is made, or never make a request fail', async () => {
    const count = { all: 0, usable: 0 };

    await fc.assert(
      fc.asyncProperty(guardOptions, async (options) => {
        count.all += 1;
        const isMade = made(() => (app.guardWith(options as Options), true), [InvalidOptionError, UploadOptionError]);
        if (!isMade) return;
        count.usable += 1;
        const field = 'field' in options && typeof options.field === 'string' ? options.field : 'selfie';

        const answer = await app.send(form(file(field, SOUND_PICTURE)), FORM_TYPE);

        expect(app.errors).toEqual([]);
        expect([201, 403, 415, 422, 502]).toContain(answer?.status);
      }),
      { numRuns: 150 },
    );

    if (count.all >= 100) expect(count.usable / count.all).toBeGreaterThan(0.15);
  });

  it('P23 A34 of the reader of uploads are refused or taken as they are, whatever they are', () => {
    const uploadOptions = fc.record(
      {
        field: mostly('selfie', 'a'),
        limitBytes: mostly(1, 5_242_880),
        timeoutMs: mostly(1, 600_000),
        maxFields: mostly(0, 1_000),
        maxParts: mostly(1, 2_000),
        maxFieldBytes: mostly(1, 1_048_576),
        maxFieldDepth: mostly(0, 32),
        accept: mostly(['json'], ['multipart']),
        other: fc.constant(undefined),
      },
      { requiredKeys: [] },
    );

    fc.assert(
      fc.property(fc.oneof(uploadOptions, anything), (options) => {
        const resolved = made(() => resolveUploadOptions(options as object), [UploadOptionError]);
        if (resolved === undefined) return;
        const given = Object.entries(options ?? {}).filter(([, value]) => value !== undefined);
        expect(resolved).toMatchObject(Object.fromEntries(given));
      }),
      { numRuns: 300 },
    );
  });

  it('P23 of a client, a gate and a policy are refused by one kind of error, whatever they are', async () => {
    const client = new DiditClient({ apiKey: 'properties-key' });
    const makers = fc.constantFrom<(options: never) => unknown>(
      (options) => definePolicy(options),
      (options: object) => createLivenessGate({ ...options, client }),
      (options) => createLivenessGate(options),
      (options) => new DiditClient(options),
      (options: object) => new DiditClient({ ...options, apiKey: 'properties-key' }),
    );
    const names = fc.constantFrom(
      'apiKey',
      'client',
      'baseUrl',
      'timeoutMs',
      'clock',
      'threshold',
      'policy',
      'digest',
      'onEvent',
      'score',
    );

    fc.assert(
      fc.property(makers, fc.oneof(fc.dictionary(names, odd), guardOptions, anything), (make, options) => {
        made(() => make(options as never), [InvalidOptionError]);
      }),
      { numRuns: 300 },
    );
    await client.close();
  });
});

const APPROVAL = JSON.stringify({
  liveness: {
    status: 'Approved',
    method: 'PASSIVE',
    score: 100,
    user_image: { entities: [{ bbox: [1, 2, 3, 4], confidence: 0.9 }] },
    warnings: [{ risk: 'LOW_FACE_QUALITY', log_type: 'warning' }],
    face_quality: 90,
    face_luminance: 50,
  },
});
