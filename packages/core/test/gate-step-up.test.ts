import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Attempt } from '../src/gate/attempt.js';
import type { OnReview, RouteOptions, StepUpOptions } from '../src/gate/options.js';
import type { ProblemCode } from '../src/gate/problem.js';
import type { LivenessRefusal } from '../src/gate/refusal.js';
import type { StepUpAttempt, StepUpOutcome, StepUpResult } from '../src/gate/step-up.js';
import { SESSION_STATUSES } from '../src/wire/session-status.js';
import { approvedAnswer, noFaceAnswer, spoofAnswer, warningOf } from './support/answers.js';
import { expectNoCanary, KEY_CANARY, printed, VENDOR_CANARY } from './support/canaries.js';
import {
  createdSessionAnswer,
  decisionAnswer,
  livenessCheck,
  SESSION_ID,
  sessionFaceMatch,
  WORKFLOW_ID,
} from './support/endpoint-answers.js';
import { type BenchOptions, livenessIn, reads, refusalIn, startGate, throwsFault } from './support/gates.js';
import { baselineJpeg } from './support/pictures.js';
import {
  answer,
  closeAll,
  hangUp,
  neverAnswer,
  rejectionOf,
  type Reply,
  reset,
  type ScriptedServer,
} from './support/server.js';

const PERSON = 'acct_7719';
const LIVENESS = 'POST /v3/passive-liveness/ HTTP/1.1';
const CREATE = 'POST /v3/session/ HTTP/1.1';
const DECISION = `GET /v3/session/${SESSION_ID}/decision/ HTTP/1.1`;

const stepUp: StepUpOptions = { workflowId: WORKFLOW_ID, callback: 'https://app.example/return' };
const stepsUp: RouteOptions = {
  onReview: 'step-up',
  stepUp,
  policy: { score: { declineAtOrBelow: 50, reviewAtOrBelow: 80 } },
};

const doubtful = answer({ body: approvedAnswer({ score: 70 }) });
const created = answer({ status: 201, body: createdSessionAnswer });

afterEach(closeAll);

function linesOf({ requests }: ScriptedServer): string[] {
  return requests.map(({ requestLine }) => requestLine);
}

/** One selfie of a person, on a route that steps up. */
async function selfie(
  replies: Reply | readonly Reply[],
  { attempt, ...options }: BenchOptions & { attempt?: Partial<Attempt> } = {},
) {
  const bench = await startGate(replies, { ...stepsUp, ...options });
  const result = await bench.gate
    .route()
    .check({ read: reads(), correlationId: 'c-1', subject: () => PERSON, ...attempt });
  return { ...bench, result };
}

/** What the application is told of a refusal, but for the name of the request. */
function toldOf({ problem, headers, status, message }: LivenessRefusal): string {
  const { correlationId: _, ...rest } = problem;
  return JSON.stringify({ problem: rest, headers, status, message });
}

