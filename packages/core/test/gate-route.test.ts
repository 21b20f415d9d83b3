import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { systemClock } from '../src/clock.js';
import { type ProblemCode, PROBLEMS } from '../src/gate/problem.js';
import type { ReadingRefusalCode, SelfieReading } from '../src/gate/reading.js';
import type { RouteOptions } from '../src/gate/options.js';
import type { Attempt, FieldErrors } from '../src/gate/attempt.js';
import { MAX_IMAGE_BYTES } from '../src/image/picture.js';
import {
  advisoryAnswer,
  approvedAnswer,
  blocklistedAnswer,
  noFaceAnswer,
  spoofAnswer,
  warningOf,
} from './support/answers.js';
import { printed, VENDOR_CANARY } from './support/canaries.js';
import {
  formIn,
  type GateBench,
  livenessIn,
  reads,
  refusalIn,
  startGate,
  textFieldsIn,
  throwsFault,
} from './support/gates.js';
import {
  animatedPng,
  baselineJpeg,
  bytesOf,
  cutAt,
  jpegOf,
  lossyWebp,
  otherFormats,
  pngHeader,
  pngOf,
  pngPixels,
  prefixOf,
  scan,
  startOfFrame,
  stillPng,
  tiffOf,
} from './support/pictures.js';
import {
  type Answer,
  answer,
  closeAll,
  closedOrigin,
  hangUp,
  neverAnswer,
  rejectionOf,
  type Reply,
  reset,
  sendAndEnd,
  startServer,
} from './support/server.js';

const approved = answer({ body: approvedAnswer() });

afterEach(closeAll);

/** The result of one request against this answer. */
async function outcomeOf(body: unknown, options: RouteOptions = {}, attempt: Partial<Attempt> = {}) {
  const { gate } = await startGate(answer({ body: body as object }));
  return gate.route(options).check({ read: reads(), correlationId: 'c-1', ...attempt });
}

/** A reader that gives this reading. */
function gives(reading: SelfieReading): Attempt['read'] {
  return async () => reading;
}

/** The refusal of a request for which Didit was not asked. */
async function freeRefusal(attempt: Attempt) {
  const { gate, server, events } = await startGate(approved);
  const refusal = refusalIn(await gate.route().check(attempt));
  expect(server.connections()).toBe(0);
  expect(events).toEqual([expect.objectContaining({ type: 'refused', code: refusal.code, billed: 'no' })]);
  return refusal;
}

/** The text fields that Didit gets. */
async function askedWith(gateOptions: RouteOptions, routeOptions: RouteOptions = {}, attempt: Partial<Attempt> = {}) {
  const { gate, server } = await startGate(approved, gateOptions);
  await gate.route(routeOptions).check({ read: reads(), ...attempt });
  return textFieldsIn(await server.received(1));
}

/** 429, with this Retry-After. */
function limited(retryAfter: string): Answer {
  return { status: 429, headers: { 'retry-after': retryAfter } };
}

function isDeepFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isDeepFrozen);
}

