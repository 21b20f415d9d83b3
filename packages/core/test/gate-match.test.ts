import { afterEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Attempt } from '../src/gate/attempt.js';
import type { RouteOptions } from '../src/gate/options.js';
import type { ProblemCode } from '../src/gate/problem.js';
import type { GateResult } from '../src/gate/result.js';
import { approvedAnswer, blocklistedAnswer, noFaceAnswer, spoofAnswer, warningOf } from './support/answers.js';
import { canaryPicture, expectNoCanary, KEY_CANARY, VENDOR_CANARY } from './support/canaries.js';
import { faceMatchAnswer } from './support/endpoint-answers.js';
import {
  type BenchOptions,
  formIn,
  livenessIn,
  reads,
  refusalIn,
  startGate,
  textFieldsIn,
  throwsFault,
} from './support/gates.js';
import { baselineJpeg, bytesOf, lossyWebp, prefixOf, stillPng } from './support/pictures.js';
import {
  answer,
  closeAll,
  hangUp,
  neverAnswer,
  rejectionOf,
  type Reply,
  reset,
  type ScriptedServer,
  sendAndEnd,
} from './support/server.js';

const LIVENESS = '/v3/passive-liveness/';
const MATCH = '/v3/face-match/';

const live = answer({ body: approvedAnswer() });
const doubtful = answer({ body: approvedAnswer({ status: 'In Review' }) });
const same = answer({ body: faceMatchAnswer() });
const another = answer({
  body: faceMatchAnswer({
    status: 'Declined',
    score: 12.75,
    warnings: [warningOf('LOW_FACE_MATCH_SIMILARITY', 'error')],
  }),
});

afterEach(closeAll);

/** A request whose selfie must show the person of a picture of the application. */
const matching: Attempt = { read: reads(), referenceImage: () => stillPng, correlationId: 'c-1' };

/** What was asked of Didit, oldest first. */
function pathsOf({ requests }: ScriptedServer): string[] {
  return requests.map(({ requestLine }) => requestLine.split(' ')[1] ?? '');
}

/** One request against these answers. */
async function attempted(
  replies: Reply | readonly Reply[],
  { attempt, route, ...options }: BenchOptions & { attempt?: Partial<Attempt>; route?: RouteOptions } = {},
) {
  const bench = await startGate(replies, options);
  const result = await bench.gate.route(route).check({ ...matching, ...attempt });
  return { ...bench, result };
}

function codeOf(result: GateResult): ProblemCode | undefined {
  return result.kind === 'refused' ? result.refusal.code : undefined;
}

async function bytesIn(form: FormData, name: string): Promise<Buffer> {
  return Buffer.from(await (form.get(name) as File).arrayBuffer());
}

describe('a selfie of the same person', () => {
  it('passes, for two paid calls in this order (P1)', async () => {
    const { result, server, events } = await attempted([live, same]);

    expect(pathsOf(server)).toEqual([LIVENESS, MATCH]);
    expect(livenessIn(result)).toMatchObject({
      outcome: 'approved',
      score: 96.37,
      requestId: '6f2f0a9e-5c3a-4a5e-9d0a-0c6b3f7e1d42',
      faceMatch: { requestId: 'e0a3b9d6-14e2-4a63-9f5f-2f4e62f0c1aa', score: 87.14 },
      decision: { outcome: 'approved', reasons: [] },
    });
    expect(events).toEqual([
      expect.objectContaining({ type: 'decided', code: null, checks: ['liveness', 'face-match'], billed: 'yes' }),
    ]);
  });

  it('brings a comparison that nobody can change (G12)', async () => {
    const { faceMatch } = livenessIn((await attempted([live, same])).result);

    expect(faceMatch).toBeDefined();
    expect(Object.isFrozen(faceMatch)).toBe(true);
  });

  it('brings no comparison where none is demanded', async () => {
    const { gate, server } = await startGate([live, same]);

    const liveness = livenessIn(await gate.route().check({ read: reads() }));

    expect('faceMatch' in liveness).toBe(false);
    expect(pathsOf(server)).toEqual([LIVENESS]);
  });

  it('is compared as the very bytes that were judged and delivered (P4)', async () => {
    const { result, server } = await attempted([live, same]);

    const [first, second] = await Promise.all(server.requests.map(formIn));
    const judged = await bytesIn(first ?? new FormData(), 'user_image');
    expect(await bytesIn(second ?? new FormData(), 'user_image')).toEqual(judged);
    expect(await bytesIn(second ?? new FormData(), 'ref_image')).toEqual(Buffer.from(stillPng));
    expect(result.kind === 'passed' && Buffer.concat(result.selfie.chunks)).toEqual(judged);
  });

  it.each<[string, NonNullable<Attempt['referenceImage']>]>([
    ['a Buffer', () => Buffer.from(stillPng)],
    ['a promise', () => Promise.resolve(stillPng)],
    ['a Blob', () => new Blob([Buffer.from(stillPng)])],
    ['an ArrayBuffer', () => Uint8Array.from(stillPng).buffer],
    ['chunks', () => [prefixOf(stillPng, 20), stillPng.subarray(20)]],
    ['a WebP', () => lossyWebp],
  ])('may be held against %s', async (_name, referenceImage) => {
    expect((await attempted([live, same], { attempt: { referenceImage } })).result.kind).toBe('passed');
  });
});

