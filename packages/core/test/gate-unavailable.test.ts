import { afterEach, describe, expect, it } from '@jest/globals';
import type { DiditClientOptions } from '../src/client/client.js';
import type { SelfieRouteOptions } from '../src/gate/options.js';
import { approvedAnswer, blocklistedAnswer, spoofAnswer, warningOf } from './support/answers.js';
import { livenessIn, reads, refusalIn, startGate } from './support/gates.js';
import type { FakeClock } from './support/fake-clock.js';
import { baselineJpeg } from './support/pictures.js';
import { answer, closeAll, hangUp, neverAnswer, type Reply, reset, sendAndEnd } from './support/server.js';

afterEach(closeAll);

const OPEN: SelfieRouteOptions = { dangerouslyAllowWhenUnavailable: true };

/** Ways in which a check does not end with a yes. */
interface Fault {
  readonly reply?: Reply;
  readonly client?: Partial<DiditClientOptions>;
  readonly picture?: Uint8Array;
  readonly timesOut?: true;
  readonly unavailable: boolean;
}

function judged(part: Parameters<typeof approvedAnswer>[0]): Reply {
  return answer({ body: approvedAnswer(part) });
}

/** Of each, whether it is an outage of Didit, and nothing else. */
const FAULTS: Readonly<Record<string, Fault>> = {
  // Not there.
  'a name that is none': { client: { baseUrl: 'https://didit.invalid' }, unavailable: true },
  'a closed connection': { reply: hangUp, unavailable: true },
  'a reset': { reply: reset, unavailable: true },
  'half an answer': { reply: sendAndEnd('HTTP/1.1 200 OK\r\ncontent-le'), unavailable: true },
  'no answer in time': { reply: neverAnswer, timesOut: true, unavailable: true },
  408: { reply: answer({ status: 408 }), unavailable: true },
  500: { reply: answer({ status: 500 }), unavailable: true },
  '500 in HTML': {
    reply: answer({ status: 500, headers: { 'content-type': 'text/html' }, body: '<p>' }),
    unavailable: true,
  },
  502: { reply: answer({ status: 502 }), unavailable: true },
  503: { reply: answer({ status: 503 }), unavailable: true },
  504: { reply: answer({ status: 504 }), unavailable: true },
  // A no, and what contradicts itself.
  'a spoof': { reply: answer({ body: spoofAnswer }), unavailable: false },
  'a blocklisted face': { reply: answer({ body: blocklistedAnswer }), unavailable: false },
  'a low score': { reply: judged({ score: 10 }), unavailable: false },
  'a review': { reply: judged({ warnings: [warningOf('DUPLICATED_FACE', 'information')] }), unavailable: false },
  'an approval with an error': { reply: judged({ warnings: [warningOf('NEW_TAG', 'error')] }), unavailable: false },
  'an approval without a face': { reply: judged({ user_image: { entities: [], best_angle: 0 } }), unavailable: false },
  'In Review': { reply: judged({ status: 'In Review' }), unavailable: false },
  // Not an answer.
  'an empty 200': { reply: answer({}), unavailable: false },
  'an HTML 200': { reply: answer({ headers: { 'content-type': 'text/html' }, body: '<p>' }), unavailable: false },
  'an unknown status': { reply: judged({ status: 'Maybe' }), unavailable: false },
  'a score as a text': { reply: judged({ score: '95' as unknown as number }), unavailable: false },
  'not HTTP': { reply: sendAndEnd('SSH-2.0-OpenSSH_9.6\r\n'), unavailable: false },
  'a redirect': { reply: answer({ status: 307, headers: { location: '/elsewhere' } }), unavailable: false },
  204: { reply: answer({ status: 204 }), unavailable: false },
  // The picture, the key, the account or the rate.
  400: { reply: answer({ status: 400, body: { user_image: ['No.'] } }), unavailable: false },
  401: { reply: answer({ status: 401 }), unavailable: false },
  402: { reply: answer({ status: 402 }), unavailable: false },
  403: { reply: answer({ status: 403, body: { detail: 'No permission.' } }), unavailable: false },
  404: { reply: answer({ status: 404 }), unavailable: false },
  413: { reply: answer({ status: 413 }), unavailable: false },
  415: { reply: answer({ status: 415 }), unavailable: false },
  429: { reply: answer({ status: 429 }), unavailable: false },
  'a key that cannot be had': { client: { apiKey: () => Promise.reject(new Error('vault')) }, unavailable: false },
  'no picture': { picture: new Uint8Array(0), unavailable: false },
  'half a picture': { picture: baselineJpeg.subarray(0, 40), unavailable: false },
};

