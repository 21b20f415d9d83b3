import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { LivenessEvent } from '../src/gate/events.js';
import { LivenessGate } from '../src/gate/gate.js';
import { createGuard, type Guard } from '../src/gate/guard.js';
import type { GuardOptions } from '../src/gate/guard-options.js';
import type { GuardHost } from '../src/gate/own-gate.js';
import { definePolicy } from '../src/policy/policy.js';
import { createProblem, PROBLEM_TYPE_BASE } from '../src/gate/problem.js';
import { LivenessRefusal } from '../src/gate/refusal.js';
import { approvedAnswer, noFaceAnswer, spoofAnswer } from './support/answers.js';
import { createdSessionAnswer, faceMatchAnswer, SESSION_ID, WORKFLOW_ID } from './support/endpoint-answers.js';
import { expectNoCanary, KEY_CANARY, printed, VENDOR_CANARY } from './support/canaries.js';
import { livenessIn, reads, refusalIn, startGate, textFieldsIn } from './support/gates.js';
import { baselineJpeg, stillPng } from './support/pictures.js';
import { answer, closeAfterTest, closeAll, hangUp, rejectionOf, type Reply, startServer } from './support/server.js';

interface FakeRequest {
  readonly user: string;
}

type Options = GuardOptions<FakeRequest, [FakeRequest]>;

const newRequest = (): FakeRequest => ({ user: 'user-1' });
const approved = answer({ body: approvedAnswer() });
const { signal } = new AbortController();

afterEach(closeAll);

function onDeclined(): void {}
function onError(): void {}

/** A guard in a process with this environment, and the warnings that it showed. */
function guardWith(options: Options, env: GuardHost['env'] = { DIDIT_API_KEY: 'key' }) {
  const warnings: string[] = [];
  const host = { name: 'requireLiveness', env, warn: (message: string) => void warnings.push(message) };
  const guard: Guard<FakeRequest, [FakeRequest]> = createGuard(options, host);
  closeAfterTest(guard.gate);
  return { guard, warnings };
}

function errorOf(options: unknown, env?: GuardHost['env']): unknown {
  try {
    return guardWith(options as Options, env);
  } catch (error) {
    return error;
  }
}

describe('the key of a guard', () => {
  it('comes from the environment', async () => {
    const server = await startServer(approved);
    const { guard } = guardWith({ baseUrl: server.origin, allowInsecure: true }, { DIDIT_API_KEY: 'key-of-env' });

    await guard.check(newRequest(), { read: reads() }, signal);

    expect((await server.received(1)).headers.get('x-api-key')).toBe('key-of-env');
  });

  it.each([
    ['a string', 'key-of-options'],
    ['a function', () => 'key-of-options'],
  ])('comes from the options first: %s', async (_name, apiKey) => {
    const server = await startServer(approved);
    const { guard } = guardWith(
      { apiKey, baseUrl: server.origin, allowInsecure: true },
      { DIDIT_API_KEY: 'key-of-env' },
    );

    await guard.check(newRequest(), { read: reads() }, signal);

    expect((await server.received(1)).headers.get('x-api-key')).toBe('key-of-options');
  });

  it.each([
    ['there is none', {}, {}],
    ['the variable is empty', {}, { DIDIT_API_KEY: '' }],
    ['the variable is blank', {}, { DIDIT_API_KEY: ' \n' }],
    ['the option is empty', { apiKey: '' }, { DIDIT_API_KEY: 'key' }],
  ])('must be there, and the message names the variable: %s (D01)', (_name, options, env) => {
    expect(errorOf(options, env)).toMatchObject({
      code: 'invalid-option',
      option: 'requireLiveness.apiKey',
      message:
        'requireLiveness: there is no API key; set the environment variable DIDIT_API_KEY, or give apiKey or gate',
    });
  });

  it.each([
    ['in the environment', {}, { DIDIT_API_KEY: `${KEY_CANARY}\n2` }],
    ['in the options', { apiKey: `${KEY_CANARY}\n2` }, {}],
    ['as a number', { apiKey: 42 }, {}],
    ['in a list', { apiKey: [KEY_CANARY] }, {}],
  ])('is not repeated when it is not usable, %s (D02, D03)', (_name, options, env) => {
    const error = errorOf(options, env);

    expect(error).toMatchObject({ code: 'invalid-option' });
    expect(printed(error)).not.toMatch(/CANARY|42/);
  });

  it('shows nowhere on the guard (D03, P8)', () => {
    const { guard } = guardWith({ apiKey: KEY_CANARY });

    expectNoCanary(guard);
  });
});

