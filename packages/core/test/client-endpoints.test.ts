import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { DiditClient } from '../src/client/client.js';
import type { CallEffect } from '../src/client/caller.js';
import { approvedAnswer } from './support/answers.js';
import {
  ageAnswer,
  APPLICATION_ID,
  applicationAnswer,
  balanceAnswer,
  createdSessionAnswer,
  decisionAnswer,
  faceMatchAnswer,
  faceSearchAnswer,
  ORGANIZATION_ID,
  organizationAnswer,
  registrationAnswer,
  SESSION_ID,
  tokensAnswer,
  topUpAnswer,
  WORKFLOW_ID,
  workflowAnswer,
} from './support/endpoint-answers.js';
import { expectNoCanary, KEY_CANARY, printed } from './support/canaries.js';
import { FakeClock } from './support/fake-clock.js';
import { baselineJpeg } from './support/pictures.js';
import {
  answer,
  clientOf,
  closeAll,
  hangUp,
  neverAnswer,
  rejectionOf,
  type Reply,
  reset,
  sendAndEnd,
  sendAndReset,
  startServer,
} from './support/server.js';

interface Endpoint {
  readonly name: string;
  readonly requestLine: string;
  readonly effect: CallEffect;
  readonly topic: 'pictures' | 'data' | 'account';
  readonly status?: number;
  readonly answer: unknown;
  readonly call: (client: DiditClient, signal?: AbortSignal) => Promise<unknown>;
  /** A part of what the call gives. */
  readonly expected: unknown;
}

const PASSWORD = 'CANARY-Password-1';
const TOKEN = 'CANARYaccess.e30.sig';
const login = { email: 'dev@acme-payments.com', password: PASSWORD };
const ids = { organizationId: ORGANIZATION_ID, applicationId: APPLICATION_ID };

const PAID: readonly Endpoint[] = [
  {
    name: 'passiveLiveness.check',
    requestLine: 'POST /v3/passive-liveness/ HTTP/1.1',
    effect: 'paid',
    topic: 'pictures',
    answer: approvedAnswer(),
    call: (client) => client.passiveLiveness.check({ userImage: baselineJpeg }),
    expected: { liveness: { status: 'Approved', score: 96.37 } },
  },
  {
    name: 'faceMatch.compare',
    requestLine: 'POST /v3/face-match/ HTTP/1.1',
    effect: 'paid',
    topic: 'pictures',
    answer: faceMatchAnswer(),
    call: (client) => client.faceMatch.compare({ userImage: baselineJpeg, refImage: baselineJpeg }),
    expected: { faceMatch: { status: 'Approved', score: 87.14 } },
  },
  {
    name: 'ageEstimation.estimate',
    requestLine: 'POST /v3/age-estimation/ HTTP/1.1',
    effect: 'paid',
    topic: 'pictures',
    answer: ageAnswer(),
    call: (client) => client.ageEstimation.estimate({ userImage: baselineJpeg }),
    expected: { ageEstimation: { status: 'Approved', age: 31.4 } },
  },
  {
    name: 'faceSearch.search',
    requestLine: 'POST /v3/face-search/ HTTP/1.1',
    effect: 'paid',
    topic: 'pictures',
    answer: faceSearchAnswer(),
    call: (client) => client.faceSearch.search({ userImage: baselineJpeg }),
    expected: { faceSearch: { status: 'Approved', totalMatches: 1 } },
  },
];