describe('a doubtful selfie', () => {
  it('leads to a session, made once and after the paid call', async () => {
    const { result, server, events } = await selfie([doubtful, created]);

    const refusal = refusalIn(result);
    expect(refusal.problem).toEqual({
      type: 'urn:problem-type:didit-liveness:step-up-required',
      title: 'The check needs another step.',
      status: 403,
      code: 'step-up-required',
      correlationId: 'c-1',
      retryable: false,
      sessionUrl: 'https://verify.didit.me/session/CANARYtoken',
      sessionId: SESSION_ID,
    });
    expect(refusal.decision).toMatchObject({ outcome: 'review', reasons: [{ rule: 'score.reviewAtOrBelow' }] });
    expect(linesOf(server)).toEqual([LIVENESS, CREATE]);
    expect(events).toEqual([
      expect.objectContaining({
        type: 'decided',
        outcome: 'review',
        code: 'step-up-required',
        checks: ['liveness'],
        billed: 'yes',
      }),
    ]);
  });

  it.each<[string, StepUpOptions, object]>([
    ['the workflow alone', { workflowId: WORKFLOW_ID }, {}],
    ['callback and language', { ...stepUp, language: 'pt-BR' }, { callback: stepUp.callback, language: 'pt-BR' }],
    ['no age, which is nothing to Didit', { workflowId: WORKFLOW_ID, maxAgeSeconds: 60 }, {}],
  ])('leads to a session for the person, with %s (D06, D07)', async (_name, options, expected) => {
    const { server } = await selfie([doubtful, created], {
      stepUp: options,
      attempt: { read: reads(baselineJpeg, { vendor_data: 'evil', workflow_id: 'evil', callback: 'evil' }) },
    });

    expect(JSON.parse(String((await server.received(2)).body))).toEqual({
      workflow_id: WORKFLOW_ID,
      vendor_data: PERSON,
      metadata: { correlation_id: 'c-1' },
      ...expected,
    });
  });

  it.each<[string, unknown, ProblemCode | undefined]>([
    ['passes', approvedAnswer(), undefined],
    ['is declined', spoofAnswer, 'liveness-declined'],
    ['is under the limit', approvedAnswer({ score: 50 }), 'liveness-declined'],
    ['is to be taken again', noFaceAnswer, 'selfie-retake'],
  ])('is the only one that does: no session for one that %s', async (_name, body, code) => {
    const { result, server } = await selfie([answer({ body: body as object }), created]);

    expect(result.kind === 'refused' ? result.refusal.code : undefined).toBe(code);
    expect(linesOf(server)).toEqual([LIVENESS]);
  });

  it.each<[OnReview, ProblemCode | undefined]>([
    ['reject', 'review-required'],
    ['pass', undefined],
  ])('leads to no session with onReview: %s', async (onReview, code) => {
    const { result, server } = await selfie([doubtful, created], { onReview });

    expect(result.kind === 'refused' ? result.refusal.code : undefined).toBe(code);
    expect(linesOf(server)).toEqual([LIVENESS]);
  });

  it('shows the address of its session in the answer and nowhere else (P8, D03)', async () => {
    const { result, events } = await selfie([doubtful, created]);

    const refusal = refusalIn(result);
    expect(JSON.stringify(refusal.problem)).toContain('CANARYtoken');
    for (const shown of [refusal, { error: refusal }, events, Object.assign({}, refusal)]) {
      expect(printed(shown)).not.toMatch(/CANARYtoken|verify\.didit\.me|sessionUrl/);
      expect(inspect(shown, { getters: false, depth: 9 })).not.toContain('CANARYtoken');
    }
    expect(JSON.stringify(events)).not.toContain(SESSION_ID);
  });

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['a promise of undefined', Promise.resolve(undefined)],
  ])('is not even looked at when its person is %s: nothing is paid (P6)', async (_name, person) => {
    const { gate, server, events } = await startGate([doubtful, created], stepsUp);

    const error = await rejectionOf(gate.route().check({ read: reads(), subject: () => person as undefined }));

    expect(error).toMatchObject({
      code: 'invalid-option',
      option: 'subject',
      message:
        'subject() gave nothing; a step-up needs it, since a session is only good for the person it was made for',
    });
    expect(server.connections()).toBe(0);
    expect(events).toEqual([expect.objectContaining({ type: 'broken', error: 'InvalidOptionError' })]);
  });

  it('is not even looked at without a function for its person (P6)', async () => {
    const { gate, server } = await startGate([doubtful, created], stepsUp);

    expect(await rejectionOf(gate.route().check({ read: reads() }))).toMatchObject({ option: 'subject' });
    expect(server.connections()).toBe(0);
  });

  it('leads to a session for each of two guards, and is paid for once (E20)', async () => {
    const { gate, server, events } = await startGate([doubtful, created], stepsUp);
    const attempt: Attempt = { read: reads(), request: {}, subject: () => PERSON };

    const results = [await gate.route({ onReview: 'pass' }).check(attempt), await gate.route().check(attempt)];

    expect(livenessIn(results[0] ?? { kind: 'aborted' }).outcome).toBe('review');
    expect(refusalIn(results[1] ?? { kind: 'aborted' }).code).toBe('step-up-required');
    expect(linesOf(server)).toEqual([LIVENESS, CREATE]);
    expect(events).toMatchObject([{ billed: 'yes' }, { billed: 'no', code: 'step-up-required' }]);
  });
});