describe('the reference picture', () => {
  /** A request that ended before Didit was asked. */
  async function free(attempt: Partial<Attempt>) {
    const bench = await startGate([live, same]);
    const check = bench.gate.route().check({ ...matching, ...attempt });
    const end = await check.then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    );
    expect(bench.server.connections()).toBe(0);
    expect(bench.events).toHaveLength(1);
    return { ...bench, end, event: bench.events[0] };
  }

  it.each<[string, Attempt['referenceImage']]>([
    ['undefined', () => undefined],
    ['null', () => null as unknown as undefined],
    ['a promise of undefined', () => Promise.resolve(undefined)],
  ])('refuses the request with 409 when it is %s, for free (P6)', async (_name, referenceImage) => {
    const { end, event } = await free(referenceImage ? { referenceImage } : {});

    const { problem, decision } = refusalIn('result' in end ? end.result : { kind: 'aborted' });
    expect(problem).toEqual({
      type: 'urn:problem-type:didit-liveness:reference-missing',
      title: 'There is no picture to compare with.',
      status: 409,
      code: 'reference-missing',
      correlationId: 'c-1',
      retryable: false,
    });
    expect(decision).toBeUndefined();
    expect(event).toMatchObject({ type: 'refused', code: 'reference-missing', billed: 'no' });
  });

  it.each<[string, unknown, string]>([
    ['no bytes', new Uint8Array(0), 'empty'],
    ['no chunks', [], 'empty'],
    ['half a JPEG', prefixOf(baselineJpeg, baselineJpeg.length - 2), 'truncated'],
    ['something else', bytesOf('%PDF-1.7 and so on'), 'unsupported-type'],
    ['over 5 MiB', bytesOf(baselineJpeg, new Uint8Array(5 * 1024 * 1024)), 'too-large'],
  ])(
    'that is %s is the fault of the application: the request breaks, for free (P6, P2)',
    async (_name, image, reason) => {
      const { end, event } = await free({ referenceImage: () => image as Uint8Array });

      expect(end).toMatchObject({ error: { code: 'image-refused', reason, picture: 'referenceImage' } });
      expect(event).toMatchObject({ type: 'broken', error: 'ImageRefusedError' });
    },
  );

  it.each([
    ['text', 'data:image/png;base64,CANARY'],
    ['an empty text', ''],
    ['false', false],
    ['0', 0],
    ['an object', { path: 'CANARY' }],
    ['a list of texts', ['CANARY']],
  ])('that is %s is none, and is not repeated (P2, D04)', async (_name, image) => {
    const { end, event } = await free({ referenceImage: () => image as unknown as Uint8Array });

    expect(end).toMatchObject({ error: { code: 'invalid-option', option: 'referenceImage' } });
    expect(JSON.stringify(end)).not.toContain('CANARY');
    expect(event).toMatchObject({ type: 'broken', error: 'InvalidOptionError' });
  });

  it.each<[string, Attempt['referenceImage']]>([
    ['throws', throwsFault],
    ['rejects', () => Promise.reject(new Error('fault'))],
  ])('breaks the request when its function %s, for free (P2)', async (_name, referenceImage) => {
    const { end, event } = await free(referenceImage ? { referenceImage } : {});

    expect(end).toMatchObject({ error: { message: 'fault' } });
    expect(event).toMatchObject({ type: 'broken', error: 'Error' });
  });

  it('is not asked for when the form or the selfie is refused (P6)', async () => {
    const asked: string[] = [];
    const referenceImage = () => {
      asked.push('reference');
      return stillPng;
    };

    await free({ referenceImage, validate: () => ({ email: 'is missing' }) });
    await free({ referenceImage, read: reads(new Uint8Array(0)) });

    expect(asked).toEqual([]);
  });

  it('is asked for once, before the subject and before anything is paid', async () => {
    const order: string[] = [];
    const told = (name: string, reply: Reply): Reply => ({
      ...reply,
      act: (socket) => {
        order.push(name);
        reply.act(socket);
      },
    });

    await attempted([told('liveness', live), told('match', same)], {
      attempt: {
        validate: () => void order.push('validate'),
        referenceImage: () => {
          order.push('reference');
          return stillPng;
        },
        subject: () => {
          order.push('subject');
          return 'user-1';
        },
      },
    });

    expect(order).toEqual(['validate', 'reference', 'subject', 'liveness', 'match']);
  });

  it('does not stand next to a step-up, which another person could finish (P1)', async () => {
    const { gate, server } = await startGate([live, same], {
      onReview: 'step-up',
      stepUp: { workflowId: 'b3e4a0d1-55c2-4c58-9a36-3d0a2a6f9e70' },
    });

    const error = await rejectionOf(gate.route().check({ ...matching, subject: () => 'user-1' }));

    expect(error).toMatchObject({ code: 'invalid-option', option: 'referenceImage' });
    expect(server.connections()).toBe(0);
  });
});

