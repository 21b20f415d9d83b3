import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { LivenessEvent } from '../src/gate/events.js';
import type { LivenessGate } from '../src/gate/gate.js';
import type { GuardHost } from '../src/gate/own-gate.js';
import type { StepUpOutcome } from '../src/gate/step-up.js';
import { createStepUpGuard, type StepUpGuard, type StepUpGuardOptions } from '../src/gate/step-up-guard.js';
import { expectNoCanary, KEY_CANARY, printed } from './support/canaries.js';
import { decisionAnswer, SESSION_ID, WORKFLOW_ID } from './support/endpoint-answers.js';
import { startGate } from './support/gates.js';
import { answer, closeAll, rejectionOf, type Reply, startServer } from './support/server.js';

interface FakeRequest {
  readonly user: string;
  readonly query: Readonly<Record<string, unknown>>;
}

type Options = StepUpGuardOptions<FakeRequest, [FakeRequest]>;

const PERSON = 'acct_7719';
const stepUp = { workflowId: WORKFLOW_ID };
const subject = ({ user }: FakeRequest) => user;
const { signal } = new AbortController();

afterEach(closeAll);

function onDeclined(): void {}
function onError(): void {}

/** A session of this person, just finished, with parts replaced. */
function finished(part: Partial<Record<keyof typeof decisionAnswer, unknown>> = {}): Reply {
  return answer({ body: { ...decisionAnswer, created_at: '2026-11-23T11:50:00Z', ...part } });
}

/** A request that comes back from a session, with this in its query. */
function returning(query: FakeRequest['query'] = { verificationSessionId: SESSION_ID }): FakeRequest {
  return { user: PERSON, query };
}

function guardWith(options: Options, env: GuardHost['env'] = { DIDIT_API_KEY: 'key' }) {
  const warnings: string[] = [];
  const host = { name: 'requireStepUp', env, warn: (message: string) => void warnings.push(message) };
  const guard: StepUpGuard<FakeRequest, [FakeRequest]> = createStepUpGuard(
    options,
    host,
    ({ query }) => query['verificationSessionId'],
  );
  return { guard, warnings };
}

function errorOf(options: unknown, env?: GuardHost['env']): unknown {
  try {
    return guardWith(options as Options, env);
  } catch (error) {
    return error;
  }
}

function codeOf(result: StepUpOutcome): string | undefined {
  return result.kind === 'refused' ? result.refusal.code : undefined;
}