async function attempted({ reply = answer({}), client, picture, timesOut }: Fault, route: SelfieRouteOptions) {
  // Without retries, so that no fault has to be waited for.
  const bench = await startGate(reply, { clientOptions: { retryBudget: 0, ...client } });
  const check = bench.gate.route({ threshold: 50, ...route }).check({ read: reads(picture) });
  if (timesOut) {
    await bench.server.received(1);
    bench.clientClock.advance(10_000);
  }
  return { result: await check, ...bench };
}

describe('dangerouslyAllowWhenUnavailable', () => {
  it('lets through exactly what is an outage of Didit, over every fault (F12, P21)', async () => {
    const passed = new Set<string>();
    for (const [name, fault] of Object.entries(FAULTS)) {
      if ((await attempted(fault, OPEN)).result.kind === 'passed') passed.add(name);
    }

    const outages = Object.entries(FAULTS).filter(([, { unavailable }]) => unavailable);
    expect(passed).toEqual(new Set(outages.map(([name]) => name)));
  });

  it('lets nothing of it through unless the route says so (F12, P1, P2)', async () => {
    for (const fault of Object.values(FAULTS)) {
      expect((await attempted(fault, {})).result.kind).toBe('refused');
    }
  });

  it('says to the handler that nobody checked, and tells of each use (F11, F12, P21, P25)', async () => {
    const { result, events } = await attempted({ reply: answer({ status: 503 }), unavailable: true }, OPEN);

    const liveness = livenessIn(result);
    expect(liveness).toMatchObject({
      outcome: 'skipped',
      step: 'liveness',
      error: 'unavailable',
      score: null,
      faceQuality: null,
      faceLuminance: null,
      requestId: null,
      decision: null,
      imageSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      image: { type: 'jpeg', size: baselineJpeg.length },
    });
    expect(Object.isFrozen(liveness)).toBe(true);
    expect(events).toEqual([
      {
        type: 'skipped',
        step: 'liveness',
        error: 'unavailable',
        upstreamStatus: 503,
        billed: 'unknown',
        at: expect.any(String),
        correlationId: liveness.correlationId,
        durationMs: 0,
      },
    ]);
  });

  it('checks all the same what is free to check (F12, P6)', async () => {
    const { gate, server } = await startGate(answer({ status: 503 }));

    const result = await gate.route(OPEN).check({ read: reads(), validate: () => ({ email: 'is taken' }) });

    expect(refusalIn(result).code).toBe('invalid-fields');
    expect(server.requests).toHaveLength(0);
  });

  it('lets through while calls are stopped because Didit is not there, and asks nobody (F05, F12)', async () => {
    const { gate, server } = await startGate(answer({ status: 503 }), {
      clientOptions: { circuitBreaker: { minimumCalls: 1 } },
    });
    const route = gate.route(OPEN);

    const results = [await route.check({ read: reads() }), await route.check({ read: reads() })];

    expect(results.map((result) => livenessIn(result))).toMatchObject([
      { outcome: 'skipped', error: 'unavailable' },
      { outcome: 'skipped', error: 'circuit-open' },
    ]);
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, Reply]>([
    ['answers what cannot be used', answer({})],
    ['refuses the key', answer({ status: 401 })],
    ['has no credits left', answer({ status: 402 })],
  ])('lets nobody through while calls are stopped because Didit %s (F12)', async (_name, reply) => {
    const { gate } = await startGate(reply, { clientOptions: { circuitBreaker: { minimumCalls: 1 } } });
    const route = gate.route(OPEN);
    await route.check({ read: reads() });

    expect(refusalIn(await route.check({ read: reads() }))).toMatchObject({
      code: 'liveness-unavailable',
      cause: { code: 'circuit-open' },
    });
  });

  it('lets nobody through because too many come at once (E17, F12)', async () => {
    const { gate, server } = await startGate(neverAnswer, { clientOptions: { maxConnections: 1, maxQueuedCalls: 0 } });
    const controller = new AbortController();
    const route = gate.route(OPEN);
    const running = route.check({ read: reads(), signal: controller.signal });
    await server.received(1);

    const refusal = refusalIn(await route.check({ read: reads() }));

    expect(refusal).toMatchObject({
      code: 'liveness-unavailable',
      headers: { 'retry-after': '1' },
      cause: { code: 'overloaded' },
    });
    controller.abort();
    await running;
  });

  it('lets nobody through because the gate drains (F01, F12)', async () => {
    const { gate, server, clock } = await startGate(neverAnswer);
    const running = gate.route(OPEN).check({ read: reads() });
    await server.received(1);
    const drained = gate.drain(1_000);
    clock.advance(1_000);

    expect(refusalIn(await running).code).toBe('liveness-unavailable');
    await drained;
  });

  it('holds for a comparison as well, of which the selfie passed (F12)', async () => {
    const { gate, events } = await startGate([judged({}), answer({ status: 500 })]);

    const result = await gate.route(OPEN).check({ read: reads(), referenceImage: () => baselineJpeg });

    expect(livenessIn(result)).toMatchObject({
      outcome: 'skipped',
      step: 'face-match',
      error: 'unavailable',
      requestId: approvedAnswer().request_id,
      decision: { outcome: 'approved' },
    });
    expect(events).toMatchObject([{ type: 'skipped', step: 'face-match', billed: 'yes' }]);
  });

  it('does not hold for a comparison of a selfie that leaves a doubt (F12)', async () => {
    const { gate } = await startGate([judged({ score: 70 }), answer({ status: 500 })]);
    const route = gate.route({ ...OPEN, policy: { score: { reviewAtOrBelow: 80 } }, onReview: 'pass' });

    const result = await route.check({ read: reads(), referenceImage: () => baselineJpeg });

    expect(refusalIn(result).code).toBe('liveness-unavailable');
  });

  it('lets nobody through who waited for a turn, however long the call then takes (E17, F12)', async () => {
    const { gate, server, client, clientClock } = await startGate(neverAnswer, {
      clientOptions: { maxConnections: 1, timeoutMs: 1_000 },
    });
    const controller = new AbortController();
    const route = gate.route(OPEN);
    const first = route.check({ read: reads(), signal: controller.signal });
    await server.received(1);
    const waits = route.check({ read: reads() });
    await clientClock.asked(3); // The deadlines of both, and how long the second one waits.
    controller.abort();
    await server.received(2);
    clientClock.advance(1_000);

    expect(refusalIn(await waits)).toMatchObject({ code: 'liveness-timeout', cause: { ofOwnMaking: true } });
    await first;
    await client.close();
  });

  it('lets nobody through because this process was too busy to hear the answer (F07, F12)', async () => {
    let clock: FakeClock | undefined;
    const stallsThenAnswers: Reply = {
      at: 'body',
      act: (socket) => {
        clock?.stall(20_000);
        judged({ score: 10 }).act(socket);
      },
    };
    const bench = await startGate(stallsThenAnswers);
    clock = bench.clientClock;

    const refusal = refusalIn(await bench.gate.route(OPEN).check({ read: reads() }));

    expect(refusal).toMatchObject({ code: 'liveness-timeout', cause: { billed: 'yes', ofOwnMaking: true } });
  });

  it('lets nobody through because the key does not come in time (F12)', async () => {
    const { gate, clientClock } = await startGate(answer({}), {
      clientOptions: { apiKey: () => new Promise<string>(() => {}) },
    });
    const check = gate.route(OPEN).check({ read: reads() });
    await clientClock.asked(1);
    clientClock.advance(10_000);

    expect(refusalIn(await check)).toMatchObject({ code: 'liveness-unavailable', cause: { code: 'api-key' } });
  });

  it('is asked once for all guards of a request (E20, F12, P5)', async () => {
    const { gate, server, events } = await startGate(answer({ status: 500 }));
    const request = {};
    const open = await gate.route(OPEN).check({ read: reads(), request });
    const alsoOpen = await gate.route(OPEN).check({ read: reads(), request });
    const closed = await gate.route().check({ read: reads(), request });

    expect([open, alsoOpen].map((result) => livenessIn(result).outcome)).toEqual(['skipped', 'skipped']);
    expect(refusalIn(closed)).toMatchObject({ code: 'liveness-unavailable', problem: { retryable: false } });
    expect(server.requests).toHaveLength(1);
    expect(events.map((event) => 'billed' in event && event.billed)).toEqual(['unknown', 'no', 'no']);
  });

  it('does not hold for the session that a doubtful selfie leads to (F12)', async () => {
    const { gate } = await startGate([judged({ score: 70 }), answer({ status: 500 })]);
    const route = gate.route({
      ...OPEN,
      policy: { score: { reviewAtOrBelow: 80 } },
      onReview: 'step-up',
      stepUp: { workflowId: 'b3e4a0d1-55c2-4c58-9a36-3d0a2a6f9e70' },
    });

    expect(refusalIn(await route.check({ read: reads(), subject: () => 'user-1' })).code).toBe('liveness-unavailable');
  });
});