describe('a comparison', () => {
  it.each<[string, unknown, RouteOptions, ProblemCode]>([
    ['declined', spoofAnswer, {}, 'liveness-declined'],
    ['to be taken again', noFaceAnswer, {}, 'selfie-retake'],
    ['under the limit', approvedAnswer({ score: 50 }), { threshold: 50 }, 'liveness-declined'],
    ['reviewed', approvedAnswer({ status: 'In Review' }), {}, 'review-required'],
    ['declined, and reviews pass', spoofAnswer, { onReview: 'pass' }, 'liveness-declined'],
  ])('is not paid for when the selfie is %s (P6)', async (_name, body, route, code) => {
    const { result, server, events } = await attempted([answer({ body: body as object }), same], { route });

    expect(codeOf(result)).toBe(code);
    expect(pathsOf(server)).toEqual([LIVENESS]);
    expect(events).toEqual([expect.objectContaining({ checks: ['liveness'], code, billed: 'yes' })]);
  });

  it('is made for a review that passes: the handler never runs without it (P1)', async () => {
    const passed = await attempted([doubtful, same], { route: { onReview: 'pass' } });
    const refused = await attempted([doubtful, another], { route: { onReview: 'pass' } });

    expect(livenessIn(passed.result)).toMatchObject({ outcome: 'review', faceMatch: { score: 87.14 } });
    expect(codeOf(refused.result)).toBe('liveness-declined');
    expect(pathsOf(passed.server)).toEqual([LIVENESS, MATCH]);
    expect(pathsOf(refused.server)).toEqual([LIVENESS, MATCH]);
  });

  it.each<[string, Parameters<typeof faceMatchAnswer>[0], RouteOptions, ProblemCode | undefined]>([
    ['Declined', { status: 'Declined', score: 99 }, {}, 'liveness-declined'],
    ['In Review', { status: 'In Review' }, {}, 'review-required'],
    ['In Review, and reviews pass', { status: 'In Review' }, { onReview: 'pass' }, undefined],
    ['Declined, and reviews pass', { status: 'Declined' }, { onReview: 'pass' }, 'liveness-declined'],
    ['no face to compare with', { ref_image: { entities: [], best_angle: null } }, {}, 'liveness-declined'],
    ['no face in the selfie', { user_image: { entities: [], best_angle: null } }, {}, 'liveness-declined'],
    ['approved without a score', { score: null }, {}, 'liveness-declined'],
    ['approved with an error', { warnings: [warningOf('NEW', 'error')] }, {}, 'liveness-declined'],
    ['at the limit of the preset', { score: 50 }, {}, 'liveness-declined'],
    ['just over it', { score: 50.01 }, {}, undefined],
    ['an unknown warning', { warnings: [warningOf('NEW', 'warning')] }, {}, 'review-required'],
  ])('lets pass only what the policy approves: %s (P1, P2, P3)', async (_name, part, route, code) => {
    const { result } = await attempted([live, answer({ body: faceMatchAnswer(part) })], { route });

    expect(codeOf(result)).toBe(code);
    expect(result.kind).toBe(code === undefined ? 'passed' : 'refused');
  });

  it('is decided on together with the selfie, with the reasons of both', async () => {
    const route: RouteOptions = {
      onReview: 'pass',
      policy: { score: { reviewAtOrBelow: 97 }, faceMatch: { reviewAtOrBelow: 90 } },
    };
    const { result, events } = await attempted([live, same], { route });

    const rules = ['score.reviewAtOrBelow', 'faceMatch.reviewAtOrBelow'];
    expect(livenessIn(result)).toMatchObject({
      outcome: 'review',
      decision: { reasons: rules.map((rule) => ({ rule })) },
    });
    expect(events).toMatchObject([{ outcome: 'review', rules }]);
  });

  it('is told of with the tags and contradictions of both answers', async () => {
    const first = approvedAnswer({ warnings: [warningOf('AGE_NOT_DETECTED', 'information')] });
    const second = faceMatchAnswer({
      warnings: [warningOf('NO_REFERENCE_IMAGE', 'error'), warningOf('BRAND\nNEW', 'information')],
    });

    const { events } = await attempted([answer({ body: first }), answer({ body: second })]);

    expect(events).toMatchObject([
      {
        risks: ['AGE_NOT_DETECTED', 'NO_REFERENCE_IMAGE'],
        unknownRisks: ['BRANDNEW'],
        contradictions: ['auto-decline-tag', 'error-warning'],
        code: 'liveness-declined',
      },
    ]);
  });

  it('is answered like every other decline when it is one, but for the name of the request (P22)', async () => {
    const declines = [
      await attempted([live, another]),
      await attempted([live, answer({ body: faceMatchAnswer({ status: 'Declined' }) })]),
      await attempted([live, answer({ body: faceMatchAnswer({ ref_image: { entities: [], best_angle: 0 } }) })]),
      await attempted(answer({ body: spoofAnswer })),
      await attempted(answer({ body: blocklistedAnswer })),
      await attempted(answer({ body: approvedAnswer({ score: 10 }) }), { route: { threshold: 80 } }),
    ].map(({ result }) => refusalIn(result));

    const told = declines.map(({ problem, headers, status, message }) =>
      JSON.stringify({ problem, headers, status, message }),
    );
    expect(new Set(told).size).toBe(1);
    expect(told[0]).toContain('"code":"liveness-declined"');
    expect(told[0]).not.toContain('hints');
  });
});