describe('the options of a guard for people who come back', () => {
  it.each<[string, object, string, string]>([
    [
      'no workflow',
      { subject },
      'requireStepUp.stepUp',
      "requireStepUp.stepUp is missing; a step-up needs to know the workflow, for example { workflowId: '...' }",
    ],
    [
      'no subject',
      { stepUp },
      'requireStepUp.subject',
      'requireStepUp.subject is missing; a step-up needs it, since a session is only good for the person it was made for',
    ],
    [
      'a fixed subject',
      { stepUp, subject: PERSON },
      'requireStepUp.subject',
      `requireStepUp.subject is "${PERSON}", which is not allowed; allowed: a function`,
    ],
    [
      'a fixed session',
      { stepUp, subject, sessionId: SESSION_ID },
      'requireStepUp.sessionId',
      `requireStepUp.sessionId is "${SESSION_ID}", which is not allowed; allowed: a function`,
    ],
    [
      'a workflow that is none',
      { stepUp: { workflowId: 'step-up' }, subject },
      'requireStepUp.stepUp.workflowId',
      'requireStepUp.stepUp.workflowId is "step-up", which is not allowed; allowed: the UUID of a workflow',
    ],
    [
      'a step-up that is a workflow',
      { stepUp: WORKFLOW_ID, subject },
      'requireStepUp.stepUp',
      `requireStepUp.stepUp is "${WORKFLOW_ID}", which is not allowed; allowed: an object`,
    ],
    ...[59, 2_419_201, 60.5].map(
      (maxAgeSeconds) =>
        [
          `an age of ${maxAgeSeconds}`,
          { stepUp: { ...stepUp, maxAgeSeconds }, subject },
          'requireStepUp.stepUp.maxAgeSeconds',
          `requireStepUp.stepUp.maxAgeSeconds is ${maxAgeSeconds}, which is not allowed; allowed: a whole number from 60 to 2419200`,
        ] as [string, object, string, string],
    ),
    [
      'a threshold as a fraction',
      { stepUp, subject, threshold: 0.8 },
      'requireStepUp.threshold',
      'requireStepUp.threshold is 0.8, which is not allowed; allowed: 0, or a number from 1 to 100 (80 means 80 of 100)',
    ],
    [
      'a review of another kind',
      { stepUp, subject, onReview: 'ask' },
      'requireStepUp.onReview',
      "requireStepUp.onReview is \"ask\", which is not allowed; allowed: 'reject', 'pass'",
    ],
    [
      'another step after the step',
      { stepUp, subject, onReview: 'step-up' },
      'requireStepUp.onReview',
      "requireStepUp.onReview is \"step-up\", which is not allowed; allowed: 'reject', 'pass'",
    ],
  ])('refuse %s (P23)', (_name, options, option, message) => {
    expect(errorOf(options)).toMatchObject({ code: 'invalid-option', option, message });
  });

  it.each(['validate', 'match', 'field', 'accept', 'uploadTimeoutMs', 'rotateImage', 'saveApiRequest', 'sesionId'])(
    'refuse what is no option of theirs: %s (P23)',
    (name) => {
      expect(errorOf({ stepUp, subject, [name]: true })).toMatchObject({
        option: `requireStepUp.${name}`,
        message: expect.stringMatching(
          /is not an option; .*Allowed: threshold, policy, stepUp, onReview, apiKey, gate, .*, sessionId$/,
        ),
      });
    },
  );

  it('refuse a request: the guard was mounted without being called', () => {
    const error = errorOf({ headers: { authorization: KEY_CANARY }, query: {} });

    expect(error).toMatchObject({
      option: 'requireStepUp',
      message: 'requireStepUp was mounted without being called; write requireStepUp() or requireStepUp({ ... })',
    });
    expectNoCanary(error);
  });

  it('refuse to go without a key, and name the variable (D01)', () => {
    expect(errorOf({ stepUp, subject }, {})).toMatchObject({
      option: 'requireStepUp.apiKey',
      message: 'requireStepUp: there is no API key; set the environment variable DIDIT_API_KEY, or give apiKey or gate',
    });
  });

  it('refuse a key along with a gate, without repeating it (D03)', async () => {
    const { gate } = await startGate(finished());

    const error = errorOf({ gate, stepUp, subject, apiKey: KEY_CANARY });

    expect(error).toMatchObject({
      message: 'requireStepUp.apiKey is given along with gate; allowed: one of them',
    });
    expectNoCanary(error);
  });

  it('may leave the workflow to the gate', async () => {
    const { gate } = await startGate(finished(), { stepUp });

    expect((await guardWith({ gate, subject }).guard.check(returning(), signal)).kind).toBe('passed');
  });

  it('are laid over those of the gate', async () => {
    const { gate } = await startGate(finished({ status: 'In Review' }), { stepUp, threshold: 40, onReview: 'pass' });
    const { guard } = guardWith({ gate, subject, onReview: 'reject', policy: { score: { reviewAtOrBelow: 60 } } });

    expect(guard.route.policy.rules.score).toEqual({ declineAtOrBelow: 40, reviewAtOrBelow: 60 });
    expect(codeOf(await guard.check(returning(), signal))).toBe('review-required');
  });

  it('may have a threshold and a workflow of their own', async () => {
    const { gate } = await startGate(finished(), { threshold: 40, stepUp: { workflowId: SESSION_ID } });
    const { guard } = guardWith({ gate, subject, threshold: 30, stepUp });

    expect(guard.route.policy.rules.score.declineAtOrBelow).toBe(30);
    expect((await guard.check(returning(), signal)).kind).toBe('passed');
  });

  it('show no key on the guard, which nobody can change (P8)', () => {
    const { guard } = guardWith({ stepUp, subject, apiKey: KEY_CANARY });

    expectNoCanary(guard);
    expect(Object.isFrozen(guard)).toBe(true);
  });

  it('make a gate of their own from the key in the environment', async () => {
    const server = await startServer(answer({ status: 401 }));
    const { guard, warnings } = guardWith(
      { baseUrl: server.origin, allowInsecure: true, stepUp, subject },
      { DIDIT_API_KEY: 'key-of-env' },
    );

    const result = await guard.check(returning(), signal);

    expect(codeOf(result)).toBe('liveness-unavailable');
    expect((await server.received(1)).headers.get('x-api-key')).toBe('key-of-env');
    expect(warnings).toEqual([expect.stringContaining('the API key is wrong')]);
  });
});