describe('a session that cannot be made', () => {
  const once = { clientOptions: { timeoutMs: 100 } };

  it.each<[string, Reply, ProblemCode]>([
    ['400', answer({ status: 400, body: { workflow_id: 'Invalid workflow_id.' } }), 'liveness-bad-response'],
    ['400 about the person', answer({ status: 400, body: { vendor_data: 'Blocked.' } }), 'liveness-bad-response'],
    ['401', answer({ status: 401 }), 'liveness-unavailable'],
    ['403', answer({ status: 403 }), 'liveness-unavailable'],
    ['404', answer({ status: 404 }), 'liveness-bad-response'],
    ['429', answer({ status: 429 }), 'liveness-unavailable'],
    ['500', answer({ status: 500 }), 'liveness-unavailable'],
    ['503', answer({ status: 503 }), 'liveness-unavailable'],
    ['504', answer({ status: 504 }), 'liveness-timeout'],
    ['a close', hangUp, 'liveness-unavailable'],
    ['a reset', reset, 'liveness-unavailable'],
    ['200', answer({ body: createdSessionAnswer }), 'liveness-bad-response'],
    ['no id', answer({ status: 201, body: { ...createdSessionAnswer, session_id: null } }), 'liveness-bad-response'],
    ['no address', answer({ status: 201, body: { ...createdSessionAnswer, url: null } }), 'liveness-bad-response'],
    [
      'an address that is none',
      answer({ status: 201, body: { ...createdSessionAnswer, url: 'javascript:alert(1)' } }),
      'liveness-bad-response',
    ],
    ['an HTML page', answer({ headers: { 'content-type': 'text/html' }, body: '<p>' }), 'liveness-bad-response'],
  ])('lets nobody pass, and is asked for once: %s (P1, P5)', async (_name, reply, code) => {
    const { result, server, events } = await selfie([doubtful, reply], once);

    const refusal = refusalIn(result);
    expect(refusal).toMatchObject({ code, decision: undefined, problem: { retryable: false } });
    expect(refusal.problem).not.toHaveProperty('sessionUrl');
    expect(refusal.problem).not.toHaveProperty('sessionId');
    expect(linesOf(server)).toEqual([LIVENESS, CREATE]);
    expect(events).toMatchObject([
      { type: 'decided', code: 'step-up-required', checks: ['liveness'], billed: 'yes' },
      { type: 'failed', step: 'session', code, billed: 'no' },
    ]);
    expect(printed([refusal, events])).not.toContain('CANARYtoken');
  });

  it('says to the operator that the key may not see addresses', async () => {
    const body = { ...createdSessionAnswer, url: null };

    const { cause } = refusalIn((await selfie([doubtful, answer({ status: 201, body })])).result);

    expect(cause).toMatchObject({
      code: 'bad-response',
      status: 201,
      billed: 'no',
      message: 'POST /v3/session/: the answer is not usable: url is null: the key may not see it',
    });
  });

  it('is a timeout at the deadline, of a selfie that was paid for', async () => {
    const { gate, server, events, clientClock } = await startGate([doubtful, neverAnswer], stepsUp);
    const check = gate.route().check({ read: reads(), subject: () => PERSON });
    await server.received(2);

    clientClock.advance(10_000);

    expect(refusalIn(await check)).toMatchObject({ code: 'liveness-timeout', problem: { retryable: false } });
    expect(events).toMatchObject([
      { type: 'decided', billed: 'yes' },
      { type: 'failed', step: 'session', billed: 'no' },
    ]);
  });

  it('is given up when the client hangs up (A26)', async () => {
    const { gate, server, events } = await startGate([doubtful, neverAnswer], stepsUp);
    const controller = new AbortController();
    const check = gate.route().check({ read: reads(), subject: () => PERSON, signal: controller.signal });
    await server.received(2);

    controller.abort();

    expect(await check).toEqual({ kind: 'aborted' });
    expect(events).toMatchObject([
      { type: 'decided', billed: 'yes' },
      { type: 'aborted', billed: 'no' },
    ]);
  });

  it('is not to be asked for again when an earlier guard paid (E14)', async () => {
    const { gate } = await startGate([doubtful, answer({ status: 401 })], stepsUp);
    const attempt: Attempt = { read: reads(), request: {}, subject: () => PERSON };
    await gate.route({ onReview: 'pass' }).check(attempt);

    const refusal = refusalIn(await gate.route().check(attempt));

    expect(refusal.problem).toMatchObject({ code: 'liveness-unavailable', retryable: false });
  });
});

/** A session of this person that was finished ten minutes ago, by the clock of the gate, with parts replaced. */
function finished(part: Partial<Record<keyof typeof decisionAnswer, unknown>> = {}): Reply {
  return answer({ body: { ...decisionAnswer, created_at: '2026-11-23T11:50:00Z', ...part } });
}

type Return = BenchOptions & { readonly attempt?: Partial<StepUpAttempt>; readonly route?: RouteOptions };

/** Somebody comes back, and Didit says this of the session. */
async function back(reply: Reply | readonly Reply[], { attempt, route, ...options }: Return = {}) {
  const bench = await startGate(reply, { stepUp, clientOptions: { timeoutMs: 100 }, ...options });
  const result = await bench.gate.stepUpRoute(route).check({
    sessionId: () => SESSION_ID,
    subject: () => PERSON,
    correlationId: 'c-2',
    ...attempt,
  });
  return { ...bench, result };
}