describe('the options of a guard', () => {
  const A_FIELD = '1 to 100 characters without double quotes, backslashes and control characters';
  const FORMATS = "a list of one or more of 'multipart', 'image', 'json'";

  it.each<[string, object, string, string]>([
    ['a threshold out of range', { threshold: 101 }, 'requireLiveness.threshold', '0, or a number from 1 to 100'],
    ['a threshold as a fraction', { threshold: 0.8 }, 'requireLiveness.threshold', '(80 means 80 of 100)'],
    [
      'an unknown tag',
      { policy: { warnings: { SPOOF: 'decline' } } },
      'requireLiveness.policy.warnings.SPOOF',
      'Allowed: ',
    ],
    ['a misspelt option', { treshold: 80 }, 'requireLiveness.treshold', 'did you mean "threshold"?'],
    ['another misspelt option', { onDecline: () => {} }, 'requireLiveness.onDecline', 'did you mean "onDeclined"?'],
    ['an option of nobody', { verify: false }, 'requireLiveness.verify', 'is not an option; '],
    ['a gate that is none', { gate: {} }, 'requireLiveness.gate', 'a gate made by createLivenessGate'],
    ['a gate that is text', { gate: 'gate' }, 'requireLiveness.gate', 'a gate made by createLivenessGate'],
    ['a gate that is null', { gate: null }, 'requireLiveness.gate', 'a gate made by createLivenessGate'],
    ['a client for a gate', { gate: { client: {} } }, 'requireLiveness.gate', 'a gate made by createLivenessGate'],
    ['a timeout as text', { timeoutMs: '10s' }, 'requireLiveness.timeoutMs', 'a whole number from 100 to 120000'],
    ['an endless upload', { uploadTimeoutMs: 600_001 }, 'requireLiveness.uploadTimeoutMs', 'from 100 to 600000'],
    [
      'less memory than one upload',
      { maxBufferedBytes: 8_388_607 },
      'requireLiveness.maxBufferedBytes',
      'a whole number from 8388608 to 1099511627776',
    ],
    ['a field that is no text', { field: 1 }, 'requireLiveness.field', A_FIELD],
    ['a field without a name', { field: '' }, 'requireLiveness.field', A_FIELD],
    ['a field with quotes', { field: 'sel"fie' }, 'requireLiveness.field', A_FIELD],
    ['a field with a line break', { field: 'selfie\r\n' }, 'requireLiveness.field', A_FIELD],
    ['a field that is too long', { field: 'x'.repeat(101) }, 'requireLiveness.field', A_FIELD],
    ['a format that is no list', { accept: 'json' }, 'requireLiveness.accept', FORMATS],
    ['no formats', { accept: [] }, 'requireLiveness.accept', FORMATS],
    ['an unknown format', { accept: ['multipart', 'xml'] }, 'requireLiveness.accept', FORMATS],
    ['a format that is no text', { accept: [['json']] }, 'requireLiveness.accept', FORMATS],
    ['a fixed correlation id', { correlationId: 'c-1' }, 'requireLiveness.correlationId', 'a function'],
    ['a validate that is none', { validate: {} }, 'requireLiveness.validate', 'a function'],
    ['a fixed subject', { subject: 'everybody' }, 'requireLiveness.subject', 'a function'],
    ['a bad base', { baseUrl: 'http://example.com' }, 'requireLiveness.baseUrl', 'https'],
    ['a base with a path', { baseUrl: 'https://example.com/v3' }, 'requireLiveness.baseUrl', 'not a bare origin'],
    ['a key that no header carries', { apiKey: 'a key' }, 'requireLiveness.apiKey', 'characters that no key has'],
    [
      'a misspelt option of the circuits',
      { circuitBreaker: { failuresRatio: 0.2 } },
      'requireLiveness.circuitBreaker.failuresRatio',
      'did you mean "failureRatio"?',
    ],
    [
      'a share of failures above all',
      { circuitBreaker: { failureRatio: 20 } },
      'requireLiveness.circuitBreaker.failureRatio',
      'requireLiveness.circuitBreaker.failureRatio is 20, which is not allowed; allowed: a number from 0.01 to 1',
    ],
  ])('refuse %s (P23)', (_name, options, option, message) => {
    expect(errorOf(options)).toMatchObject({
      code: 'invalid-option',
      option,
      message: expect.stringContaining(message),
    });
  });

  it.each([
    ['a request of Node', { headers: { authorization: KEY_CANARY } }],
    ['a request whose headers are inherited', Object.create({ headers: {} }) as object],
    ['a context of Koa', { req: {}, ctx: KEY_CANARY }],
  ])('refuse %s: the guard was mounted without being called (P23)', (_name, request) => {
    const error = errorOf(request);

    expect(error).toMatchObject({
      code: 'invalid-option',
      option: 'requireLiveness',
      message: 'requireLiveness was mounted without being called; write requireLiveness() or requireLiveness({ ... })',
    });
    expectNoCanary(error);
  });

  it.each([null, undefined, KEY_CANARY, 7])('refuse %p in their place, without repeating a key (P23)', (options) => {
    const error = errorOf(options);

    expect(error).toMatchObject({ code: 'invalid-option', option: 'requireLiveness' });
    expectNoCanary(error);
  });

  it.each([
    ['apiKey', 'key'],
    ['baseUrl', 'https://example.com'],
    ['allowInsecure', false],
    ['timeoutMs', 5_000],
    ['circuitBreaker', { enabled: false }],
    ['onEvent', () => {}],
  ])('refuse %s along with a gate', async (name, value) => {
    const { gate } = await startGate(approved);

    expect(errorOf({ gate, [name]: value })).toMatchObject({
      option: `requireLiveness.${name}`,
      message: `requireLiveness.${name} is given along with gate; allowed: one of them`,
    });
  });

  it('leave to the reader of uploads what is about uploads', () => {
    const about = { field: 'photo', accept: ['multipart', 'json'], maxBufferedBytes: 8_388_608 } as const;
    const { guard } = guardWith({ ...about, uploadTimeoutMs: 5_000 });

    expect(guard.reading).toEqual({ ...about, timeoutMs: 5_000 });
  });

  it.each([
    { field: 'x' },
    { field: 'x'.repeat(100) },
    { field: 'Foto \u{1f933} [0]' },
    { accept: ['image'] },
    { accept: ['json', 'image', 'multipart'] },
    { multer: () => ({ single: () => undefined }) },
  ])('may be what a reader of uploads can use: %j', (options) => {
    expect(guardWith(options as Options).guard.reading).toEqual(options);
  });

  it('leave out of that what was not given', () => {
    expect(guardWith({}).guard.reading).toStrictEqual({});
  });

  it('reach the route, over those of a shared gate', async () => {
    const { gate, server } = await startGate(approved, { threshold: 80, rotateImage: true });
    const { guard } = guardWith({ gate, threshold: 0, rotateImage: false, saveApiRequest: true });

    await guard.check(newRequest(), { read: reads() }, signal);

    expect(guard.gate).toBe(gate);
    expect(guard.route.policy.rules.score.declineAtOrBelow).toBe(0);
    expect(await textFieldsIn(await server.received(1))).toEqual({
      face_liveness_score_decline_threshold: '0',
      save_api_request: 'true',
    });
  });

  it('need no key in the environment along with a gate', async () => {
    const { gate } = await startGate(approved);

    expect(guardWith({ gate }, {}).guard.gate).toBe(gate);
  });

  it('take a gate of another copy of the package (F09)', async () => {
    const { gate } = await startGate(approved);
    const foreign = { client: gate.client, route: () => gate.route(), close: () => gate.close() };

    const { guard } = guardWith({ gate: foreign as unknown as LivenessGate });

    expect(livenessIn(await guard.check(newRequest(), { read: reads() }, signal)).outcome).toBe('approved');
  });

  it('reach the client: timeoutMs', async () => {
    const server = await startServer({ at: 'body', act: () => {} });
    const { guard } = guardWith({ baseUrl: server.origin, allowInsecure: true, timeoutMs: 100 });

    expect(refusalIn(await guard.check(newRequest(), { read: reads() }, signal)).code).toBe('liveness-timeout');
  });
});