describe('what Didit is asked about two pictures (P9)', () => {
  it('follows the options and the subject alike for both, whatever the form says (D06, D07)', async () => {
    const fields = { vendor_data: 'evil', face_match_score_decline_threshold: '0', ref_image: 'evil' };
    const { server } = await attempted([live, same], {
      route: { saveApiRequest: true, rotateImage: true },
      attempt: { read: reads(baselineJpeg, fields), subject: () => 'user-1' },
    });

    const [first, second] = await Promise.all(server.requests.map(textFieldsIn));
    expect(first).toEqual({ save_api_request: 'true', rotate_image: 'true', vendor_data: 'user-1' });
    expect(second).toEqual({ ...first, face_match_score_decline_threshold: '50' });
  });

  it('is to keep nothing unless told otherwise', async () => {
    const { server } = await attempted([live, same]);

    expect((await Promise.all(server.requests.map(textFieldsIn))).map((fields) => fields['save_api_request'])).toEqual([
      'false',
      'false',
    ]);
  });

  it.each<[string, RouteOptions, string | undefined]>([
    ['the preset', {}, '50'],
    ['strict', { policy: { extends: 'strict' } }, '60'],
    ['a limit', { policy: { faceMatch: { declineAtOrBelow: 72.5 } } }, '72.5'],
    ['0', { policy: { faceMatch: { declineAtOrBelow: 0 } } }, '0'],
    ['no limit', { policy: { faceMatch: { declineAtOrBelow: null } } }, undefined],
    ['a limit on liveness', { threshold: 90 }, '50'],
  ])('holds the limit on similarity of the policy: %s', async (_name, route, expected) => {
    const { server } = await attempted([live, same], { route });

    const fields = await textFieldsIn(await server.received(2));
    expect(fields['face_match_score_decline_threshold']).toBe(expected);
    expect(fields).not.toHaveProperty('face_liveness_score_decline_threshold');
  });
});