function refusalOf(result: StepUpOutcome): LivenessRefusal {
  if (result.kind !== 'refused') throw new Error(`the result is not refused but ${result.kind}`);
  return result.refusal;
}

function stepUpIn(result: StepUpOutcome): StepUpResult {
  if (result.kind !== 'passed') throw new Error(`the result is not passed but ${result.kind}`);
  return result.stepUp;
}

describe('a person who comes back from a good session', () => {
  it('passes, and nothing is paid', async () => {
    const { result, server, events, gate } = await back(finished());

    expect(stepUpIn(result)).toEqual({
      outcome: 'approved',
      sessionId: SESSION_ID,
      correlationId: 'c-2',
      policyId: gate.stepUpRoute().policy.policyId,
      decision: expect.objectContaining({ outcome: 'approved', reasons: [] }),
    });
    expect(Object.isFrozen(stepUpIn(result))).toBe(true);
    expect(linesOf(server)).toEqual([DECISION]);
    expect(events).toEqual([
      {
        type: 'decided',
        at: '2026-11-23T12:00:00.000Z',
        correlationId: 'c-2',
        durationMs: 0,
        billed: 'no',
        outcome: 'approved',
        code: null,
        requestId: SESSION_ID,
        policyId: gate.stepUpRoute().policy.policyId,
        checks: ['session'],
        rules: [],
        risks: [],
        unknownRisks: [],
        contradictions: [],
        image: null,
      },
    ]);
  });

  it.each<[string, Partial<StepUpAttempt>]>([
    ['promises of id and person', { sessionId: async () => SESSION_ID, subject: async () => PERSON }],
    ['a signal that is not aborted', { signal: new AbortController().signal }],
  ])('passes with %s', async (_name, attempt) => {
    expect((await back(finished(), { attempt })).result.kind).toBe('passed');
  });

  it.each([
    ['of the id', { attempt: { sessionId: () => SESSION_ID.toUpperCase() } }, {}],
    ['of the workflow', { stepUp: { workflowId: WORKFLOW_ID.toUpperCase() } }, {}],
    ['of the workflow of the session', {}, { workflow_id: WORKFLOW_ID.toUpperCase() }],
  ] as const)('passes whatever the case %s', async (_name, options, part) => {
    expect((await back(finished(part), options)).result.kind).toBe('passed');
  });

  it.each([null, undefined, []])('passes where the workflow compares no faces: %j', async (faceMatches) => {
    expect((await back(finished({ face_matches: faceMatches }))).result.kind).toBe('passed');
  });

  it('passes after an answer that was lost, since reading is free (P5)', async () => {
    const bench = await startGate([hangUp, finished()], { stepUp });
    const check = bench.gate.stepUpRoute().check({ sessionId: () => SESSION_ID, subject: () => PERSON });

    bench.clientClock.advance(await bench.clientClock.asked(2));

    expect((await check).kind).toBe('passed');
    expect(linesOf(bench.server)).toEqual([DECISION, DECISION]);
  });

  it('passes more than once within the age of the session', async () => {
    const { gate } = await startGate(finished(), { stepUp });
    const attempt: StepUpAttempt = { sessionId: () => SESSION_ID, subject: () => PERSON };

    const kinds = [await gate.stepUpRoute().check(attempt), await gate.stepUpRoute().check(attempt)];

    expect(kinds.map(({ kind }) => kind)).toEqual(['passed', 'passed']);
  });
});