describe('the functions of the application', () => {
  it('get the request', async () => {
    const { gate, server } = await startGate(answer({ body: noFaceAnswer }));
    const seen: unknown[] = [];
    const { guard } = guardWith({
      gate,
      validate: (fields, from) => void seen.push(fields, from),
      subject: (from) => from.user,
      hintText: (code, from) => `${from.user}: ${code}`,
    });

    const refusal = refusalIn(await guard.check(newRequest(), { read: reads(baselineJpeg, { email: 'a' }) }, signal));

    expect(seen).toEqual([{ email: 'a' }, newRequest()]);
    expect(await textFieldsIn(await server.received(1))).toMatchObject({ vendor_data: 'user-1' });
    expect(refusal.problem.hints).toEqual([{ code: 'show-your-face', message: 'user-1: show-your-face' }]);
  });

  it('refuse the form before anything is paid (P6)', async () => {
    const { gate, server } = await startGate(approved);
    const { guard } = guardWith({ gate, validate: () => ({ email: 'is missing' }) });

    expect(refusalIn(await guard.check(newRequest(), { read: reads() }, signal)).code).toBe('invalid-fields');
    expect(server.connections()).toBe(0);
  });

  it('end the request when they throw (P2)', async () => {
    const { gate, server } = await startGate(approved);
    const { guard } = guardWith({ gate, subject: () => Promise.reject(new Error('no session')) });

    expect(await rejectionOf(guard.check(newRequest(), { read: reads() }, signal))).toMatchObject({
      message: 'no session',
    });
    expect(server.connections()).toBe(0);
  });

  it('need not be there, and the signal ends the call (A26)', async () => {
    const { gate } = await startGate(approved);

    expect(await guardWith({ gate }).guard.check(newRequest(), { read: reads() }, AbortSignal.abort())).toEqual({
      kind: 'aborted',
    });
  });
});