describe('a comparison that gives no answer', () => {
  const once = { clientOptions: { timeoutMs: 100 } };
  const noCredits = { error: "You don't have enough credits to perform this request." };

  it.each<[string, Reply, ProblemCode]>([
    ['400 about the selfie', answer({ status: 400, body: { user_image: ['No.'] } }), 'selfie-unreadable'],
    ['400 about the reference', answer({ status: 400, body: { ref_image: ['No.'] } }), 'liveness-bad-response'],
    ['401', answer({ status: 401 }), 'liveness-unavailable'],
    ['403 without credits', answer({ status: 403, body: noCredits }), 'liveness-unavailable'],
    ['404', answer({ status: 404 }), 'liveness-bad-response'],
    ['429', answer({ status: 429 }), 'liveness-unavailable'],
    ['500', answer({ status: 500 }), 'liveness-unavailable'],
    ['503', answer({ status: 503 }), 'liveness-unavailable'],
    ['504', answer({ status: 504 }), 'liveness-timeout'],
    ['a close', hangUp, 'liveness-unavailable'],
    ['a reset', reset, 'liveness-unavailable'],
    ['half an answer', sendAndEnd('HTTP/1.1 200 OK\r\ncontent-le'), 'liveness-unavailable'],
    ['an HTML page', answer({ headers: { 'content-type': 'text/html' }, body: '<p>' }), 'liveness-bad-response'],
    ['an empty 200', answer({}), 'liveness-bad-response'],
    ['the answer about a selfie', live, 'liveness-bad-response'],
    [
      'a status that nobody knows',
      answer({ body: { ...faceMatchAnswer(), face_match: { ...faceMatchAnswer().face_match, status: 'Maybe' } } }),
      'liveness-bad-response',
    ],
  ])(
    'lets nobody pass, was paid in part, and is not to be sent again: %s (P1, P5, E12, E14)',
    async (_name, reply, code) => {
      const { result, server, events } = await attempted([live, reply], once);

      const refusal = refusalIn(result);
      expect(refusal).toMatchObject({ code, decision: undefined, problem: { retryable: false } });
      expect(pathsOf(server)).toEqual([LIVENESS, MATCH]);
      expect(events).toEqual([expect.objectContaining({ type: 'failed', code, billed: 'yes' })]);
    },
  );

  it('is a timeout at the deadline, which lets nobody pass (P1, P5)', async () => {
    const { gate, server, events, clientClock } = await startGate([live, neverAnswer]);
    const check = gate.route().check(matching);
    await server.received(2);

    clientClock.advance(10_000);

    expect(refusalIn(await check)).toMatchObject({ code: 'liveness-timeout', problem: { retryable: false } });
    expect(events).toEqual([expect.objectContaining({ type: 'failed', error: 'timeout', billed: 'yes' })]);
    expect(server.requests).toHaveLength(2);
  });

  it('is ended when the client hangs up, and what was paid is told (A26, P15)', async () => {
    const { gate, server, events } = await startGate([live, neverAnswer]);
    const controller = new AbortController();
    const check = gate.route().check({ ...matching, signal: controller.signal });
    await server.received(2);

    controller.abort();

    expect(await check).toEqual({ kind: 'aborted' });
    expect(events).toEqual([expect.objectContaining({ type: 'aborted', billed: 'yes' })]);
  });

  it('breaks the request when the client of Didit breaks', async () => {
    const { gate, client, events } = await startGate(live);
    Object.defineProperty(client, 'faceMatch', {
      value: { comparePictures: () => Promise.reject(new Error('fault')) },
    });

    expect(await rejectionOf(gate.route().check(matching))).toMatchObject({ message: 'fault' });
    expect(events).toEqual([expect.objectContaining({ type: 'broken', billed: 'yes' })]);
  });
});

