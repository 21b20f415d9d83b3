import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { requireLiveness } from '@didit-liveness/express';
import * as fc from 'fast-check';
import { mayRun, type PlainPolicy } from '../oracle/oracle.js';
import { anyPlainPolicy, documentedUpstream, SOUND_PICTURE, soundUpload } from './cases.js';
import { GuardedApp } from './guarded-app.js';

type Options = NonNullable<Parameters<typeof requireLiveness>[0]>;

let app: GuardedApp;

beforeAll(async () => {
  app = await GuardedApp.start();
});
afterAll(() => app.stop());

/** Everything that can be thrown, by kind. */
const thrown = fc.constantFrom<unknown>(
  new Error('fault'),
  Object.assign(new Error('fault'), { status: 200, expose: true, code: 'timeout' }),
  Object.assign(new Error('fault'), { name: 'LivenessRefusal' }),
  'fault',
  7,
  null,
  undefined,
  { status: 201 },
);

/** Fails at once, or later. */
const failing = fc.tuple(thrown, fc.boolean()).map(([value, isLate]) => (): never => {
  // Async functions fail by a promise, which every function here may give.
  if (isLate) return Promise.reject(value) as never;
  throw value;
});

/** Gives what it must not give. */
const lying = fc
  .constantFrom<unknown>(
    false,
    true,
    0,
    7,
    'no',
    Symbol('no'),
    [],
    new Map(),
    { email: 7 },
    new Error('no'),
    Promise.resolve(false),
  )
  .map((value) => () => value as never);

/** The functions on whose word a request goes on: whatever they do instead of answering is a no. */
const fatal: fc.Arbitrary<Partial<Options>> = fc.oneof(
  fc.record({ validate: fc.oneof(failing, lying) }),
  fc.record({ subject: fc.oneof(failing, lying.filter(isNoText)) }),
  failing.map((fail) => ({ correlationId: fail })).filter(({ correlationId }) => isThrown(correlationId)),
  fc.record({ match: fc.record({ referenceImage: fc.oneof(failing, lying) }) }),
);

/** A text may be a name, or a key, that Didit does not know. */
function isNoText(lie: () => unknown): boolean {
  return typeof lie() !== 'string';
}

function isThrown(call: () => unknown): boolean {
  try {
    (call() as Promise<unknown>).catch(() => {});
    return false;
  } catch {
    return true;
  }
}

const FAILING = ['hintText', 'onDeclined', 'onError'] as const;

describe('what fails in the application', () => {
  it('P2 never lets the handler run in place of an answer, whatever is thrown or given', async () => {
    app.upstream.wire = APPROVAL;

    await fc.assert(
      fc.asyncProperty(soundUpload, fatal, async ({ body, contentType }, options) => {
        app.guardWith({ policy: { extends: 'lenient' }, ...options });
        const before = app.seen.length;

        const answer = await app.send(body, contentType);

        expect(app.seen.length).toBe(before);
        expect(answer?.status).toBe(500);
        expect(app.outcries).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });

  it('P2 lets the handler run for a key that cannot be read as little as for a refused one', async () => {
    await fc.assert(
      fc.asyncProperty(
        soundUpload,
        fc.oneof(failing, lying.filter(isNoText)),
        async ({ body, contentType }, readKey) => {
          app.guardWith({ policy: { extends: 'lenient' } });
          app.readKey = readKey;
          const before = { seen: app.seen.length, asked: app.upstream.asked.length };

          const answer = await app.send(body, contentType);

          app.readKey = () => 'properties-key';
          expect(app.seen.length).toBe(before.seen);
          expect(app.upstream.asked.length).toBe(before.asked);
          expect(answer?.status).toBe(503);
          expect(app.outcries).toEqual([]);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('P2 P13 turns no no into a yes where an answer or a listener fails', async () => {
    const faults = fc.tuple(fc.subarray([...FAILING, 'onEvent' as const], { minLength: 1 }), failing);

    await fc.assert(
      fc.asyncProperty(
        soundUpload,
        documentedUpstream,
        anyPlainPolicy,
        faults,
        async (upload, upstream, policy, fault) => {
          const [names, fail] = fault;
          const functions = FAILING.filter((name) => names.includes(name)).map((name) => [name, fail] as const);
          app.guardWith({ policy: { extends: 'lenient', ...policy }, ...Object.fromEntries(functions) });
          app.hear = names.includes('onEvent') ? fail : () => {};
          app.upstream.wire = upstream.wire;
          const before = app.seen.length;

          await app.send(upload.body, upload.contentType);

          app.hear = () => {};
          expect(app.seen.length - before).toBe(mayRun(upload.facts, upstream.facts, policy) === 'yes' ? 1 : 0);
          expect(app.outcries).toEqual([]);
        },
      ),
      { numRuns: 80 },
    );
  });
});

describe('refusals', () => {
  const TELLING = [
    'LIVENESS_FACE_ATTACK',
    'FACE_IN_BLOCKLIST',
    'POSSIBLE_FACE_IN_BLOCKLIST',
    'LOW_LIVENESS_SCORE',
    'DUPLICATED_FACE',
  ];
  const MENDABLE = ['LOW_FACE_QUALITY', 'MULTIPLE_FACES_DETECTED', 'HIGH_FACE_LUMINANCE'];

  it('P22 are the same to the last byte for an attack, a blocklist, a duplicate, a low score, and any mixture', async () => {
    const reasons = fc.record({
      risks: fc.subarray(TELLING),
      mendable: fc.subarray(MENDABLE),
      status: fc.constantFrom('Approved', 'Declined'),
      score: fc.integer({ min: 0, max: 100 }),
      requestId: fc.uuid(),
    });
    const policy: PlainPolicy = {
      score: { declineAtOrBelow: 50 },
      faceQuality: {},
      faceLuminance: {},
      warnings: { DUPLICATED_FACE: 'decline' },
      unknownWarning: 'review',
      unknownInformation: 'approve',
    };
    const answers = new Set<string>();

    await fc.assert(
      fc.asyncProperty(reasons, async ({ risks, mendable, status, score, requestId }) => {
        fc.pre(score <= 50 || risks.length > 0);
        app.guardWith({ policy: { extends: 'balanced', ...policy }, correlationId: () => 'the-same' });
        const warnings = [
          ...risks.map((risk) => ({ risk, log_type: risk === 'DUPLICATED_FACE' ? 'information' : 'error' })),
          ...mendable.map((risk) => ({ risk, log_type: 'warning' })),
        ];
        app.upstream.wire = answerOf({ status, score, warnings }, requestId);

        const { body, contentType } = PICTURE;
        const answer = await app.send(body, contentType);
        const { date: _, ...headers } = answer?.headers ?? {};

        answers.add(JSON.stringify([answer?.status, headers, answer?.body]));
        expect([...answers]).toEqual([expect.stringContaining('liveness-declined')]);
      }),
      { numRuns: 60 },
    );
  });
});

const PICTURE = { body: SOUND_PICTURE, contentType: 'image/jpeg' };
const APPROVAL = answerOf({ status: 'Approved', score: 100, warnings: [] }, 'r-1');

function answerOf(said: object, requestId: string): Buffer {
  const user_image = { entities: [{ bbox: [1, 2, 3, 4], confidence: 0.9 }] };
  const liveness = { method: 'PASSIVE', user_image, face_quality: 90, face_luminance: 50, ...said };
  const body = JSON.stringify({ request_id: requestId, liveness });
  return Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
}