describe('a session that does not count', () => {
  const others: readonly (readonly [string, Reply, Return?])[] = [
    ['of another person', finished({ vendor_data: 'acct_0001' })],
    ['of a person in another case', finished({ vendor_data: PERSON.toUpperCase() })],
    ['of a longer id', finished({ vendor_data: `${PERSON}0` })],
    ['of nobody', finished({ vendor_data: null })],
    ['of nobody, said by its absence', finished({ vendor_data: undefined })],
    ['of a number', finished({ vendor_data: 7719 })],
    ['of another workflow', finished({ workflow_id: SESSION_ID })],
    ['of no workflow', finished({ workflow_id: null })],
    ['that is too old by a millisecond', finished({ created_at: '2026-11-16T11:59:59.999Z' })],
    ['that is too old by years', finished({ created_at: '2020-01-01T00:00:00Z' })],
    ['of no date', finished({ created_at: null })],
    ['of no date, said by its absence', finished({ created_at: undefined })],
    ['of a date that is none', finished({ created_at: 'yesterday' })],
    ['of an empty date', finished({ created_at: '' })],
    ['of a number for a date', finished({ created_at: 1_795_392_000 })],
    ['of a date without a zone', finished({ created_at: '2026-11-23T11:50:00' })],
    ['of a day without a time', finished({ created_at: '2026-11-23' })],
    ['of a date in another form', finished({ created_at: 'T 23 Nov 2026 11:50:00 +0000 (UTC)' })],
    ['of a far future', finished({ created_at: '2099-01-01T00:00:00Z' })],
    ['that expired', finished({ status: 'Expired' })],
    ['whose documents expired', finished({ status: 'Kyc Expired' })],
    ['that was abandoned', finished({ status: 'Abandoned' })],
    ['of a status that nobody knows', finished({ status: 'approved' })],
    ['of another status that nobody knows', finished({ status: 'Completed' })],
    ['that is unknown', answer({ status: 404, body: { detail: 'Not found.' } })],
    [
      'that is over for the route',
      finished({ created_at: '2026-11-23T11:58:59Z' }),
      { stepUp: { ...stepUp, maxAgeSeconds: 60 } },
    ],
  ];

  it.each(others)('is refused, and not said why: %s (P2, P22)', async (_name, reply, options = {}) => {
    const known = refusalOf((await back(answer({ status: 404 }))).result);

    const { result, server, events } = await back(reply, options);

    const refusal = refusalOf(result);
    expect(toldOf(refusal)).toBe(toldOf(known));
    expect(refusal.problem).toEqual({
      type: 'urn:problem-type:didit-liveness:step-up-invalid',
      title: 'The other step does not count here.',
      status: 403,
      code: 'step-up-invalid',
      correlationId: 'c-2',
      retryable: false,
    });
    expect([refusal.decision, refusal.cause]).toEqual([undefined, undefined]);
    expect(linesOf(server)).toEqual([DECISION]);
    expect(events).toEqual([expect.objectContaining({ type: 'refused', code: 'step-up-invalid', billed: 'no' })]);
  });

  it.each(SESSION_STATUSES)('is refused alike for another person in every status: %s (P22)', async (status) => {
    const { result } = await back(finished({ status, vendor_data: 'acct_0001' }));

    expect(refusalOf(result).code).toBe('step-up-invalid');
  });

  it.each([
    ['just young enough', '2026-11-23T11:00:00.000Z'],
    ['of another zone', '2026-11-23T20:50:00+09:00'],
    ['of another zone, without a colon', '2026-11-23T20:50:00+0900'],
    ['with microseconds', '2026-11-23T11:50:00.123456+00:00'],
    ['of a clock that is a little fast', '2026-11-23T12:00:30Z'],
  ])('is not one that is %s', async (_name, createdAt) => {
    expect((await back(finished({ created_at: createdAt }))).result.kind).toBe('passed');
  });

  it('grows old by the clock of the gate', async () => {
    const { gate, clock } = await startGate(finished(), { stepUp });
    const attempt: StepUpAttempt = { sessionId: () => SESSION_ID, subject: () => PERSON };
    const before = await gate.stepUpRoute().check(attempt);

    clock.advance(604_800_000 - 10 * 60_000 + 1);

    expect(before.kind).toBe('passed');
    expect(refusalOf(await gate.stepUpRoute().check(attempt)).code).toBe('step-up-invalid');
  });
});