describe('two guards of one request', () => {
  /** A guard without a comparison and then these, of one request. */
  async function inTurn(replies: readonly Reply[], attempts: readonly Partial<Attempt>[]) {
    const bench = await startGate(replies, { clientOptions: { timeoutMs: 100 } });
    const request = {};
    const results: GateResult[] = [];
    for (const attempt of attempts) {
      results.push(await bench.gate.route().check({ read: reads(), request, ...attempt }));
    }
    return { ...bench, results };
  }

  const { referenceImage = () => undefined } = matching;
  const reference = { referenceImage };

  it('pay once for the selfie, and for the comparison that one of them demands (E20)', async () => {
    const { results, server, events } = await inTurn([live, same], [{}, reference]);

    expect(results.map(({ kind }) => kind)).toEqual(['passed', 'passed']);
    expect(pathsOf(server)).toEqual([LIVENESS, MATCH]);
    expect(events).toMatchObject([
      { checks: ['liveness'], billed: 'yes' },
      { checks: ['liveness', 'face-match'], billed: 'yes' },
    ]);
  });

  it('pay once for the same reference picture, wherever its bytes are (E20, E12)', async () => {
    const copy = { referenceImage: () => new Blob([Buffer.from(stillPng)]) };

    const { results, server, events } = await inTurn([live, same], [reference, copy, reference]);

    expect(results.map(({ kind }) => kind)).toEqual(['passed', 'passed', 'passed']);
    expect(pathsOf(server)).toEqual([LIVENESS, MATCH]);
    expect(events).toMatchObject([{ billed: 'yes' }, { billed: 'no' }, { billed: 'no' }]);
  });

  it('compare again with another reference picture (P1)', async () => {
    const other = { referenceImage: () => lossyWebp };

    const { results, server } = await inTurn([live, same, another], [reference, other, reference, other]);

    expect(results.map(codeOf)).toEqual([undefined, 'liveness-declined', undefined, 'liveness-declined']);
    expect(pathsOf(server)).toEqual([LIVENESS, MATCH, MATCH]);
  });

  it('each hold the comparison to their own policy (E20)', async () => {
    const { gate, server } = await startGate([live, same]);
    const request = {};

    const first = await gate.route().check({ ...matching, request });
    const second = await gate
      .route({ policy: { faceMatch: { declineAtOrBelow: 90 } } })
      .check({ ...matching, request });

    expect([codeOf(first), codeOf(second)]).toEqual([undefined, 'liveness-declined']);
    expect(pathsOf(server)).toEqual([LIVENESS, MATCH]);
  });

  it('do not ask for the comparison again after one that gave no answer: it may have been paid (E20, P5)', async () => {
    const replies = [live, answer({ status: 500 }), same];
    const { results, server, events } = await inTurn(replies, [{}, reference, reference]);

    expect(results.map(codeOf)).toEqual([undefined, 'liveness-unavailable', 'liveness-unavailable']);
    expect(pathsOf(server)).toEqual([LIVENESS, MATCH]);
    expect(events).toMatchObject([
      { billed: 'yes' },
      { step: 'face-match', billed: 'unknown' },
      { step: 'face-match', billed: 'no' },
    ]);
  });

  it.each<[string, Reply]>([
    ['429', answer({ status: 429 })],
    ['401', answer({ status: 401 })],
    ['500', answer({ status: 500 })],
  ])('call nothing retryable that the first of them paid for: %s (E14, P5)', async (_name, reply) => {
    const { results } = await inTurn([live, reply], [{}, reference]);

    const [, second] = results;
    expect(second && refusalIn(second).problem).toMatchObject({ code: 'liveness-unavailable', retryable: false });
  });

  it('of different requests have nothing in common', async () => {
    const { gate, server } = await startGate([live, same, live, same]);

    await gate.route().check({ ...matching, request: {} });
    await gate.route().check({ ...matching, request: {} });

    expect(pathsOf(server)).toEqual([LIVENESS, MATCH, LIVENESS, MATCH]);
  });
});