describe('match', () => {
  const referenceImage = () => stillPng;
  const same = answer({ body: faceMatchAnswer() });

  it.each<[string, unknown, string, string]>([
    ['no object', true, 'requireLiveness.match', 'is true, which is not allowed; allowed: an object'],
    ['null', null, 'requireLiveness.match', 'is null, which is not allowed; allowed: an object'],
    ['a function', referenceImage, 'requireLiveness.match', 'is a function, which is not allowed; allowed: an object'],
    [
      'no reference picture',
      {},
      'requireLiveness.match.referenceImage',
      'is undefined, which is not allowed; allowed: a function',
    ],
    [
      'a fixed picture',
      { referenceImage: stillPng },
      'requireLiveness.match.referenceImage',
      'is an object, which is not allowed; allowed: a function',
    ],
    [
      'a threshold out of range',
      { referenceImage, threshold: 100.5 },
      'requireLiveness.match.threshold',
      'is 100.5, which is not allowed; allowed: 0, or a number from 1 to 100 (80 means 80 of 100)',
    ],
    [
      'a threshold as a fraction',
      { referenceImage, threshold: 0.8 },
      'requireLiveness.match.threshold',
      'is 0.8, which is not allowed; allowed: 0, or a number from 1 to 100 (80 means 80 of 100)',
    ],
    [
      'a misspelt option',
      { referenceImage, treshold: 80 },
      'requireLiveness.match.treshold',
      'is not an option; did you mean "threshold"? Allowed: referenceImage, threshold',
    ],
  ])('refuses %s when the guard is made (P23, D08)', (_name, match, option, words) => {
    expect(errorOf({ match })).toMatchObject({ code: 'invalid-option', option, message: `${option} ${words}` });
  });

  it('refuses two limits on similarity at once', () => {
    const policy = { faceMatch: { declineAtOrBelow: 60 } };

    expect(errorOf({ policy, match: { referenceImage, threshold: 70 } })).toMatchObject({
      option: 'requireLiveness.match.threshold',
      message:
        'requireLiveness.match.threshold is 70, but policy.faceMatch.declineAtOrBelow is set too; allowed: one of them',
    });
  });

  it.each<[string, Options['policy'], object]>([
    ['no policy', undefined, { declineAtOrBelow: 70, reviewAtOrBelow: null }],
    ['a preset', { extends: 'strict' }, { declineAtOrBelow: 70, reviewAtOrBelow: 70 }],
    ['a limit to review', { faceMatch: { reviewAtOrBelow: 90 } }, { declineAtOrBelow: 70, reviewAtOrBelow: 90 }],
    [
      'a whole policy',
      definePolicy({ faceMatch: { declineAtOrBelow: 20, reviewAtOrBelow: 80 } }),
      { declineAtOrBelow: 70, reviewAtOrBelow: 80 },
    ],
  ])('lays its threshold over %s', (_name, policy, expected) => {
    const { guard } = guardWith({ ...(policy ? { policy } : {}), match: { referenceImage, threshold: 70 } });

    expect(guard.route.policy.rules.faceMatch).toEqual(expected);
  });

  it('takes 0 for a threshold, and the limit of the policy for none', () => {
    const policy = { faceMatch: { declineAtOrBelow: 61 } };

    const zero = guardWith({ match: { referenceImage, threshold: 0 } }).guard.route.policy;
    const none = guardWith({ policy, match: { referenceImage } }).guard.route.policy;

    expect(zero.rules.faceMatch.declineAtOrBelow).toBe(0);
    expect(none.rules.faceMatch.declineAtOrBelow).toBe(61);
  });

  it('does not change the rest of a whole policy, and keeps it as it is without a threshold', () => {
    const policy = definePolicy({ extends: 'lenient', score: { declineAtOrBelow: 33 } });

    const { rules } = guardWith({ policy, match: { referenceImage, threshold: 70 } }).guard.route.policy;

    expect(rules).toEqual({ ...policy.rules, faceMatch: { declineAtOrBelow: 70, reviewAtOrBelow: null } });
    expect(guardWith({ policy, match: { referenceImage } }).guard.route.policy).toBe(policy);
  });

  it('goes with threshold, which is about liveness', () => {
    const { rules } = guardWith({ threshold: 80, match: { referenceImage, threshold: 70 } }).guard.route.policy;

    expect([rules.score.declineAtOrBelow, rules.faceMatch.declineAtOrBelow]).toEqual([80, 70]);
  });

  it('gets the request, and holds the selfie against the picture of its person', async () => {
    const { gate, server } = await startGate([approved, same]);
    const seen: FakeRequest[] = [];
    const { guard } = guardWith({
      gate,
      match: {
        referenceImage: async (request) => {
          seen.push(request);
          return stillPng;
        },
        threshold: 75,
      },
    });
    const request = newRequest();

    const liveness = livenessIn(await guard.check(request, { read: reads() }, signal));

    expect(seen).toEqual([request]);
    expect(seen[0]).toBe(request);
    expect(liveness.faceMatch?.score).toBe(87.14);
    expect(await textFieldsIn(await server.received(2))).toMatchObject({ face_match_score_decline_threshold: '75' });
  });

  it('is answered by onDeclined when it declines, and by onError when there is no picture', async () => {
    const { gate } = await startGate([approved, answer({ body: faceMatchAnswer({ status: 'Declined' }) })]);
    const declining = guardWith({ gate, onDeclined, onError, match: { referenceImage } }).guard;
    const missing = guardWith({ gate, onDeclined, onError, match: { referenceImage: () => undefined } }).guard;

    const declined = refusalIn(await declining.check(newRequest(), { read: reads() }, signal));
    const refused = refusalIn(await missing.check(newRequest(), { read: reads() }, signal));

    expect([declined.code, refused.code]).toEqual(['liveness-declined', 'reference-missing']);
    expect([declining.overrideFor(declined), missing.overrideFor(refused)]).toEqual([onDeclined, onError]);
  });
});