describe('a guard for people who come back', () => {
  it('looks up the id of the callback, and believes nothing else of it', async () => {
    const { gate, server } = await startGate(finished(), { stepUp });

    const result = await guardWith({ gate, subject }).guard.check(returning(), signal);

    expect(result).toMatchObject({ kind: 'passed', stepUp: { outcome: 'approved', sessionId: SESSION_ID } });
    expect(server.requests.map(({ requestLine }) => requestLine)).toEqual([
      `GET /v3/session/${SESSION_ID}/decision/ HTTP/1.1`,
    ]);
  });

  it.each<[string, Reply, string]>([
    ['Declined', finished({ status: 'Declined' }), 'liveness-declined'],
    ['In Progress', finished({ status: 'In Progress' }), 'step-up-pending'],
    ['Expired', finished({ status: 'Expired' }), 'step-up-invalid'],
    ['of another person', finished({ vendor_data: 'acct_1' }), 'step-up-invalid'],
    ['unknown', answer({ status: 404 }), 'step-up-invalid'],
  ])('does not care that the query says Approved of one that is %s (P1)', async (_name, reply, code) => {
    const { gate } = await startGate(reply, { stepUp });
    const query = { verificationSessionId: SESSION_ID, status: 'Approved', vendor_data: PERSON, score: '100' };

    expect(codeOf(await guardWith({ gate, subject }).guard.check(returning(query), signal))).toBe(code);
  });

  it('does not care that the query says Declined of one that is approved', async () => {
    const { gate } = await startGate(finished(), { stepUp });
    const query = { verificationSessionId: SESSION_ID, status: 'Declined' };

    expect((await guardWith({ gate, subject }).guard.check(returning(query), signal)).kind).toBe('passed');
  });

  it.each<[string, FakeRequest['query']]>([
    ['no query', {}],
    ['the status alone', { status: 'Approved' }],
    ['a list', { verificationSessionId: [SESSION_ID, SESSION_ID] }],
    ['an object', { verificationSessionId: { id: SESSION_ID } }],
    ['a path', { verificationSessionId: `../${SESSION_ID}` }],
  ])('asks nobody about %s (P6)', async (_name, query) => {
    const { gate, server } = await startGate(finished(), { stepUp });

    expect(codeOf(await guardWith({ gate, subject }).guard.check(returning(query), signal))).toBe('step-up-missing');
    expect(server.connections()).toBe(0);
  });

  it('takes the id from elsewhere where it is told so, and then not from the query', async () => {
    const { gate } = await startGate(finished(), { stepUp });
    const seen: unknown[] = [];
    const request = returning({ verificationSessionId: 'evil', kept: SESSION_ID });
    const sessionId = jest.fn(async (from: FakeRequest) => from.query['kept']);
    const { guard } = guardWith({ gate, subject, sessionId });

    expect((await guard.check(request, signal)).kind).toBe('passed');
    seen.push(...sessionId.mock.calls.flat());
    expect(seen).toEqual([request]);
  });

  it('does not fall back on the query when the application names nothing', async () => {
    const { gate, server } = await startGate(finished(), { stepUp });
    const { guard } = guardWith({ gate, subject, sessionId: () => undefined });

    expect(codeOf(await guard.check(returning(), signal))).toBe('step-up-missing');
    expect(server.connections()).toBe(0);
  });

  it('names the request as the application does', async () => {
    const { gate, events } = await startGate(finished(), { stepUp });
    const { guard } = guardWith({ gate, subject, correlationId: ({ user }) => `of-${user}` });

    await guard.check(returning(), signal);

    expect(events).toMatchObject([{ correlationId: `of-${PERSON}` }]);
  });

  it.each<[string, Partial<Options>]>([
    ['subject', { subject: () => Promise.reject(new Error('fault')) }],
    [
      'sessionId',
      {
        sessionId: () => {
          throw new Error('fault');
        },
      },
    ],
  ])('ends a request with the error of %s, and tells of it (P2)', async (_name, functions) => {
    const { gate, server, events } = await startGate(finished(), { stepUp });
    const { guard } = guardWith({ gate, subject, ...functions });

    expect(await rejectionOf(guard.check(returning(), signal))).toMatchObject({ message: 'fault' });
    expect(server.connections()).toBe(0);
    expect(events).toEqual([expect.objectContaining({ type: 'broken' })]);
  });

  it('ends with the signal', async () => {
    const { gate, server } = await startGate(finished(), { stepUp });

    expect(await guardWith({ gate, subject }).guard.check(returning(), AbortSignal.abort())).toEqual({
      kind: 'aborted',
    });
    expect(server.connections()).toBe(0);
  });

  it.each<[string, Reply, unknown]>([
    ['a decision that is no', finished({ status: 'Declined' }), onDeclined],
    ['a session that does not count', finished({ vendor_data: null }), onError],
    ['a session that is not finished', finished({ status: 'Not Started' }), onError],
    ['a failure', answer({ status: 401 }), onError],
  ])('has %s answered by the function for it', async (_name, reply, expected) => {
    const { gate } = await startGate(reply, { stepUp });
    const { guard } = guardWith({ gate, subject, onDeclined, onError });

    const result = await guard.check(returning(), signal);

    expect(result.kind === 'refused' && guard.overrideFor(result.refusal)).toBe(expected);
  });

  it('has nothing answered by functions that are not there', async () => {
    const { gate } = await startGate(finished({ status: 'Declined' }), { stepUp });
    const { guard } = guardWith({ gate, subject });

    const result = await guard.check(returning(), signal);

    expect(result.kind === 'refused' && guard.overrideFor(result.refusal)).toBeUndefined();
  });

  it('acts on a review as on one that is rejected where the gate steps up', async () => {
    const { gate, server } = await startGate(finished({ status: 'In Review' }), { stepUp, onReview: 'step-up' });

    expect(codeOf(await guardWith({ gate, subject }).guard.check(returning(), signal))).toBe('review-required');
    expect(server.requests).toHaveLength(1);
  });

  it('tells events of a gate of another copy of the package (F09)', async () => {
    const { gate, events } = await startGate(finished(), { stepUp });
    const foreign = { client: gate.client, route: gate.route.bind(gate), stepUpRoute: gate.stepUpRoute.bind(gate) };

    const { guard } = guardWith({ gate: foreign as unknown as LivenessGate, subject });

    expect((await guard.check(returning(), signal)).kind).toBe('passed');
    expect(events.map(({ type }: LivenessEvent) => type)).toEqual(['decided']);
    expect(printed(events)).not.toContain(PERSON);
  });
});