const READS: readonly Endpoint[] = [
  {
    name: 'billing.balance',
    requestLine: 'GET /v3/billing/balance/ HTTP/1.1',
    effect: 'read',
    topic: 'data',
    answer: balanceAnswer,
    call: (client) => client.billing.balance(),
    expected: { balance: '41.2500', balanceAmount: 41.25 },
  },
  {
    name: 'sessions.decision',
    requestLine: `GET /v3/session/${SESSION_ID}/decision/ HTTP/1.1`,
    effect: 'read',
    topic: 'data',
    answer: decisionAnswer,
    call: (client) => client.sessions.decision(SESSION_ID),
    expected: { sessionId: SESSION_ID, status: 'Approved' },
  },
  {
    name: 'sessions.delete',
    requestLine: `DELETE /v3/session/${SESSION_ID}/delete/ HTTP/1.1`,
    effect: 'read',
    topic: 'data',
    answer: { session_id: SESSION_ID, face_retention_outcome: 'deleted' },
    call: (client) => client.sessions.delete(SESSION_ID),
    expected: undefined,
  },
  {
    name: 'health',
    requestLine: 'GET /system/healthcheck HTTP/1.1',
    effect: 'read',
    topic: 'data',
    answer: { status: 'ok', timestamp: '2026-11-20T09:20:00Z' },
    call: (client) => client.health(),
    expected: { status: 'ok' },
  },
  {
    name: 'account.organizations',
    requestLine: 'GET /auth/v2/organizations/me/ HTTP/1.1',
    effect: 'read',
    topic: 'account',
    answer: [organizationAnswer],
    call: (client) => client.account.organizations({ accessToken: TOKEN }),
    expected: [{ id: ORGANIZATION_ID }],
  },
  {
    name: 'account.applications',
    requestLine: `GET /auth/v2/organizations/me/${ORGANIZATION_ID}/applications/ HTTP/1.1`,
    effect: 'read',
    topic: 'account',
    answer: [applicationAnswer],
    call: (client) => client.account.applications({ accessToken: TOKEN, organizationId: ORGANIZATION_ID }),
    expected: [{ id: APPLICATION_ID, clientId: 'aB3dE5fG7hJ9' }],
  },
  {
    name: 'account.credentials',
    requestLine: `GET /auth/v2/organizations/me/${ORGANIZATION_ID}/applications/${APPLICATION_ID}/ HTTP/1.1`,
    effect: 'read',
    topic: 'account',
    answer: applicationAnswer,
    call: (client) => client.account.credentials({ accessToken: TOKEN, ...ids }),
    expected: { id: APPLICATION_ID, apiKey: 'sk_live_CANARYkey' },
  },
];

const WRITES: readonly Endpoint[] = [
  {
    name: 'billing.topUp',
    requestLine: 'POST /v3/billing/top-up/ HTTP/1.1',
    effect: 'write',
    topic: 'data',
    answer: topUpAnswer,
    call: (client) => client.billing.topUp({ amountInDollars: 50 }),
    expected: { checkoutSessionId: 'cs_live_9x2' },
  },
  {
    name: 'sessions.create',
    requestLine: 'POST /v3/session/ HTTP/1.1',
    effect: 'write',
    topic: 'data',
    status: 201,
    answer: createdSessionAnswer,
    call: (client) => client.sessions.create({ workflowId: WORKFLOW_ID }),
    expected: { sessionId: SESSION_ID, url: createdSessionAnswer.url },
  },
  {
    name: 'workflows.create',
    requestLine: 'POST /v3/workflows/ HTTP/1.1',
    effect: 'write',
    topic: 'data',
    status: 201,
    answer: workflowAnswer,
    call: (client) => client.workflows.create({ label: 'Step-up', method: 'ACTIVE_3D' }),
    expected: { workflowId: WORKFLOW_ID },
  },
  {
    name: 'account.register',
    requestLine: 'POST /auth/v2/programmatic/register/ HTTP/1.1',
    effect: 'write',
    topic: 'account',
    status: 201,
    answer: { message: 'Check your inbox.', email: login.email },
    call: (client) => client.account.register(login),
    expected: { email: login.email, message: 'Check your inbox.' },
  },
  {
    name: 'account.verifyEmail',
    requestLine: 'POST /auth/v2/programmatic/verify-email/ HTTP/1.1',
    effect: 'write',
    topic: 'account',
    answer: registrationAnswer,
    call: (client) => client.account.verifyEmail({ email: login.email, code: 'A1B2C3' }),
    expected: { apiKey: 'sk_live_CANARYkey' },
  },
  {
    name: 'account.resendCode',
    requestLine: 'POST /auth/v2/programmatic/resend-otp/ HTTP/1.1',
    effect: 'write',
    topic: 'account',
    answer: {},
    call: (client) => client.account.resendCode({ email: login.email }),
    expected: undefined,
  },
  {
    name: 'account.login',
    requestLine: 'POST /auth/v2/programmatic/login/ HTTP/1.1',
    effect: 'write',
    topic: 'account',
    answer: tokensAnswer,
    call: (client) => client.account.login(login),
    expected: { kind: 'tokens', accessToken: TOKEN },
  },
  {
    name: 'account.verifyTwoFactor',
    requestLine: 'POST /auth/v2/2fa/verify/ HTTP/1.1',
    effect: 'write',
    topic: 'account',
    answer: tokensAnswer,
    call: (client) => client.account.verifyTwoFactor({ tempToken: 'CANARYtemp', code: '123456' }),
    expected: { kind: 'tokens', accessToken: TOKEN },
  },
];