describe('onReview: step-up', () => {
  const stepUp = { workflowId: WORKFLOW_ID };
  const subject = ({ user }: FakeRequest) => user;
  const match = { referenceImage: () => stillPng };

  const TOGETHER =
    "requireLiveness.match is given along with onReview 'step-up', which would let another person finish the session; " +
    "allowed: onReview 'reject' or 'pass'";
  const NO_SUBJECT =
    'requireLiveness.subject is missing; a step-up needs it, since a session is only good for the person it was made for';
  const NO_WORKFLOW =
    "requireLiveness.stepUp is missing; a step-up needs to know the workflow, for example { workflowId: '...' }";

  it.each<[string, Options, Options, string, string]>([
    ['no workflow', {}, { onReview: 'step-up', subject }, 'stepUp', NO_WORKFLOW],
    ['no subject', {}, { onReview: 'step-up', stepUp }, 'subject', NO_SUBJECT],
    ['no subject where the gate steps up', { onReview: 'step-up', stepUp }, {}, 'subject', NO_SUBJECT],
    ['a comparison', {}, { onReview: 'step-up', stepUp, subject, match }, 'match', TOGETHER],
    ['a comparison where the gate steps up', { onReview: 'step-up', stepUp }, { subject, match }, 'match', TOGETHER],
  ])('refuses %s when the guard is made (P23)', async (_name, ofGate, options, option, message) => {
    const { gate } = await startGate(approved, ofGate);

    expect(errorOf({ ...options, gate })).toMatchObject({
      code: 'invalid-option',
      option: `requireLiveness.${option}`,
      message,
    });
  });

  it('goes with a comparison where the route does not step up', async () => {
    const { gate } = await startGate(approved, { onReview: 'step-up', stepUp });

    expect(guardWith({ gate, onReview: 'reject', match }).guard.route.onReview).toBe('reject');
  });

  it.each<[string, object, string, string]>([
    ['no id', {}, 'workflowId', 'is undefined, which is not allowed; allowed: the UUID of a workflow'],
    [
      'a name',
      { workflowId: 'step' },
      'workflowId',
      'is "step", which is not allowed; allowed: the UUID of a workflow',
    ],
    [
      'a path for a callback',
      { ...stepUp, callback: '/back' },
      'callback',
      'is "/back", which is not allowed; allowed: an absolute http or https URL',
    ],
    [
      'a script for a callback',
      { ...stepUp, callback: 'javascript:alert(1)' },
      'callback',
      'is "javascript:alert(1)", which is not allowed; allowed: an absolute http or https URL',
    ],
    [
      'a language by its name',
      { ...stepUp, language: 'Spanish' },
      'language',
      `is "Spanish", which is not allowed; allowed: the code of a language, for example 'es' or 'pt-BR'`,
    ],
    ...[59, 2_419_201, 60.5, -1, Number.NaN, Number.POSITIVE_INFINITY].map(
      (maxAgeSeconds) =>
        [
          `an age of ${maxAgeSeconds}`,
          { ...stepUp, maxAgeSeconds },
          'maxAgeSeconds',
          `is ${maxAgeSeconds}, which is not allowed; allowed: a whole number from 60 to 2419200`,
        ] as [string, object, string, string],
    ),
    [
      'an option of nobody',
      { ...stepUp, vendorData: 'x' },
      'vendorData',
      'is not an option; Allowed: workflowId, callback, language, maxAgeSeconds',
    ],
  ])('refuses a workflow with %s, also where nothing steps up (P23)', (_name, options, option, words) => {
    const path = `requireLiveness.stepUp.${option}`;

    expect(errorOf({ stepUp: options })).toMatchObject({ option: path, message: `${path} ${words}` });
  });

  it('sends the person of the request to a session of the workflow', async () => {
    const { gate, server } = await startGate([
      answer({ body: approvedAnswer({ score: 70 }) }),
      answer({ status: 201, body: createdSessionAnswer }),
    ]);
    const policy = { score: { reviewAtOrBelow: 80 } };
    const { guard } = guardWith({ gate, policy, onReview: 'step-up', stepUp, subject, onDeclined });

    const refusal = refusalIn(await guard.check(newRequest(), { read: reads() }, signal));

    expect(refusal.problem).toMatchObject({ code: 'step-up-required', sessionId: SESSION_ID });
    expect(guard.overrideFor(refusal)).toBe(onDeclined);
    expect(JSON.parse(String((await server.received(2)).body))).toMatchObject({
      workflow_id: WORKFLOW_ID,
      vendor_data: 'user-1',
    });
  });
});