describe('a session of this person', () => {
  it.each(['Not Started', 'In Progress', 'Awaiting User', 'Resubmitted'])(
    'that is not finished is to be asked for again: %s',
    async (status) => {
      const { result, events } = await back(finished({ status }));

      expect(refusalOf(result).problem).toMatchObject({ code: 'step-up-pending', status: 409, retryable: true });
      expect(events).toEqual([expect.objectContaining({ type: 'refused', code: 'step-up-pending', billed: 'no' })]);
    },
  );

  it.each<[OnReview, ProblemCode | undefined]>([
    ['reject', 'review-required'],
    ['step-up', 'review-required'],
    ['pass', undefined],
  ])('that is in review, with onReview: %s', async (onReview, code) => {
    const { result, server, events } = await back([finished({ status: 'In Review' }), created], {
      route: { onReview },
    });

    expect(result.kind === 'refused' ? result.refusal.code : undefined).toBe(code);
    expect(result.kind === 'passed' ? result.stepUp.outcome : 'review').toBe('review');
    expect(linesOf(server)).toEqual([DECISION]);
    expect(events).toMatchObject([{ type: 'decided', outcome: 'review', code: code ?? null, checks: ['session'] }]);
  });

  it.each<[string, Reply, RouteOptions]>([
    ['Declined', finished({ status: 'Declined' }), {}],
    ['Declined, and reviews pass', finished({ status: 'Declined' }), { onReview: 'pass' }],
    ['a step that was declined', finished({ liveness_checks: [{ ...livenessCheck, status: 'Declined' }] }), {}],
    ['a comparison that was declined', finished({ face_matches: [{ ...sessionFaceMatch, status: 'Declined' }] }), {}],
    ['no check of liveness', finished({ liveness_checks: null }), {}],
    ['no check of liveness in the list', finished({ liveness_checks: [] }), { onReview: 'pass' }],
    ['a score under the threshold', finished(), { threshold: 91.7 }],
    ['a similarity under the limit', finished(), { policy: { faceMatch: { declineAtOrBelow: 88.2 } } }],
    [
      'a warning that the policy declines',
      finished({ liveness_checks: [{ ...livenessCheck, warnings: [warningOf('DUPLICATED_FACE', 'information')] }] }),
      { policy: { warnings: { DUPLICATED_FACE: 'decline' } } },
    ],
    [
      'a warning that a retake of a selfie would mend',
      finished({ liveness_checks: [{ ...livenessCheck, warnings: [warningOf('MULTIPLE_FACES', 'warning')] }] }),
      {},
    ],
  ])('that is not approved in every part is declined, all alike: %s (P1, P3, P22)', async (_name, reply, route) => {
    const known = refusalOf((await back(finished({ status: 'Declined' }))).result);

    const { result, events } = await back(reply, { route });

    const refusal = refusalOf(result);
    expect(toldOf(refusal)).toBe(toldOf(known));
    expect(refusal).toMatchObject({ code: 'liveness-declined', status: 403, decision: { outcome: 'declined' } });
    expect(refusal.problem).not.toHaveProperty('hints');
    expect(events).toMatchObject([{ type: 'decided', outcome: 'declined', code: 'liveness-declined', billed: 'no' }]);
  });

  it('is told of with the tags and contradictions of all its steps', async () => {
    const check = { ...livenessCheck, warnings: [warningOf('LIVENESS_FACE_ATTACK', 'warning')] };
    const match = { ...sessionFaceMatch, score: null, warnings: [warningOf('N\nEW', 'information')] };

    const { events } = await back(finished({ liveness_checks: [check], face_matches: [match] }));

    expect(events).toMatchObject([
      {
        risks: ['LIVENESS_FACE_ATTACK'],
        unknownRisks: ['NEW'],
        contradictions: ['auto-decline-tag', 'no-score'],
        rules: ['contradiction', 'autoDecline', 'faceMatch.contradiction', 'unknownInformation'],
      },
    ]);
  });

  it('is told of without a key, an id of a person, an address or a score (P8, D03, H15)', async () => {
    const { result, events } = await back(finished({ vendor_data: VENDOR_CANARY, status: 'In Review' }), {
      clientOptions: { apiKey: KEY_CANARY },
      attempt: { subject: () => VENDOR_CANARY },
    });

    const refusal = refusalOf(result);
    for (const shown of [events, refusal, refusal.problem]) {
      expectNoCanary(shown);
      expect(printed(shown)).not.toMatch(/CANARY|91\.7|88\.2|media\.example/);
    }
  });
});

describe('the id that a request names', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['no text', ''],
    ['a word', 'Approved'],
    ['a path', '../../billing/balance'],
    ['an encoded path', '..%2F..%2Fbilling%2Fbalance'],
    ['a path behind an id', `${SESSION_ID}/../../billing/balance`],
    ['a path before an id', `../${SESSION_ID}`],
    ['a query behind an id', `${SESSION_ID}?include=events`],
    ['a fragment', `${SESSION_ID}#`],
    ['a blank', ` ${SESSION_ID}`],
    ['a line break', `${SESSION_ID}\n`],
    ['a header', `${SESSION_ID} HTTP/1.1\r\nx-evil: 1\r\n\r\n`],
    ['a null byte', `${SESSION_ID}\0`],
    ['no hyphens', SESSION_ID.replaceAll('-', '')],
    ['other digits', SESSION_ID.replace('c', '\uff43')],
    ['10 KB', SESSION_ID.repeat(285)],
    ['a list of one', [SESSION_ID]],
    ['two', [SESSION_ID, SESSION_ID]],
    ['an object', { id: SESSION_ID }],
    ['an object that says it is text', { toString: () => SESSION_ID }],
    ['a boxed string', Object(SESSION_ID)],
    ['a number', 7],
    ['true', true],
  ])('is asked about only if it can be one: %s is refused for free (P6)', async (_name, id) => {
    const { result, server, events } = await back(finished(), { attempt: { sessionId: () => id } });

    expect(refusalOf(result).problem).toMatchObject({ code: 'step-up-missing', status: 400, retryable: false });
    expect(server.connections()).toBe(0);
    expect(events).toEqual([expect.objectContaining({ type: 'refused', code: 'step-up-missing', billed: 'no' })]);
  });

  it('must be answered about itself: the decision over another session decides nothing (P1)', async () => {
    const { result } = await back(finished({ session_id: WORKFLOW_ID }));

    expect(refusalOf(result).code).toBe('liveness-bad-response');
  });
});