const ENDPOINTS = [...PAID, ...READS, ...WRITES];

/** Everything that is asked for an answer, and so can be spoilt by a bad one. */
const ANSWERED = ENDPOINTS.filter(({ name }) => !['sessions.delete', 'account.resendCode'].includes(name));

const canaries = /CANARY|A1B2C3|123456/;

afterEach(closeAll);

/** Calls the endpoint; backoffs are slept through at once. */
async function callAgainst(endpoint: Endpoint, replies: Reply | readonly Reply[]) {
  const clock = new FakeClock();
  const server = await startServer(replies);
  const client = clientOf(server, { apiKey: KEY_CANARY, authBaseUrl: server.origin, clock });
  const outcome = endpoint.call(client).then(
    (value) => ({ value, error: undefined }),
    (error: unknown) => ({ value: undefined, error }),
  );
  for (let asked = 2; ; asked += 1) {
    const delayMs = await Promise.race([clock.asked(asked), outcome]);
    if (typeof delayMs !== 'number') break;
    clock.advance(delayMs);
  }
  return { ...(await outcome), server };
}

async function failureOf(endpoint: Endpoint, replies: Reply | readonly Reply[]) {
  const { error, server } = await callAgainst(endpoint, replies);
  expect(error).toBeDefined();
  expectNoCanary(error);
  expect(printed(error)).not.toMatch(canaries);
  return { error, requests: server.requests.length };
}

describe('what an operator needs beside checks', () => {
  it.each([
    ['F10', 'health'],
    ['H12', 'sessions.delete'],
  ])('%s is free: %s', async (_row, name) => {
    const endpoint = ENDPOINTS.find((candidate) => candidate.name === name);
    if (!endpoint) throw new Error(`There is no endpoint ${name}`);

    expect(endpoint.effect).not.toBe('paid');
    expect((await failureOf(endpoint, hangUp)).error).toMatchObject({ billed: 'no' });
  });
});