describe('correlationId', () => {
  const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

  /** The id in the answer to a request, and in its event. */
  async function idsWith(correlationId: Options['correlationId'], selfie = baselineJpeg) {
    const { gate, events } = await startGate(approved);
    const { guard } = guardWith({ gate, ...(correlationId ? { correlationId } : {}) });
    const result = await guard.check(newRequest(), { read: reads(selfie) }, signal);
    const { correlationId: id } = result.kind === 'passed' ? result.liveness : refusalIn(result).problem;
    expect(events).toMatchObject([{ correlationId: id }]);
    return id;
  }

  it('P13 is made up where the function gives a promise, whose failure does not reach the process', async () => {
    const gives = () => Promise.reject(new Error('fault')) as never;

    expect(await idsWith(gives)).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each(['r', 'req-1', '!~', 'x'.repeat(128)])('names the request: %s', async (id) => {
    expect(await idsWith(() => id)).toBe(id);
    expect(await idsWith(() => id, new Uint8Array(0))).toBe(id);
  });

  it('gets the request', async () => {
    expect(await idsWith(({ user }) => `of-${user}`)).toBe('of-user-1');
  });

  it.each([
    ['no text', ''],
    ['a blank', 'a b'],
    ['a line break', 'a\r\nx-evil: 1'],
    ['a line break at the end', 'a\n'],
    ['a letter beyond ASCII', 'n\u00e9'],
    ['a DEL', 'a\x7f'],
    ['129 characters', 'x'.repeat(129)],
    ['undefined', undefined],
  ])('is a random UUID in place of %s (H15)', async (_name, id) => {
    expect(await idsWith(() => id)).toMatch(UUID);
  });

  it('is a random UUID when there is no function', async () => {
    expect(await idsWith(undefined)).toMatch(UUID);
  });
});

describe('overrideFor', () => {
  it('gives onDeclined for a verdict that is no', async () => {
    const { gate } = await startGate(answer({ body: spoofAnswer }));
    const { guard } = guardWith({ gate, onDeclined, onError });

    const refusal = refusalIn(await guard.check(newRequest(), { read: reads() }, signal));

    expect(guard.overrideFor(refusal)).toBe(onDeclined);
  });

  it('gives onError for every other refusal', async () => {
    const { gate } = await startGate(answer({ status: 500 }));
    const { guard } = guardWith({ gate, onDeclined, onError });

    const failed = refusalIn(await guard.check(newRequest(), { read: reads() }, signal));
    const refused = refusalIn(await guard.check(newRequest(), { read: reads(new Uint8Array(0)) }, signal));

    expect([failed, refused].map((refusal) => guard.overrideFor(refusal))).toEqual([onError, onError]);
  });

  it('gives nothing where the application gave nothing', () => {
    const details = { correlationId: 'c-1', typeBase: PROBLEM_TYPE_BASE };
    const refusal = new LivenessRefusal(createProblem('selfie-missing', details));

    expect(guardWith({ onDeclined }).guard.overrideFor(refusal)).toBeUndefined();
    expect(guardWith({}).guard.overrideFor(refusal)).toBeUndefined();
  });
});

function throwsKey(): never {
  throw new Error(KEY_CANARY);
}

describe('warnings about the configuration', () => {
  const sandbox = { DIDIT_API_KEY: 'sk_test_abc' };
  const noDuplicates = { policy: { warnings: { DUPLICATED_FACE: 'decline' } } } as const;

  it.each([{}, { NODE_ENV: '' }, { NODE_ENV: 'production' }, { NODE_ENV: 'staging' }, { NODE_ENV: 'Test' }])(
    'are shown for a sandbox key in production, and where nobody says what it is: %j',
    (env) => {
      const { warnings } = guardWith({}, { ...sandbox, ...env });

      expect(warnings).toEqual([
        'The API key belongs to a Didit sandbox, which approves every picture without looking at it.',
      ]);
    },
  );

  it.each([{ NODE_ENV: 'development' }, { NODE_ENV: 'test' }])('are not shown for one elsewhere: %j', (env) => {
    expect(guardWith({}, { ...sandbox, ...env }).warnings).toEqual([]);
  });

  it.each([{}, { NODE_ENV: 'test' }])('are shown everywhere for duplicates that nobody enrols: %j', (env) => {
    expect(guardWith(noDuplicates, { DIDIT_API_KEY: 'key', ...env }).warnings).toEqual([
      expect.stringContaining('saveApiRequest is false'),
    ]);
  });

  it('do not come when calls go through again that a refused key had stopped', async () => {
    const server = await startServer([answer({ status: 401 }), approved]);
    const { guard, warnings } = guardWith({ baseUrl: server.origin, allowInsecure: true });
    await guard.check(newRequest(), { read: reads() }, signal);
    const start = performance.now();
    const later = jest.spyOn(performance, 'now').mockImplementation(() => start + 600_000);

    const result = await guard.check(newRequest(), { read: reads() }, signal);
    later.mockRestore();

    expect(result.kind).toBe('passed');
    expect(warnings).toEqual([expect.stringContaining('the API key is wrong')]);
  });

  it('do not come for an error of the application, whatever it is called', async () => {
    const server = await startServer(approved);
    const validate = () => {
      throw Object.assign(new Error('no'), { name: 'permission' });
    };
    const { guard, warnings } = guardWith({ baseUrl: server.origin, allowInsecure: true, validate });

    await rejectionOf(guard.check(newRequest(), { read: reads() }, signal));

    expect(warnings).toEqual([]);
  });

  it('go to the listener instead where there is one', () => {
    const events: unknown[] = [];
    const onEvent = (event: unknown) => void events.push(event);

    const { warnings } = guardWith({ ...noDuplicates, onEvent }, { ...sandbox, NODE_ENV: 'production' });

    expect(warnings).toEqual([]);
    expect(events).toMatchObject([{ warning: 'sandbox-key' }, { warning: 'duplicates-not-enrolled' }]);
  });

  it.each<[string, Reply, string]>([
    [
      'a refused key',
      answer({ status: 401 }),
      'the API key is wrong, revoked or expired; check DIDIT_API_KEY or apiKey',
    ],
    [
      'missing permission',
      answer({ status: 403 }),
      'the API key is rejected, or may not do this from here; check its rights in the Didit console',
    ],
    ['missing credits', answer({ status: 402 }), 'the account has not enough credits; top it up'],
  ])('are shown once for what only the operator can mend: %s', async (_name, reply, advice) => {
    const server = await startServer(reply);
    const { guard, warnings } = guardWith({ baseUrl: server.origin, allowInsecure: true });

    for (let times = 0; times < 2; times += 1) await guard.check(newRequest(), { read: reads() }, signal);

    expect(warnings).toEqual([`Didit refuses: ${advice}. Until that is mended nobody gets through.`]);
  });

  it.each([400, 404])('are shown for a workflow that makes no session, after a paid selfie: %d', async (status) => {
    const server = await startServer([
      answer({ body: approvedAnswer({ score: 70 }) }),
      answer({ status, body: { workflow_id: 'Invalid workflow_id.' } }),
    ]);
    const { guard, warnings } = guardWith({
      baseUrl: server.origin,
      allowInsecure: true,
      policy: { score: { reviewAtOrBelow: 80 } },
      onReview: 'step-up',
      stepUp: { workflowId: 'b3e4a0d1-55c2-4c58-9a36-3d0a2a6f9e70' },
      subject: ({ user }) => user,
    });

    await guard.check(newRequest(), { read: reads() }, signal);

    expect(warnings).toEqual([
      'Didit refuses: no session could be made; check stepUp, whose workflowId has to be that of a published workflow. ' +
        'Until that is mended nobody gets through.',
    ]);
  });

  it('are shown once for each of several, and without what a function for the key threw (D03, P8)', async () => {
    const server = await startServer(answer({ status: 401 }));
    const keys: (() => string)[] = [throwsKey, throwsKey, () => 'key', throwsKey];
    const apiKey = () => keys.shift()?.() ?? 'key';
    const { guard, warnings } = guardWith({ apiKey, baseUrl: server.origin, allowInsecure: true });

    for (let times = 0; times < 3; times += 1) await guard.check(newRequest(), { read: reads() }, signal);

    expect(warnings).toEqual([
      expect.stringContaining('the function given as apiKey failed'),
      expect.stringContaining('the API key is wrong'),
    ]);
    expectNoCanary(warnings);
  });

  it.each<[string, Reply]>([
    ['a failure of the service', answer({ status: 500 })],
    ['a close', hangUp],
    ['an answer that is none', answer({})],
    ['a picture that is refused', answer({ status: 400, body: { user_image: ['No.'] } })],
  ])('are not shown for what mends itself or is the fault of others: %s', async (_name, reply) => {
    const server = await startServer(reply);
    const { guard, warnings } = guardWith({ baseUrl: server.origin, allowInsecure: true });

    await guard.check(newRequest(), { read: reads() }, signal);

    expect(server.requests).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  it('are shown once when requests are let through unchecked, and when calls are stopped (F11, F12)', async () => {
    const server = await startServer(answer({ status: 500 }));
    const { guard, warnings } = guardWith({
      baseUrl: server.origin,
      allowInsecure: true,
      circuitBreaker: { minimumCalls: 1 },
      dangerouslyAllowWhenUnavailable: true,
    });

    for (let times = 0; times < 2; times += 1) await guard.check(newRequest(), { read: reads() }, signal);

    expect(warnings).toEqual([
      'Didit fails, so calls are stopped for a while (unavailable); guards answer 503.',
      'Didit is unavailable, and requests are let through without a check, as dangerouslyAllowWhenUnavailable says.',
    ]);
  });

  it('about calls go to the listener instead where there is one', async () => {
    const server = await startServer(answer({ status: 401 }));
    const events: LivenessEvent[] = [];
    const onEvent = (event: LivenessEvent) => void events.push(event);
    const { guard, warnings } = guardWith({ onEvent, baseUrl: server.origin, allowInsecure: true });

    await guard.check(newRequest(), { read: reads() }, signal);

    expect(warnings).toEqual([]);
    expect(events).toMatchObject([
      { type: 'circuit', state: 'open', because: 'refused' },
      { type: 'failed', error: 'authentication' },
    ]);
  });

  it('do not come with requests', async () => {
    const server = await startServer(approved);
    const { guard, warnings } = guardWith({ baseUrl: server.origin, allowInsecure: true });

    await guard.check(newRequest(), { read: reads() }, signal);
    await guard.check(newRequest(), { read: reads(new Uint8Array(0)) }, signal);

    expect(warnings).toEqual([]);
  });
});

describe('a guard', () => {
  it('has a gate and a route, and cannot be changed', () => {
    const { guard } = guardWith({});

    expect(guard.gate).toBeInstanceOf(LivenessGate);
    expect(Object.isFrozen(guard)).toBe(true);
  });

  it('gives the handler the result of the gate', async () => {
    const { gate } = await startGate(approved);

    const liveness = livenessIn(await guardWith({ gate }).guard.check(newRequest(), { read: reads() }, signal));

    expect(liveness).toMatchObject({ outcome: 'approved', score: 96.37 });
  });
});

describe('two guards of one request', () => {
  it('pay once, and read once; each decides under its own policy (E20)', async () => {
    const { gate, server } = await startGate(answer({ body: approvedAnswer() }));
    const request = newRequest();
    const read = jest.fn(reads());

    const first = await guardWith({ gate }).guard.check(request, { read }, signal);
    const second = await guardWith({ gate, threshold: 97 }).guard.check(request, { read }, signal);

    expect(livenessIn(first).outcome).toBe('approved');
    expect(refusalIn(second).code).toBe('liveness-declined');
    expect(server.requests).toHaveLength(1);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('pay once, and read once, also when both begin at the same time (E20, E21, P5)', async () => {
    const { gate, server } = await startGate(answer({ body: approvedAnswer() }));
    const request = newRequest();
    const read = jest.fn(reads());

    const [first, second] = await Promise.all([
      guardWith({ gate }).guard.check(request, { read }, signal),
      guardWith({ gate, threshold: 97 }).guard.check(request, { read }, signal),
    ]);

    expect(livenessIn(first).outcome).toBe('approved');
    expect(refusalIn(second).code).toBe('liveness-declined');
    expect(server.requests).toHaveLength(1);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('do not wait for one that broke, nor end with it (E20, P2)', async () => {
    const { gate, server } = await startGate(approved);
    const request = newRequest();
    const broken = guardWith({ gate, validate: () => Promise.reject(new Error('broken')) }).guard;
    const whole = guardWith({ gate }).guard;

    const results = await Promise.allSettled(
      [broken, whole].map((guard) => guard.check(request, { read: reads() }, signal)),
    );

    expect(results).toMatchObject([{ reason: { message: 'broken' } }, { value: { kind: 'passed' } }]);
    expect(server.requests).toHaveLength(1);
  });

  /** Two guards with these options, in turn, of one request; the second is given as it ended. */
  async function inTurn(first: Options, second: Options) {
    const server = await startServer(approved);
    const toServer = { apiKey: 'key', baseUrl: server.origin, allowInsecure: true };
    const events: LivenessEvent[] = [];
    const request = newRequest();
    const read = jest.fn(reads());
    const onEvent = (event: LivenessEvent) => void events.push(event);
    const guards = [first, second].map((options) => guardWith({ ...toServer, onEvent, ...options }).guard);
    const [one, other] = guards.map((guard) => () => guard.check(request, { read }, signal));
    const passed = await one?.();
    expect(passed?.kind).toBe('passed');
    return { again: () => other?.() ?? Promise.reject(new Error('no guard')), server, read, events };
  }

  const keySource = () => 'key';

  it.each<[string, Options, Options]>([
    ['the same key', { apiKey: 'key' }, { apiKey: ' key\n' }],
    ['the same function', { apiKey: keySource }, { apiKey: keySource }],
    ['the same subject', { subject: ({ user }) => user }, { subject: async ({ user }) => user }],
    ['no subject and null', {}, { subject: () => null as unknown as undefined }],
    ['saveApiRequest as it is without', {}, { saveApiRequest: false }],
    ['saveApiRequest', { saveApiRequest: true }, { saveApiRequest: true }],
    ['rotateImage as it is without', { rotateImage: false }, {}],
    ['rotateImage', { rotateImage: true }, { rotateImage: true }],
    ['another threshold and policy', { threshold: 10 }, { threshold: 20, policy: { extends: 'lenient' } }],
  ])('share a verdict across clients: %s (E20)', async (_name, first, second) => {
    const { again, server, read, events } = await inTurn(first, second);

    expect((await again()).kind).toBe('passed');
    expect(server.requests).toHaveLength(1);
    expect(read).toHaveBeenCalledTimes(1);
    expect(events).toMatchObject([
      { type: 'decided', billed: 'yes' },
      { type: 'decided', billed: 'no' },
    ]);
  });

  it.each<[string, Options, Options, string]>([
    ['another key', {}, { apiKey: KEY_CANARY }, 'account'],
    ['another function', { apiKey: () => 'key' }, { apiKey: () => 'key' }, 'account'],
    ['a function for a key', {}, { apiKey: () => 'key' }, 'account'],
    ['pictures that are kept', {}, { saveApiRequest: true }, 'saveApiRequest'],
    ['pictures that are not kept', { saveApiRequest: true }, {}, 'saveApiRequest'],
    ['turned pictures', {}, { rotateImage: true }, 'rotateImage'],
    ['a person', {}, { subject: () => VENDOR_CANARY }, 'vendorData'],
    ['nobody', { subject: () => VENDOR_CANARY }, {}, 'vendorData'],
    ['another person', { subject: () => 'user-2' }, { subject: () => VENDOR_CANARY }, 'vendorData'],
    [
      'everything',
      {},
      { apiKey: KEY_CANARY, saveApiRequest: true, rotateImage: true, subject: () => VENDOR_CANARY },
      'account, saveApiRequest, rotateImage, vendorData',
    ],
  ])('pay for no second verdict unawares: %s (E20, P2)', async (_name, first, second, differences) => {
    const { again, server, read, events } = await inTurn(first, second);

    const error = await rejectionOf(again());

    expect(error).toMatchObject({
      code: 'invalid-option',
      option: 'gate',
      message: `Two guards of one request ask Didit differently (${differences}); allowed: the same account, subject, saveApiRequest and rotateImage for both`,
    });
    expectNoCanary(error);
    expect(server.requests).toHaveLength(1);
    expect(read).toHaveBeenCalledTimes(1);
    expect(events).toMatchObject([{ type: 'decided' }, { type: 'broken', error: 'InvalidOptionError' }]);
  });

  it('ask at different origins as different accounts', async () => {
    const { again, server } = await inTurn({}, { baseUrl: (await startServer(approved)).origin });

    expect(await rejectionOf(again())).toMatchObject({ message: expect.stringContaining('(account)') });
    expect(server.requests).toHaveLength(1);
  });

  it('each look at the fields before the verdict is shared (P6)', async () => {
    const { again, server } = await inTurn({}, { validate: () => ({ email: 'is missing' }), saveApiRequest: true });

    expect(refusalIn(await again()).code).toBe('invalid-fields');
    expect(server.requests).toHaveLength(1);
  });

  it('do not ask again after a call that gave no verdict: it may have been paid (E20, P5)', async () => {
    const { gate, server } = await startGate([answer({ status: 500 }), approved]);
    const request = newRequest();

    const first = await guardWith({ gate }).guard.check(request, { read: reads() }, signal);
    const second = await guardWith({ gate }).guard.check(request, { read: reads() }, signal);

    expect([first, second].map((result) => refusalIn(result).code)).toEqual([
      'liveness-unavailable',
      'liveness-unavailable',
    ]);
    expect(server.requests).toHaveLength(1);
  });

  it('of different requests have nothing in common', async () => {
    const { gate, server } = await startGate(approved);

    await guardWith({ gate }).guard.check(newRequest(), { read: reads() }, signal);
    await guardWith({ gate, saveApiRequest: true }).guard.check(newRequest(), { read: reads() }, signal);

    expect(server.requests).toHaveLength(2);
  });
});