describe('a decision that cannot be read', () => {
  it.each<[string, Reply, ProblemCode, boolean]>([
    ['400', answer({ status: 400 }), 'liveness-bad-response', false],
    ['401', answer({ status: 401 }), 'liveness-unavailable', true],
    ['403', answer({ status: 403 }), 'liveness-unavailable', true],
    ['429', answer({ status: 429 }), 'liveness-unavailable', true],
    ['500', answer({ status: 500 }), 'liveness-unavailable', true],
    ['504', answer({ status: 504 }), 'liveness-timeout', true],
    ['a redirect', answer({ status: 302, headers: { location: '/' } }), 'liveness-bad-response', false],
    ['204', answer({ status: 204 }), 'liveness-bad-response', false],
    ['201', answer({ status: 201, body: decisionAnswer }), 'liveness-bad-response', false],
    ['an HTML page', answer({ headers: { 'content-type': 'text/html' }, body: '<p>' }), 'liveness-bad-response', false],
    ['an empty 200', answer({}), 'liveness-bad-response', false],
    ['a status that is none', finished({ status: true }), 'liveness-bad-response', false],
    ['a step that is none', finished({ liveness_checks: ['Approved'] }), 'liveness-bad-response', false],
    [
      'a method that nobody knows',
      finished({ liveness_checks: [{ ...livenessCheck, method: 'NONE' }] }),
      'liveness-bad-response',
      false,
    ],
    [
      'a score out of range',
      finished({ liveness_checks: [{ ...livenessCheck, score: 101 }] }),
      'liveness-bad-response',
      false,
    ],
  ])('lets nobody pass, and costs nothing: %s (P1, P2)', async (_name, reply, code, retryable) => {
    const { result, events } = await back(reply);

    expect(refusalOf(result)).toMatchObject({ code, problem: { retryable }, decision: undefined });
    expect(events).toEqual([expect.objectContaining({ type: 'failed', step: 'session', code, billed: 'no' })]);
  });

  it.each([
    ['a close', hangUp],
    ['a reset', reset],
  ])('is asked for again, and lets nobody pass in the end: %s (P1, P5)', async (_name, reply) => {
    const { gate, server, events, clientClock } = await startGate(reply, { stepUp });
    const check = gate.stepUpRoute().check({ sessionId: () => SESSION_ID, subject: () => PERSON });
    clientClock.advance(await clientClock.asked(2));
    clientClock.advance(await clientClock.asked(3));

    expect(refusalOf(await check)).toMatchObject({ code: 'liveness-unavailable', problem: { retryable: true } });
    expect(linesOf(server)).toEqual([DECISION, DECISION, DECISION]);
    expect(events).toEqual([expect.objectContaining({ type: 'failed', error: 'connection', billed: 'no' })]);
  });

  it('is a timeout at the deadline', async () => {
    const { gate, server, clientClock } = await startGate(neverAnswer, { stepUp });
    const check = gate.stepUpRoute().check({ sessionId: () => SESSION_ID, subject: () => PERSON });
    await server.received(1);

    clientClock.advance(10_000);

    expect(refusalOf(await check)).toMatchObject({ code: 'liveness-timeout', problem: { retryable: true } });
  });

  it('is given up when the client hangs up (P15)', async () => {
    const { gate, server, events } = await startGate(neverAnswer, { stepUp });
    const controller = new AbortController();
    const attempt = { sessionId: () => SESSION_ID, subject: () => PERSON, signal: controller.signal };
    const check = gate.stepUpRoute().check(attempt);
    await server.received(1);

    controller.abort();

    expect(await check).toEqual({ kind: 'aborted' });
    expect(events).toEqual([expect.objectContaining({ type: 'aborted', billed: 'no' })]);
    await server.disconnected(1);
  });
});