describe.each(ENDPOINTS)('$name', (endpoint) => {
  const { requestLine, effect, topic, status = 200, expected } = endpoint;
  const good = answer({ status, body: endpoint.answer as object });
  const answeredBilled = effect === 'paid' ? 'yes' : 'no';
  const lostBilled = effect === 'paid' ? 'unknown' : 'no';

  it('asks, and gives the answer by our names', async () => {
    const { value, server } = await callAgainst(endpoint, good);

    if (expected === undefined) expect(value).toBeUndefined();
    else expect(value).toMatchObject(expected as object);
    expect(server.requests.map((request) => request.requestLine)).toEqual([requestLine]);
  });

  it('sends the key where one is asked for, and nowhere else (D03)', async () => {
    const { server } = await callAgainst(endpoint, good);
    const [request] = server.requests;
    const needsKey = topic !== 'account' && endpoint.name !== 'health';

    expect(request?.headers.get('x-api-key')).toBe(needsKey ? KEY_CANARY : undefined);
    expect(JSON.stringify([...(request?.headers ?? [])]).includes(KEY_CANARY)).toBe(needsKey);
    expect(request?.body.includes(KEY_CANARY)).toBe(false);
  });

  it.each([
    [401, { detail: 'Invalid API Key.' }, 'authentication'],
    [402, '', 'insufficient-credits'],
    [403, { detail: 'You do not have permission to perform this action.' }, 'permission'],
    [404, { detail: 'Not found.' }, 'not-found'],
    [404, '<h1>Not Found</h1>', 'not-found'],
    [409, { code: 'conflict' }, 'unexpected-status'],
    [415, { detail: 'Unsupported media type.' }, 'unexpected-status'],
    [400, { detail: 'Wrong.' }, 'bad-request'],
    [400, ['Wrong.'], 'bad-request'],
  ])('takes %i with %j as what it is, and free (C01-C05)', async (code, body, expectedCode) => {
    const { error, requests } = await failureOf(endpoint, answer({ status: code, body }));

    expect(error).toMatchObject({ code: expectedCode, status: code, billed: 'no', retryable: false });
    expect(requests).toBe(1);
  });

  it('takes 413 for a picture that is too large only where pictures are sent (C07)', async () => {
    const { error } = await failureOf(endpoint, answer({ status: 413, body: '' }));

    expect(error).toMatchObject({ code: 'bad-request', subject: topic === 'pictures' ? 'image-size' : 'request' });
  });

  it('waits out 429 where the wait fits, and says how long where it does not (C08)', async () => {
    const limited = (seconds: string) => answer({ status: 429, headers: { 'retry-after': seconds }, body: '' });
    // A limit of the host of accounts is a lock-out, or a few tries an hour: trying again by itself would make it worse.
    const waited = endpoint.topic === 'account' ? { code: 'too-many-requests', retryAfterMs: 2_000 } : undefined;

    const { error } = await callAgainst(endpoint, [limited('2'), good]);

    if (waited) expect(error).toMatchObject(waited);
    else expect(error).toBeUndefined();
    expect((await failureOf(endpoint, limited('900'))).error).toMatchObject({
      code: 'too-many-requests',
      retryAfterMs: 900_000,
      billed: 'no',
    });
  });

  it.each([
    // What has no body changes nothing, so it counts as not sent until there is an answer.
    ['a closed connection', 3, hangUp],
    ['a reset', 3, reset],
    ['500', 2, answer({ status: 500, body: '' })],
    ['502', 2, answer({ status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad Gateway</h1>' })],
    ['503', 2, answer({ status: 503, body: { detail: 'Unavailable' } })],
  ])('after %s asks again only what is free to ask (C09-C11, C38, P4)', async (_name, attempts, broken) => {
    const again = await callAgainst(endpoint, [broken, good]);
    const lost = await failureOf(endpoint, broken);

    expect(again.server.requests).toHaveLength(effect === 'read' ? 2 : 1);
    expect(again.error === undefined).toBe(effect === 'read');
    expect(lost.error).toMatchObject({ billed: lostBilled, retryable: true });
    expect(lost.requests).toBe(effect === 'read' ? attempts : 1);
  });

  it('ends with its deadline (C29)', async () => {
    const server = await startServer(neverAnswer);
    const clock = new FakeClock();
    const client = clientOf(server, { authBaseUrl: server.origin, clock, timeoutMs: 5_000 });
    const failure = rejectionOf(endpoint.call(client));
    await server.received(1);

    clock.advance(5_000);

    expect(await failure).toMatchObject({ code: 'timeout', billed: lostBilled });
  });

  it('is refused once the client is closed', async () => {
    const server = await startServer(good);
    const client = clientOf(server, { authBaseUrl: server.origin });
    await client.close();

    expect(await rejectionOf(endpoint.call(client))).toMatchObject({ code: 'client-closed', billed: 'no' });
    expect(server.connections()).toBe(0);
  });

  it('does not follow a redirect (C12)', async () => {
    const moved = answer({ status: 307, headers: { location: 'http://127.0.0.1:1/' } });

    expect((await failureOf(endpoint, moved)).error).toMatchObject({
      code: 'unexpected-status',
      billed: lostBilled,
    });
  });

  const text = JSON.stringify(endpoint.answer);
  const head = `HTTP/1.1 ${status} OK\r\ncontent-type: application/json\r\n`;
  it.each<[string, Reply]>([
    ['HTML', answer({ status, headers: { 'content-type': 'text/html' }, body: '<h1>Sign in to the Wi-Fi</h1>' })],
    ['compressed', answer({ status, headers: { 'content-encoding': 'gzip' }, body: gzipSync(text) })],
    ['more than is read', answer({ status, body: `${text}${' '.repeat(262_144)}` })],
    ['reset within', sendAndReset(`${head}content-length: 5000\r\n\r\n${text}`)],
  ])('takes an answer that is %s for none, and never asks twice (C13, C32, C33)', async (_name, reply) => {
    const { error, requests } = await failureOf(endpoint, reply);

    expect(error).toMatchObject({ code: 'bad-response', billed: status === 200 ? answeredBilled : lostBilled });
    expect(requests).toBe(1);
  });
});

describe.each(ANSWERED)('the answer of $name', (endpoint) => {
  const { status = 200, effect } = endpoint;
  const text = JSON.stringify(endpoint.answer);
  const head = `HTTP/1.1 ${status} OK\r\ncontent-type: application/json\r\n\r\n`;

  it.each<[string, Reply]>([
    ['empty', answer({ status, body: '' })],
    ['HTML that claims to be JSON', answer({ status, body: '<h1>Sign in</h1>' })],
    ['null', answer({ status, body: 'null' })],
    ['an empty object', answer({ status, body: {} })],
    ['text', answer({ status, body: '"ok"' })],
    ['cut off', sendAndEnd(head + text.slice(0, -1))],
  ])('is none when it is %s (C13-C16)', async (_name, reply) => {
    const { error, requests } = await failureOf(endpoint, reply);

    expect(error).toMatchObject({ code: 'bad-response', billed: effect === 'paid' ? 'yes' : 'no', retryable: false });
    expect(requests).toBe(1);
  });
});

describe('an argument that no call takes', () => {
  it.each<[string, string, (client: DiditClient, wrong: never) => Promise<unknown>]>([
    ['passiveLiveness.check', 'check', (client, wrong) => client.passiveLiveness.check(wrong)],
    ['faceMatch.compare', 'compare', (client, wrong) => client.faceMatch.compare(wrong)],
    ['ageEstimation.estimate', 'estimate', (client, wrong) => client.ageEstimation.estimate(wrong)],
    ['faceSearch.search', 'search', (client, wrong) => client.faceSearch.search(wrong)],
    ['verifyIdentity', 'verifyIdentity', (client, wrong) => client.verifyIdentity(wrong)],
    ['billing.balance', 'balance', (client, wrong) => client.billing.balance(wrong)],
    ['billing.topUp', 'topUp', (client, wrong) => client.billing.topUp(wrong)],
    ['sessions.create', 'create', (client, wrong) => client.sessions.create(wrong)],
    ['sessions.decision', 'decision', (client, wrong) => client.sessions.decision(SESSION_ID, wrong)],
    ['sessions.delete', 'delete', (client, wrong) => client.sessions.delete(SESSION_ID, wrong)],
    ['workflows.create', 'create', (client, wrong) => client.workflows.create(wrong)],
    ['account.register', 'register', (client, wrong) => client.account.register(wrong)],
    ['account.verifyEmail', 'verifyEmail', (client, wrong) => client.account.verifyEmail(wrong)],
    ['account.resendCode', 'resendCode', (client, wrong) => client.account.resendCode(wrong)],
    ['account.login', 'login', (client, wrong) => client.account.login(wrong)],
    ['account.verifyTwoFactor', 'verifyTwoFactor', (client, wrong) => client.account.verifyTwoFactor(wrong)],
    ['account.organizations', 'organizations', (client, wrong) => client.account.organizations(wrong)],
    ['account.applications', 'applications', (client, wrong) => client.account.applications(wrong)],
    ['account.credentials', 'credentials', (client, wrong) => client.account.credentials(wrong)],
  ])('is refused by the name of the call: %s', async (_name, path, call) => {
    const server = await startServer(answer({ body: {} }));
    const client = clientOf(server, { authBaseUrl: server.origin });

    expect(await rejectionOf(call(client, { surprise: 1 } as never))).toMatchObject({
      code: 'invalid-option',
      option: `${path}.surprise`,
      message: expect.stringContaining(`${path}.surprise is not an option`),
    });
    expect(server.connections()).toBe(0);
  });
});

describe('the words of a refusal', () => {
  const noCredits = "You don't have enough credits to perform this request. Please top up at https://business.didit.me";
  const named = (name: string) => ENDPOINTS.find((endpoint) => endpoint.name === name) as Endpoint;

  it.each<[string, string, number, unknown, object]>([
    [
      'a selfie without a file',
      'faceMatch.compare',
      400,
      { user_image: ['No file was submitted.'] },
      { subject: 'image' },
    ],
    [
      'a reference without a file',
      'faceMatch.compare',
      400,
      { ref_image: ['No file was submitted.'] },
      { subject: 'reference-image' },
    ],
    [
      'both, of which the selfie can be taken again',
      'faceMatch.compare',
      400,
      { user_image: ['No.'], ref_image: ['No.'] },
      { subject: 'image' },
    ],
    [
      'a reference in words',
      'faceMatch.compare',
      400,
      { error: 'Invalid ref image format.' },
      { subject: 'reference-image' },
    ],
    [
      'a reference in other words',
      'faceMatch.compare',
      400,
      { error: 'Invalid reference image format.' },
      { subject: 'reference-image' },
    ],
    ['no face', 'faceSearch.search', 400, { error: 'No face detected in the image' }, { subject: 'no-face' }],
    ['credits, for a picture', 'ageEstimation.estimate', 403, { error: noCredits }, { code: 'insufficient-credits' }],
    ['credits, for a session', 'sessions.create', 400, { detail: noCredits }, { code: 'insufficient-credits' }],
    [
      'a suspended contract',
      'sessions.create',
      403,
      { detail: 'Paid services are paused.', code: 'contract_billing_suspended' },
      { code: 'insufficient-credits' },
    ],
    ['a workflow', 'sessions.create', 400, { workflow_id: 'Invalid workflow_id.' }, { subject: 'request' }],
    [
      'an error text about no picture',
      'workflows.create',
      400,
      { error: 'Bad image of a label' },
      { subject: 'request' },
    ],
    ['a forbidden error text', 'billing.balance', 403, { error: 'Not for this key.' }, { code: 'permission' }],
    ['a field called like a picture', 'sessions.create', 400, { user_image: ['Unknown.'] }, { subject: 'request' }],
    ['too little money', 'billing.topUp', 400, ['Amount must be at least $50.'], { subject: 'request' }],
    [
      'a plan, in words about a top-up',
      'billing.topUp',
      400,
      ['Annual plans cannot top up credits.'],
      { code: 'bad-request', subject: 'request' },
    ],
    ['a portrait that is too large', 'sessions.create', 413, '', { subject: 'request' }],
    ['a taken address', 'account.register', 400, { email: ['Already registered.'] }, { subject: 'request' }],
    ['an account, under error', 'account.login', 403, { error: 'Top up your patience.' }, { code: 'permission' }],
  ])('are taken for what they are about: %s', async (_name, endpoint, status, body, expected) => {
    const { error } = await failureOf(named(endpoint), answer({ status, body: body as object }));

    expect(error).toMatchObject({ ...expected, billed: 'no' });
  });

  it('of the host for accounts do not speak of an API key', async () => {
    const wrong = await failureOf(named('account.login'), answer({ status: 401, body: { detail: 'No.' } }));
    const locked = await failureOf(named('account.login'), answer({ status: 403, body: { detail: 'No.' } }));

    expect(printed([wrong.error, locked.error])).not.toMatch(/API key/);
    expect(wrong.error).toMatchObject({
      message: expect.stringContaining('the e-mail address, password, code or token is wrong or expired'),
    });
  });

  it('can be read by whoever sent the request, without the password in them (D03)', async () => {
    const body = {
      password: [`"${PASSWORD}" is too common.`, 'At least one digit.'],
      email: ['Already registered.'],
    };
    const { error } = await failureOf(named('account.register'), answer({ status: 400, body }));

    expect(error).toMatchObject({
      complaints: [
        'password: "[hidden]" is too common.',
        'password: At least one digit.',
        'email: Already registered.',
      ],
      body: expect.not.stringContaining(PASSWORD),
    });
    expect(printed(error)).not.toMatch(/too common|registered/);
  });

  it('of a lock-out say how long it lasts', async () => {
    const reply = answer({ status: 429, headers: { 'retry-after': '900' }, body: { detail: 'Account locked.' } });

    expect((await failureOf(named('account.login'), reply)).error).toMatchObject({
      code: 'too-many-requests',
      retryAfterMs: 900_000,
      complaints: ['Account locked.'],
    });
  });
});