describe('a request that passes', () => {
  it('brings the verdict, and the very bytes that were judged (H12, P1, P4)', async () => {
    const { gate, server } = await startGate(approved);
    const chunks = cutAt(baselineJpeg, [10, 50]);
    const selfie = { chunks, size: baselineJpeg.length, fields: { email: 'a@example.com' } };

    const result = await gate.route().check({ read: gives({ kind: 'selfie', selfie }), correlationId: 'c-1' });

    const sha256 = createHash('sha256').update(baselineJpeg).digest('hex');
    expect(result).toMatchObject({ kind: 'passed', selfie, picture: { type: 'jpeg', chunks } });
    expect(result.kind === 'passed' && result.selfie).toBe(selfie);
    expect(livenessIn(result)).toEqual({
      outcome: 'approved',
      requestId: '6f2f0a9e-5c3a-4a5e-9d0a-0c6b3f7e1d42',
      correlationId: 'c-1',
      policyId: gate.route().policy.policyId,
      score: 96.37,
      faceQuality: 81.06,
      faceLuminance: 47.9,
      decision: expect.objectContaining({ outcome: 'approved', reasons: [] }),
      imageSha256: sha256,
      image: { type: 'jpeg', size: baselineJpeg.length, width: 640, height: 480 },
    });
    const file = (await formIn(await server.received(1))).get('user_image') as File;
    expect(
      createHash('sha256')
        .update(Buffer.from(await file.arrayBuffer()))
        .digest('hex'),
    ).toBe(sha256);
  });

  it.each([
    ['jpeg', baselineJpeg],
    ['png', stillPng],
    ['webp', lossyWebp],
    ['tiff', tiffOf()],
  ])('may bring a %s', async (type, picture) => {
    const { gate } = await startGate(approved);

    const liveness = livenessIn(await gate.route().check({ read: reads(picture) }));

    expect(liveness.image).toMatchObject({ type, size: picture.length });
  });

  it('brings a result that nobody can change (G12)', async () => {
    const { gate } = await startGate(answer({ body: advisoryAnswer }), { includeFaces: true });

    const liveness = livenessIn(await gate.route({ policy: { extends: 'lenient' } }).check({ read: reads() }));

    expect(liveness.decision?.reasons).toHaveLength(2);
    expect(liveness.faces).toHaveLength(2);
    expect(isDeepFrozen(liveness)).toBe(true);
  });

  it('brings no estimates of the person (H09, P8)', async () => {
    const liveness = livenessIn(await outcomeOf(approvedAnswer()));

    expect('faces' in liveness).toBe(false);
    expect(printed(liveness)).not.toMatch(/31\.4|female|bbox|0\.748112|acct_7719/);
  });

  it('has a name of its own unless it was given one', async () => {
    const { gate } = await startGate(approved);
    const route = gate.route();

    const ids = [await route.check({ read: reads() }), await route.check({ read: reads() })].map(
      (result) => livenessIn(result).correlationId,
    );

    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it('has no request id when the answer gives none that is harmless (C27)', async () => {
    const body = { ...approvedAnswer(), request_id: 'a\nb' };

    expect(livenessIn(await outcomeOf(body)).requestId).toBeNull();
  });
});

describe('the order of a request (P6)', () => {
  it('is: read, inspect, validate, ask for the subject, pay', async () => {
    const order: string[] = [];
    const { gate, server } = await startGate({
      at: 'head',
      act: () => order.push('pay'),
    });
    const check = gate.route().check({
      read: async () => {
        order.push('read');
        return reads()();
      },
      validate: async () => void order.push('validate'),
      subject: async () => {
        order.push('subject');
        return 'user-1';
      },
    });
    await server.received(1);
    (await server.connected(1)).destroy();
    await check;

    expect(order).toEqual(['read', 'validate', 'subject', 'pay']);
  });

  it('reads once', async () => {
    let times = 0;
    const { gate } = await startGate(approved);

    await gate.route().check({
      read: async () => {
        times += 1;
        return reads()();
      },
    });

    expect(times).toBe(1);
  });

  it('asks nobody about a picture that is refused', async () => {
    const asked: string[] = [];
    const { gate } = await startGate(approved);

    const result = await gate.route().check({
      read: reads(new Uint8Array(0)),
      validate: () => void asked.push('validate'),
      subject: () => String(asked.push('subject')),
    });

    expect([result.kind, asked]).toEqual(['refused', []]);
  });

  it('does not ask for the subject of a form that is refused', async () => {
    const { gate } = await startGate(approved);
    let asked = false;

    await gate.route().check({
      read: reads(),
      validate: () => ({ email: 'is missing' }),
      subject: () => String((asked = true)),
    });

    expect(asked).toBe(false);
  });
});

describe('a request that is refused for free (P6)', () => {
  it.each<[ReadingRefusalCode, number]>([
    ['malformed-upload', 400],
    ['selfie-missing', 400],
    ['selfie-duplicated', 400],
    ['upload-timeout', 408],
    ['selfie-too-large', 413],
    ['unsupported-media-type', 415],
    ['selfie-unreadable', 422],
  ])('by the reader: %s (A01-A23)', async (code, status) => {
    const refusal = await freeRefusal({ read: gives({ kind: 'refused', code, closeConnection: false }) });

    expect(refusal).toMatchObject({ code, status, decision: undefined });
    expect('connection' in refusal.headers).toBe(false);
    expect('retry-after' in refusal.headers).toBe(false);
  });

  it('by a reader without memory, for a moment', async () => {
    const refusal = await freeRefusal({ read: gives({ kind: 'refused', code: 'too-busy', closeConnection: true }) });

    expect(refusal).toMatchObject({ status: 503, headers: { connection: 'close', 'retry-after': '1' } });
  });

  it('closes the connection where the reader says so (A20, A27)', async () => {
    const reading = { kind: 'refused', code: 'selfie-too-large', closeConnection: true } as const;

    expect((await freeRefusal({ read: gives(reading) })).headers).toMatchObject({ connection: 'close' });
  });

  it.each<[string, Uint8Array, ProblemCode, number]>([
    ['no bytes', new Uint8Array(0), 'selfie-unreadable', 422],
    ['over 5 MiB', bytesOf(baselineJpeg, new Uint8Array(MAX_IMAGE_BYTES)), 'selfie-too-large', 413],
    ['half a JPEG', prefixOf(baselineJpeg, baselineJpeg.length - 2), 'selfie-unreadable', 422],
    ['a PNG without pixels', pngOf(pngHeader()), 'selfie-unreadable', 422],
    ['animated', animatedPng, 'selfie-unreadable', 422],
    ['too few pixels', jpegOf(startOfFrame({ height: 63 }), scan()), 'selfie-unreadable', 422],
    ['too many pixels', pngOf(pngHeader({ width: 12_001 }), pngPixels), 'selfie-unreadable', 422],
    ...otherFormats.map(
      ([name, bytes]) => [name, bytes, 'unsupported-media-type', 415] as [string, Uint8Array, ProblemCode, number],
    ),
  ])('by its bytes: %s (B01-B10)', async (_name, picture, code, status) => {
    expect(await freeRefusal({ read: reads(picture) })).toMatchObject({ code, status });
  });

  it('by a form that agrees to nothing (H10)', async () => {
    const refusal = await freeRefusal({
      read: reads(baselineJpeg, {}),
      validate: ({ consent }) => (consent === 'yes' ? {} : { consent: 'Please agree to the check first.' }),
    });

    expect(refusal).toMatchObject({ code: 'invalid-fields', status: 422 });
  });

  it('by the form, with a hint per field', async () => {
    const refusal = await freeRefusal({
      read: reads(baselineJpeg, { email: 'x' }),
      validate: (fields) => ({ email: `${String(fields['email'])} is not an address`, name: 'is missing' }),
      correlationId: 'c-1',
    });

    expect(refusal.problem).toEqual({
      type: 'urn:problem-type:didit-liveness:invalid-fields',
      title: 'The form is not valid.',
      status: 422,
      code: 'invalid-fields',
      correlationId: 'c-1',
      retryable: false,
      hints: [
        { code: 'email', message: 'x is not an address' },
        { code: 'name', message: 'is missing' },
      ],
    });
  });

  it.each<[string, ReturnType<NonNullable<Attempt['validate']>>]>([
    ['nothing', undefined],
    ['no complaints', {}],
    ['a promise of nothing', Promise.resolve()],
    ['a promise of no complaints', Promise.resolve({})],
    ['a complaint that is undefined', { email: undefined }],
    ['an object without a prototype', Object.create(null) as FieldErrors],
  ])('but not when validate gives %s', async (_name, complaints) => {
    expect((await outcomeOf(approvedAnswer(), {}, { validate: () => complaints })).kind).toBe('passed');
  });
});

describe('what validate gives that are no complaints (P2)', () => {
  it.each<[string, unknown]>([
    ['no', false],
    ['yes', true],
    ['null', null],
    ['text', 'is missing'],
    ['a list', ['is missing']],
    ['an object of a class', new Map([['email', 'is missing']])],
    ['a message that is no text', { email: 7 }],
    ['a message that is null', { email: null }],
  ])('ends the request, and nothing was sent: %s', async (_name, complaints) => {
    const { gate, server } = await startGate(approved);
    const check = gate.route().check({ read: reads(), validate: () => complaints as FieldErrors });

    expect(await rejectionOf(check)).toEqual(
      new TypeError('validate must return undefined, or a plain object of messages by field'),
    );
    expect(server.connections()).toBe(0);
  });
});

describe('a function of the application that throws (P2)', () => {
  it.each<[string, Partial<Attempt>]>([
    ['read', { read: () => Promise.reject(new Error('fault')) }],
    ['validate', { validate: throwsFault }],
    ['validate, later', { validate: () => Promise.reject(new Error('fault')) }],
    ['subject', { subject: throwsFault }],
    ['subject, later', { subject: () => Promise.reject(new Error('fault')) }],
  ])('rejects, and nothing was sent: %s', async (_name, attempt) => {
    const { gate, server } = await startGate(approved);

    const error = await rejectionOf(gate.route().check({ read: reads(), ...attempt }));

    expect(error).toMatchObject({ message: 'fault' });
    expect(server.connections()).toBe(0);
  });

  it('rejects, also after the check was paid: hintText', async () => {
    expect(await rejectionOf(outcomeOf(noFaceAnswer, {}, { hintText: throwsFault }))).toMatchObject({
      message: 'fault',
    });
  });

  it.each([
    ['an empty id', ''],
    ['an id that is too long', VENDOR_CANARY.padEnd(300, 'x')],
    ['an id with a line break', `${VENDOR_CANARY}\n`],
    ['an id with a C1 control character', `${VENDOR_CANARY}\u0085`],
    ['a number', 7],
    ['false', false],
    ['a list', [VENDOR_CANARY]],
    ['an object', { id: VENDOR_CANARY }],
    ['a boxed string', Object(VENDOR_CANARY)],
  ])('is one whose subject is %s, which is not repeated (D06)', async (_name, id) => {
    const { gate, server } = await startGate(approved);

    const error = await rejectionOf(gate.route().check({ read: reads(), subject: () => id as string }));

    expect(error).toMatchObject({
      code: 'invalid-option',
      option: 'subject',
      message:
        'subject() gave something that cannot be sent; allowed: 1 to 256 characters without control characters, or undefined',
    });
    expect(printed(error)).not.toContain(VENDOR_CANARY);
    expect(server.connections()).toBe(0);
  });
});

describe('what Didit is asked (P9)', () => {
  it('is to keep nothing, and no more, unless told otherwise (H11)', async () => {
    expect(await askedWith({})).toEqual({ save_api_request: 'false' });
  });

  it.each<[string, RouteOptions, RouteOptions, Record<string, string>]>([
    ['threshold of the gate', { threshold: 80 }, {}, { face_liveness_score_decline_threshold: '80' }],
    [
      'threshold of the route',
      { threshold: 80 },
      { threshold: 62.5 },
      { face_liveness_score_decline_threshold: '62.5' },
    ],
    ['threshold 0', { threshold: 80 }, { threshold: 0 }, { face_liveness_score_decline_threshold: '0' }],
    ['the limit of a policy', { policy: { extends: 'strict' } }, {}, { face_liveness_score_decline_threshold: '60' }],
    ['no limit', { threshold: 80 }, { policy: { score: { declineAtOrBelow: null } } }, {}],
    ['rotateImage', {}, { rotateImage: true }, { rotate_image: 'true' }],
    ['rotateImage, taken back', { rotateImage: true }, { rotateImage: false }, {}],
    ['saveApiRequest', { saveApiRequest: true }, {}, { save_api_request: 'true' }],
    ['saveApiRequest, taken back', { saveApiRequest: true }, { saveApiRequest: false }, {}],
  ])('follows the options: %s', async (_name, gateOptions, routeOptions, expected) => {
    expect(await askedWith(gateOptions, routeOptions)).toEqual({ save_api_request: 'false', ...expected });
  });

  it.each([
    ['a string', () => 'user-1', 'user-1'],
    ['a promise', () => Promise.resolve('user-2'), 'user-2'],
    ['256 characters', () => 'x'.repeat(256), 'x'.repeat(256)],
    ['nothing', () => undefined, undefined],
    ['null', () => null as unknown as undefined, undefined],
    ['a promise of null', () => Promise.resolve(null as unknown as undefined), undefined],
  ])('has the id of the person from subject alone: %s (D06)', async (_name, subject, expected) => {
    const fields = await askedWith({}, {}, { subject, read: reads(baselineJpeg, { vendor_data: 'evil' }) });

    expect(fields['vendor_data']).toBe(expected);
  });

  it('does not depend on the fields that the client sent (D07)', async () => {
    const { gate, server } = await startGate(approved);
    const route = gate.route({ threshold: 80 });
    const wireName = fc.constantFrom(
      'face_liveness_score_decline_threshold',
      'save_api_request',
      'rotate_image',
      'vendor_data',
      'metadata',
      'user_image',
      'threshold',
      'vendorData',
      'saveApiRequest',
      'toString',
    );
    const value = fc.oneof(fc.constantFrom('0', 'true', '{"a":1}'), fc.string(), fc.array(fc.string()));

    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.oneof(wireName, fc.string()), value), async (fields) => {
        await route.check({ read: reads(baselineJpeg, fields), subject: () => 'user-1', validate: () => {} });

        const form = await formIn(server.requests.at(-1) ?? (await server.received(1)));
        form.delete('user_image');
        expect([...form]).toEqual([
          ['face_liveness_score_decline_threshold', '80'],
          ['save_api_request', 'false'],
          ['vendor_data', 'user-1'],
        ]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a verdict that is no', () => {
  const lowScore = approvedAnswer({
    status: 'Declined',
    score: 12,
    warnings: [warningOf('LOW_LIVENESS_SCORE', 'error')],
  });
  const duplicate = approvedAnswer({ warnings: [warningOf('DUPLICATED_FACE', 'information')] });
  const noDuplicates = { policy: { warnings: { DUPLICATED_FACE: 'decline' } } } as const;

  const declined: readonly (readonly [string, unknown, RouteOptions])[] = [
    ['an attack', spoofAnswer, {}],
    ['a face on the blocklist', blocklistedAnswer, {}],
    [
      'a face that may be on it',
      approvedAnswer({ status: 'Declined', warnings: [warningOf('POSSIBLE_FACE_IN_BLOCKLIST', 'error')] }),
      {},
    ],
    ['a low score', lowScore, {}],
    ['a score at our threshold', approvedAnswer({ score: 80 }), { threshold: 80 }],
    ['a duplicate', duplicate, noDuplicates],
    ['a decline without a reason', approvedAnswer({ status: 'Declined', score: 99 }), {}],
    ['an approval with an attack', approvedAnswer({ warnings: [warningOf('LIVENESS_FACE_ATTACK', 'error')] }), {}],
    ['an approval with an error', approvedAnswer({ warnings: [warningOf('SOMETHING_NEW', 'error')] }), {}],
    ['an approval without a face', approvedAnswer({ user_image: { entities: [], best_angle: 0 } }), {}],
    [
      'no face, and an attack',
      {
        ...noFaceAnswer,
        liveness: {
          ...noFaceAnswer.liveness,
          warnings: [warningOf('NO_FACE_DETECTED', 'error'), warningOf('LIVENESS_FACE_ATTACK', 'error')],
        },
      },
      {},
    ],
  ];

  it('looks the same from outside whatever was found (P22, H03, H04, H06)', async () => {
    const answers = await Promise.all(
      declined.map(async ([, body, options]) => {
        const { problem, headers, status } = refusalIn(await outcomeOf(body, options));
        return JSON.stringify({ problem, headers, status });
      }),
    );

    expect(new Set(answers).size).toBe(1);
    expect(JSON.parse(answers[0] ?? '')).toEqual({
      status: 403,
      problem: {
        type: 'urn:problem-type:didit-liveness:liveness-declined',
        title: 'The check was not passed.',
        status: 403,
        code: 'liveness-declined',
        correlationId: 'c-1',
        retryable: false,
      },
      headers: expect.not.objectContaining({ 'retry-after': expect.anything() }),
    });
  });

  it.each(declined)('tells the application why: %s (C18, C19, C21, C22, C28, H07)', async (_name, body, options) => {
    const { decision } = refusalIn(await outcomeOf(body, options));

    expect(decision).toMatchObject({ outcome: 'declined', retakeable: false, hints: [] });
    expect(decision?.reasons.some(({ action }) => action === 'decline')).toBe(true);
  });

  it.each<[string, unknown, RouteOptions, readonly string[]]>([
    ['no face', noFaceAnswer, {}, ['show-your-face']],
    [
      'several faces',
      approvedAnswer({ warnings: [warningOf('MULTIPLE_FACES_DETECTED', 'warning')] }),
      {},
      ['one-face-only'],
    ],
    [
      'too dark',
      approvedAnswer({ face_luminance: 5 }),
      { policy: { faceLuminance: { declineBelow: 20 } } },
      ['more-light'],
    ],
    [
      'too bright',
      approvedAnswer({ face_luminance: 95 }),
      { policy: { faceLuminance: { declineAbove: 90 } } },
      ['less-light'],
    ],
    [
      'poor quality',
      approvedAnswer({ face_quality: 9 }),
      { policy: { faceQuality: { declineAtOrBelow: 10 } } },
      ['sharper-picture'],
    ],
  ])('asks for another picture where that helps: %s', async (_name, body, options, hints) => {
    const { problem, decision } = refusalIn(await outcomeOf(body, options));

    expect(problem).toMatchObject({ code: 'selfie-retake', status: 422, retryable: false });
    expect(problem.hints?.map(({ code }) => code)).toEqual(hints);
    for (const { message } of problem.hints ?? []) expect(message).toMatch(/^[A-Z].*\.$/);
    expect(decision?.retakeable).toBe(true);
  });

  it.each([
    ['a promise', () => Promise.resolve('Look here.')],
    // Nobody waits for it; its failure must not reach the process, which would end over it.
    ['a promise that fails', () => Promise.reject(new Error('fault'))],
    ['no text', () => 7],
  ])('P13 keeps its words where hintText gives %s', async (_name, hintText) => {
    const { problem } = refusalIn(await outcomeOf(noFaceAnswer, {}, { hintText: hintText as () => never }));

    expect(problem.hints).toEqual([{ code: 'show-your-face', message: expect.stringMatching(/^Look straight/) }]);
  });

  it('gives hints in the words of the application where it has some', async () => {
    const body = approvedAnswer({
      warnings: [warningOf('MULTIPLE_FACES_DETECTED', 'warning'), warningOf('LOW_FACE_LUMINANCE', 'warning')],
    });
    const texts: Readonly<Record<string, string>> = { 'more-light': 'Mehr Licht!' };

    const { problem } = refusalIn(await outcomeOf(body, {}, { hintText: (code) => texts[code] }));

    expect(problem.hints).toEqual([
      { code: 'one-face-only', message: 'Make sure that you are the only person in the picture.' },
      { code: 'more-light', message: 'Mehr Licht!' },
    ]);
  });

  it.each<[string, unknown]>([
    ['a duplicate, under the balanced policy', duplicate],
    ['In Review', approvedAnswer({ status: 'In Review' })],
    ['a warning that nobody knows', approvedAnswer({ warnings: [warningOf('SOMETHING_NEW', 'warning')] })],
  ])('is refused for a review: %s (C17, C23)', async (_name, body) => {
    const refusal = refusalIn(await outcomeOf(body));

    expect(refusal).toMatchObject({ code: 'review-required', status: 403, decision: { outcome: 'review' } });
    expect('hints' in refusal.problem).toBe(false);
  });

  it.each<[string, unknown]>([
    ['a duplicate', duplicate],
    ['In Review', approvedAnswer({ status: 'In Review', score: null })],
  ])('is passed on for a review with onReview: pass, and marked: %s', async (_name, body) => {
    const liveness = livenessIn(await outcomeOf(body, { onReview: 'pass' }));

    expect(liveness).toMatchObject({ outcome: 'review', decision: { outcome: 'review' } });
  });

  it('is never passed on when it is a decline, whatever a review means (P3)', async () => {
    for (const [, body, options] of declined) {
      expect(refusalIn(await outcomeOf(body, { ...options, onReview: 'pass' })).code).toBe('liveness-declined');
    }
  });

  it.each([
    [79.99, 'liveness-declined'],
    [80, 'liveness-declined'],
    [80.01, undefined],
  ])('is a score of %d with a threshold of 80: %s (C21)', async (score, code) => {
    const result = await outcomeOf(approvedAnswer({ score }), { threshold: 80 });

    expect(result.kind === 'refused' ? result.refusal.code : undefined).toBe(code);
  });
});

describe('a call that gives no verdict', () => {
  /** Short of any backoff, so that nothing is tried twice. */
  const once = { clientOptions: { timeoutMs: 100 } };

  async function failureOf(reply: Reply): Promise<{ bench: GateBench; refusal: ReturnType<typeof refusalIn> }> {
    const bench = await startGate(reply, once);
    return { bench, refusal: refusalIn(await bench.gate.route().check({ read: reads() })) };
  }

  const noCredits = { error: "You don't have enough credits to perform this request." };

  it.each<[string, Answer, ProblemCode, number, string | undefined]>([
    [
      '400 about the picture',
      { status: 400, body: { error: 'Invalid user image format.' } },
      'selfie-unreadable',
      422,
      undefined,
    ],
    [
      '400 about its size',
      { status: 400, body: { user_image: ['File size should not exceed 5 MB'] } },
      'selfie-too-large',
      413,
      undefined,
    ],
    ['400 about the form', { status: 400, body: { rotate_image: ['No.'] } }, 'liveness-bad-response', 502, undefined],
    ['400 without credits', { status: 400, body: { detail: noCredits.error } }, 'liveness-unavailable', 503, '10'],
    ['401', { status: 401 }, 'liveness-unavailable', 503, '10'],
    ['402', { status: 402 }, 'liveness-unavailable', 503, '10'],
    ['403 without permission', { status: 403 }, 'liveness-unavailable', 503, '10'],
    ['403 without credits', { status: 403, body: noCredits }, 'liveness-unavailable', 503, '10'],
    ['404', { status: 404 }, 'liveness-bad-response', 502, undefined],
    ['413', { status: 413 }, 'selfie-too-large', 413, undefined],
    ['429', { status: 429 }, 'liveness-unavailable', 503, '10'],
    ['429 for no time', limited('0'), 'liveness-unavailable', 503, '1'],
    ['429 for a minute', limited('60'), 'liveness-unavailable', 503, '60'],
    ['429 for a day', limited('86400'), 'liveness-unavailable', 503, '120'],
    ['500', { status: 500, body: '<h1>Server Error</h1>' }, 'liveness-unavailable', 503, '10'],
    ['502', { status: 502 }, 'liveness-unavailable', 503, '10'],
    ['503 for seven seconds', { status: 503, headers: { 'retry-after': '7' } }, 'liveness-unavailable', 503, '7'],
    ['504', { status: 504 }, 'liveness-timeout', 504, undefined],
    [
      'a redirect',
      { status: 307, headers: { location: 'https://example.com/' } },
      'liveness-bad-response',
      502,
      undefined,
    ],
    ['204', { status: 204 }, 'liveness-bad-response', 502, undefined],
    [
      'an HTML page',
      { headers: { 'content-type': 'text/html' }, body: '<p>' },
      'liveness-bad-response',
      502,
      undefined,
    ],
    [
      'a status that nobody knows',
      { body: approvedAnswer({ status: 'Maybe' }) },
      'liveness-bad-response',
      502,
      undefined,
    ],
    ['an approval without a score', { body: approvedAnswer({ score: null }) }, 'liveness-bad-response', 502, undefined],
  ])('is answered as %s should be (C01-C20)', async (_name, content, code, status, retryAfter) => {
    const { bench, refusal } = await failureOf(answer(content));

    expect(refusal).toMatchObject({ code, status, decision: undefined });
    expect(refusal.headers['retry-after']).toBe(retryAfter);
    const { billed } = refusal.cause as { billed: string };
    expect(refusal.problem.retryable).toBe(PROBLEMS[code].retryable && billed === 'no');
    expect(bench.server.requests).toHaveLength(1);
  });

  it.each<[string, Reply]>([
    ['a close after the whole request', hangUp],
    ['a close within the answer', sendAndEnd('HTTP/1.1 200 OK\r\ncontent-le')],
  ])('is answered as not available after %s, and was sent once (C38, P5)', async (_name, reply) => {
    const { bench, refusal } = await failureOf(reply);

    expect(refusal).toMatchObject({ code: 'liveness-unavailable', status: 503, cause: { billed: 'unknown' } });
    expect(refusal.problem.retryable).toBe(false);
    expect(bench.server.requests).toHaveLength(1);
  });

  it('is answered as a timeout at the deadline (C29-C31)', async () => {
    const { gate, server, clientClock } = await startGate(neverAnswer);
    const check = gate.route().check({ read: reads() });
    await server.received(1);

    clientClock.advance(10_000);

    const refusal = refusalIn(await check);
    expect(refusal).toMatchObject({ code: 'liveness-timeout', status: 504, cause: { billed: 'unknown' } });
    expect(refusal.problem.retryable).toBe(false);
    expect('retry-after' in refusal.headers).toBe(false);
  });

  it('is answered as not available after 408 twice (C06)', async () => {
    const { gate, server, clientClock } = await startGate(answer({ status: 408 }));
    const check = gate.route().check({ read: reads() });

    clientClock.advance(await clientClock.asked(2));

    expect(refusalIn(await check)).toMatchObject({
      code: 'liveness-unavailable',
      status: 503,
      problem: { retryable: true },
    });
    expect(server.requests).toHaveLength(2);
  });

  it('is answered as not available without a key (D05)', async () => {
    const { gate, server } = await startGate(approved, {
      clientOptions: { apiKey: () => Promise.reject(new Error('the vault is sealed')) },
    });

    const refusal = refusalIn(await gate.route().check({ read: reads() }));

    expect(refusal).toMatchObject({ code: 'liveness-unavailable', status: 503, cause: { code: 'api-key' } });
    expect(refusal.problem.retryable).toBe(true);
    expect(server.connections()).toBe(0);
  });

  it.each<[string, Reply, boolean]>([
    ['401', answer({ status: 401 }), true],
    ['402', answer({ status: 402 }), true],
    ['429', answer({ status: 429 }), true],
    ['400 about the form', answer({ status: 400 }), false],
    ['500', answer({ status: 500 }), false],
    ['503', answer({ status: 503 }), false],
    ['504', answer({ status: 504 }), false],
    ['a close', hangUp, false],
    ['a reset', reset, false],
    ['a 200 that is none', answer({}), false],
  ])('may be tried again by a program only when nothing was paid: %s (E14, P5)', async (_name, reply, retryable) => {
    expect((await failureOf(reply)).refusal.problem.retryable).toBe(retryable);
  });

  it('may be tried again when no connection could be made (C36, E14)', async () => {
    const clientOptions = { baseUrl: await closedOrigin(), clock: systemClock };
    const { gate, events } = await startGate(approved, { clientOptions });

    const refusal = refusalIn(await gate.route().check({ read: reads() }));

    expect(refusal).toMatchObject({ status: 503, cause: { code: 'connection', billed: 'no' } });
    expect(refusal.problem.retryable).toBe(true);
    expect(events).toMatchObject([{ type: 'failed', upstreamStatus: null, billed: 'no' }]);
  });

  it('may be tried again when the key did not come in time, before anything was sent (E14)', async () => {
    const { gate, clientClock } = await startGate(approved, { clientOptions: { apiKey: () => new Promise(() => {}) } });
    const check = gate.route().check({ read: reads() });
    await clientClock.asked(1);

    clientClock.advance(10_000);

    const refusal = refusalIn(await check);
    expect(refusal).toMatchObject({ code: 'liveness-unavailable', cause: { code: 'api-key', billed: 'no' } });
    expect(refusal.problem.retryable).toBe(true);
  });

  it('shows nothing of the answer to the person (C02-C04)', async () => {
    const detail = 'Invalid API Key. https://business.didit.me';

    const { refusal } = await failureOf(answer({ status: 403, body: { detail } }));

    expect(JSON.stringify(refusal.problem)).not.toMatch(/didit\.me|API|[Kk]ey|403/);
  });
});

describe('a client that hangs up', () => {
  it('while it uploads pays nothing (A25)', async () => {
    const { gate, server, events } = await startGate(approved);

    const result = await gate.route().check({ read: gives({ kind: 'aborted' }) });

    expect(result).toEqual({ kind: 'aborted' });
    expect(events).toEqual([expect.objectContaining({ type: 'aborted', billed: 'no' })]);
    expect(server.connections()).toBe(0);
  });

  it('before the call pays nothing', async () => {
    const { gate, server, events } = await startGate(approved);

    const result = await gate.route().check({ read: reads(), signal: AbortSignal.abort() });

    expect(result).toEqual({ kind: 'aborted' });
    expect(events).toEqual([expect.objectContaining({ type: 'aborted', billed: 'no' })]);
    expect(server.connections()).toBe(0);
  });

  it('during the call ends it (A26, P15)', async () => {
    const { gate, server, events } = await startGate(neverAnswer);
    const controller = new AbortController();
    const check = gate.route().check({ read: reads(), signal: controller.signal });
    await server.received(1);

    controller.abort();

    expect(await check).toEqual({ kind: 'aborted' });
    expect(events).toEqual([expect.objectContaining({ type: 'aborted', billed: 'unknown' })]);
    await server.disconnected(1);
  });
});

describe('the gate as a whole', () => {
  interface Said {
    readonly status: unknown;
    readonly score: unknown;
    readonly risk: string;
    readonly logType: unknown;
    readonly faces: number;
    readonly threshold: number;
  }

  /** When the handler may run, said in one place and without the code under test (P1). */
  function mayPass({ status, score, risk, logType, faces, threshold }: Said): boolean {
    if (status !== 'Approved' || typeof score !== 'number' || score < 0 || score > 100) return false;
    const isHarmless = risk === '' || (risk === 'NEW_TAG' && logType === 'information');
    return isHarmless && faces > 0 && score > threshold;
  }

  it('lets pass exactly what an independent rule lets pass (P1, P2, P3)', async () => {
    const replies: Reply[] = [];
    const server = await startServer({ at: 'body', act: (socket) => replies.at(-1)?.act(socket) });
    const { gate } = await startGate(approved, { clientOptions: { baseUrl: server.origin } });
    const said: fc.Arbitrary<Said> = fc.record({
      status: fc.oneof(
        { weight: 6, arbitrary: fc.constant('Approved') },
        { weight: 1, arbitrary: fc.constantFrom('Declined', 'In Review', 'approved', '', true, null, 1) },
      ),
      score: fc.oneof(
        { weight: 6, arbitrary: fc.double({ min: 0, max: 100, noNaN: true }) },
        { weight: 1, arbitrary: fc.constantFrom(null, '95', -1, 101, 50) },
      ),
      risk: fc.constantFrom(
        '',
        '',
        '',
        'NEW_TAG',
        'LIVENESS_FACE_ATTACK',
        'DUPLICATED_FACE',
        'MULTIPLE_FACES_DETECTED',
      ),
      logType: fc.constantFrom('information', 'warning', 'error', undefined, 'loud'),
      faces: fc.constantFrom(0, 1, 1, 2),
      threshold: fc.constantFrom(0, 50, 100),
    });
    const face = approvedAnswer().liveness.user_image.entities[0];

    await fc.assert(
      fc.asyncProperty(said, async (facts) => {
        const { status, score, risk, logType, faces, threshold } = facts;
        const entities = Array.from({ length: faces }, () => face);
        const warnings = risk === '' ? [] : [{ risk, log_type: logType }];
        const liveness = { status, score, warnings, user_image: { entities, best_angle: 0 } };
        replies.push(answer({ body: approvedAnswer(liveness as object) }));

        const { kind } = await gate.route({ threshold }).check({ read: reads() });

        expect(kind).toBe(mayPass(facts) ? 'passed' : 'refused');
      }),
      { numRuns: 150 },
    );
  });
});