describe('what is told of two pictures', () => {
  it.each<[string, readonly Reply[]]>([
    ['passed', [live, same]],
    ['declined', [live, another]],
    ['failed', [live, answer({ status: 400, body: { ref_image: [VENDOR_CANARY], key: KEY_CANARY } })]],
    ['no answer', [live, answer({ body: { face_match: VENDOR_CANARY } })]],
  ])('holds no key, picture, id or score: %s (P8, D03, D04, H15)', async (_name, replies) => {
    const { result, events } = await attempted(replies, {
      clientOptions: { apiKey: KEY_CANARY, timeoutMs: 100 },
      attempt: { read: reads(canaryPicture), referenceImage: () => canaryPicture, subject: () => VENDOR_CANARY },
    });

    expectNoCanary(events);
    expect(JSON.stringify(events)).not.toMatch(/87\.14|96\.37|12\.75|29\.8|31\.4/);
    if (result.kind !== 'refused') return;
    expectNoCanary(result.refusal);
    expectNoCanary(result.refusal.problem);
  });

  it('holds no picture in the error about one that cannot be compared (D04)', async () => {
    const broken = prefixOf(canaryPicture, canaryPicture.length - 2);
    const { gate, events } = await startGate(live);

    expectNoCanary(await rejectionOf(gate.route().check({ ...matching, referenceImage: () => broken })));
    expectNoCanary(events);
  });
});

describe('the gate with a comparison as a whole', () => {
  it('lets pass exactly what an independent rule lets pass (P1, P2, P3)', async () => {
    const statuses = fc.oneof(
      { weight: 5, arbitrary: fc.constant('Approved') },
      { weight: 1, arbitrary: fc.constantFrom('Declined', 'In Review', 'approved', '', null) },
    );
    const scores = fc.oneof(
      { weight: 5, arbitrary: fc.double({ min: 0, max: 100, noNaN: true }) },
      { weight: 1, arbitrary: fc.constantFrom(null, '95', -1, 101, 50) },
    );
    const tags = fc.constantFrom('', '', '', 'NO_REFERENCE_IMAGE', 'LOW_FACE_MATCH_SIMILARITY', 'NEW');
    const said = fc.record({
      selfie: statuses,
      status: statuses,
      score: scores,
      risk: tags,
      logType: fc.constantFrom('information', 'warning', 'error', undefined),
      faces: fc.constantFrom(0, 1, 1, 1, 2),
      http: fc.constantFrom(200, 200, 200, 200, 201, 500),
    });
    const replies: Reply[] = [];
    const { gate } = await startGate(
      { at: 'body', act: (socket) => replies.shift()?.act(socket) },
      {
        clientOptions: { timeoutMs: 100 },
      },
    );
    const face = faceMatchAnswer().face_match.ref_image.entities[0];

    await fc.assert(
      fc.asyncProperty(said, async ({ selfie, status, score, risk, logType, faces, http }) => {
        const entities = Array.from({ length: faces }, () => face);
        const warnings = risk === '' ? [] : [{ risk, log_type: logType }];
        const match = { status, score, warnings, ref_image: { entities, best_angle: 0 } };
        replies.splice(
          0,
          replies.length,
          answer({ body: approvedAnswer({ status: selfie } as object) }),
          answer({ status: http, body: faceMatchAnswer(match as object) }),
        );

        const { kind } = await gate.route().check(matching);

        const isScored = typeof score === 'number' && score > 50 && score <= 100;
        const isHarmless = risk === '' || (logType === 'information' && risk !== 'NO_REFERENCE_IMAGE');
        const isSame = http === 200 && status === 'Approved' && isScored && isHarmless && faces > 0;
        expect(kind).toBe(selfie === 'Approved' && isSame ? 'passed' : 'refused');
      }),
      { numRuns: 150 },
    );
  });
});