describe('a function of the application on the second route', () => {
  it.each<[string, Partial<StepUpAttempt>]>([
    ['subject', { subject: throwsFault }],
    ['subject, later', { subject: () => Promise.reject(new Error('fault')) }],
    ['sessionId', { sessionId: throwsFault }],
    ['sessionId, later', { sessionId: () => Promise.reject(new Error('fault')) }],
  ])('that throws ends the request, and Didit is not asked: %s (P2)', async (_name, attempt) => {
    const { gate, server, events } = await startGate(finished(), { stepUp });
    const whole = { sessionId: () => SESSION_ID, subject: () => PERSON, ...attempt };

    expect(await rejectionOf(gate.stepUpRoute().check(whole))).toMatchObject({ message: 'fault' });
    expect(server.connections()).toBe(0);
    expect(events).toEqual([expect.objectContaining({ type: 'broken', error: 'Error' })]);
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'subject() gave nothing; allowed: the id that the session was made for'],
    ['null', null, 'subject() gave nothing; allowed: the id that the session was made for'],
    [
      'an empty id',
      '',
      'subject() gave something that cannot be sent; allowed: 1 to 256 characters without control characters, or undefined',
    ],
    [
      'a list',
      [VENDOR_CANARY],
      'subject() gave something that cannot be sent; allowed: 1 to 256 characters without control characters, or undefined',
    ],
  ])('that gives %s for a person ends it as well, for free (P2, D06)', async (_name, person, message) => {
    const { gate, server } = await startGate(finished({ vendor_data: null }), { stepUp });
    const check = gate.stepUpRoute().check({ sessionId: () => SESSION_ID, subject: () => person as string });

    const error = await rejectionOf(check);

    expect(error).toMatchObject({ code: 'invalid-option', option: 'subject', message });
    expectNoCanary(error);
    expect(server.connections()).toBe(0);
  });

  it('breaks the request when the client of Didit breaks', async () => {
    const { gate, client, events } = await startGate(finished(), { stepUp });
    Object.defineProperty(client, 'sessions', { value: { decision: () => Promise.reject(new Error('fault')) } });
    const check = gate.stepUpRoute().check({ sessionId: () => SESSION_ID, subject: () => PERSON });

    expect(await rejectionOf(check)).toMatchObject({ message: 'fault' });
    expect(events).toEqual([expect.objectContaining({ type: 'broken' })]);
  });
});

describe('a route for people who come back', () => {
  it.each<[string, RouteOptions, RouteOptions, string, string]>([
    [
      'no workflow',
      {},
      {},
      'stepUpRoute.stepUp',
      "stepUpRoute.stepUp is missing; a step-up needs to know the workflow, for example { workflowId: '...' }",
    ],
    [
      'a bad threshold',
      { stepUp },
      { threshold: 0.5 },
      'stepUpRoute.threshold',
      'stepUpRoute.threshold is 0.5, which is not allowed; allowed: 0, or a number from 1 to 100 (80 means 80 of 100)',
    ],
    [
      'a bad age',
      { stepUp },
      { stepUp: { ...stepUp, maxAgeSeconds: 59 } },
      'stepUpRoute.stepUp.maxAgeSeconds',
      'stepUpRoute.stepUp.maxAgeSeconds is 59, which is not allowed; allowed: a whole number from 60 to 2419200',
    ],
  ])('refuses %s when it is made (P23)', async (_name, ofGate, options, option, message) => {
    const { gate } = await startGate(finished(), ofGate);

    expect(() => gate.stepUpRoute(options)).toThrow(expect.objectContaining({ option, message }));
  });

  it('refuses a gate that steps up without a workflow when the gate is made (P23)', async () => {
    expect(await rejectionOf(startGate(finished(), { onReview: 'step-up' }))).toMatchObject({
      option: 'gate.stepUp',
      message: "gate.stepUp is missing; a step-up needs to know the workflow, for example { workflowId: '...' }",
    });
  });

  it('has a workflow of its own where it names one, in place of that of the gate', async () => {
    const own = { workflowId: '11111111-2222-4333-8444-555555555555' };

    expect(refusalOf((await back(finished(), { route: { stepUp: own } })).result).code).toBe('step-up-invalid');
    expect((await back(finished({ workflow_id: own.workflowId }), { route: { stepUp: own } })).result.kind).toBe(
      'passed',
    );
  });

  it('lets sessions be as old as it says', async () => {
    const old = finished({ created_at: '2026-10-26T12:00:00Z' });

    expect((await back(old, { stepUp: { ...stepUp, maxAgeSeconds: 2_419_200 } })).result.kind).toBe('passed');
  });

  it('has the policy of its gate under its own', async () => {
    const { gate } = await startGate(finished(), { stepUp, threshold: 40 });

    const { rules } = gate.stepUpRoute({ policy: { score: { reviewAtOrBelow: 60 } } }).policy;

    expect(rules.score).toEqual({ declineAtOrBelow: 40, reviewAtOrBelow: 60 });
  });
});
