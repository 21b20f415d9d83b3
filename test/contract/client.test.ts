import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DiditAccount, DiditClient, webhooks } from '@didit-liveness/core';
import { createEmulator, type Emulator, type EndpointName, type ScenarioName } from '@didit-liveness/emulator';
import { pictureOf } from '../support/pictures.js';

const PASSWORD = 'CANARY-Str0ng!Pass';
const face = (name: string, scenario = 'approved') => pictureOf(`${scenario};didit-face=${name};`);

let emulator: Emulator;
let client: DiditClient;

beforeAll(async () => {
  emulator = await createEmulator();
  client = clientWith({});
});

afterEach(() => {
  emulator.reset();
});

afterAll(async () => {
  await client.close();
  await emulator.close();
});

function clientWith(options: { readonly timeoutMs?: number; readonly apiKey?: string }): DiditClient {
  const { url } = emulator;
  return new DiditClient({ apiKey: 'key', baseUrl: url, authBaseUrl: url, allowInsecure: true, ...options });
}

const billed = () => emulator.calls().filter((call) => call.billed).length;

/** The code that the emulator mailed last. */
function mailedCode(): string {
  return emulator.outbox().at(-1)?.code ?? '';
}

async function newWorkflow(): Promise<string> {
  const { workflowId } = await client.workflows.create({ label: 'step-up', method: 'ACTIVE_3D', status: 'published' });
  return workflowId;
}

async function newSession(vendorData = 'user-1') {
  return client.sessions.create({ workflowId: await newWorkflow(), vendorData });
}

describe('DiditClient against the emulator', () => {
  it('compares two faces', async () => {
    const same = await client.faceMatch.compare({ userImage: face('ada'), refImage: face('ada') });
    const other = await client.faceMatch.compare({ userImage: face('ada'), refImage: face('eve') });
    const none = await client.faceMatch.compare({ userImage: pictureOf('no-reference-face'), refImage: face('ada') });

    expect(same.faceMatch).toMatchObject({ status: 'Approved', warnings: [], contradictions: [] });
    expect(other.faceMatch).toMatchObject({ status: 'Declined', warnings: [{ risk: 'LOW_FACE_MATCH_SIMILARITY' }] });
    expect(none.faceMatch).toMatchObject({ status: 'Declined', warnings: [{ risk: 'NO_REFERENCE_IMAGE' }] });
    expect(billed()).toBe(3);
  });

  it('estimates an age', async () => {
    const adult = await client.ageEstimation.estimate({ userImage: pictureOf('approved;age=31;'), ageThreshold: 18 });
    const child = await client.ageEstimation.estimate({ userImage: pictureOf('too-young'), ageThreshold: 18 });

    expect(adult.ageEstimation).toMatchObject({ status: 'Approved', age: 31 });
    expect(child.ageEstimation).toMatchObject({ status: 'Declined', warnings: [{ risk: 'AGE_BELOW_MINIMUM' }] });
  });

  it('searches the faces that were saved, and says of no face what it is', async () => {
    await client.passiveLiveness.check({ userImage: face('ada'), saveApiRequest: true, vendorData: 'ada' });

    const { faceSearch } = await client.faceSearch.search({ userImage: face('ada'), saveApiRequest: false });
    const nobody = client.faceSearch.search({ userImage: pictureOf('no-face') });

    expect(faceSearch).toMatchObject({ status: 'Approved', totalMatches: 1 });
    await expect(nobody).rejects.toMatchObject({ code: 'bad-request', subject: 'no-face', billed: 'no' });
  });

  it.each([
    ['spoof', 'declined', 1],
    ['no-match', 'declined', 2],
    ['match', 'approved', 2],
  ] as const)('verifies an identity: %s is %s, for %i paid calls', async (scenario, outcome, calls) => {
    const result = await client.verifyIdentity({
      selfie: pictureOf(scenario),
      idPhoto: face('ada'),
      saveApiRequest: false,
    });

    expect(result.outcome).toBe(outcome);
    expect(billed()).toBe(calls);
  });

  it('tells the balance, and tops it up', async () => {
    const before = await client.billing.balance();
    await client.passiveLiveness.check({ userImage: pictureOf('approved') });
    const after = await client.billing.balance();
    const { checkoutUrl } = await client.billing.topUp({ amountInDollars: 50 });
    await fetch(checkoutUrl, { method: 'POST' });

    expect(after.balanceAmount).toBeCloseTo(before.balanceAmount - 0.1, 4);
    expect((await client.billing.balance()).balanceAmount).toBeCloseTo(after.balanceAmount + 50, 4);
    await expect(client.billing.topUp({ amountInDollars: 49 })).rejects.toMatchObject({ code: 'invalid-option' });
  });

  it.each([
    ['approve', 'Approved'],
    ['decline', 'Declined'],
    ['review', 'In Review'],
    ['expire', 'Expired'],
    ['abandon', 'Abandoned'],
  ])('makes a session, reads how it ended (%s), and deletes it', async (outcome, status) => {
    const session = await newSession();
    await fetch(String(session.url), { method: 'POST', body: new URLSearchParams({ outcome }), redirect: 'manual' });

    const decision = await client.sessions.decision(session.sessionId);
    await client.sessions.delete(session.sessionId);

    expect(decision).toMatchObject({ sessionId: session.sessionId, status, vendorData: 'user-1' });
    await expect(client.sessions.decision(session.sessionId)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('reads back a check that was saved', async () => {
    const { requestId } = await client.passiveLiveness.check({
      userImage: pictureOf('approved'),
      saveApiRequest: true,
    });

    const { livenessChecks } = await client.sessions.decision(String(requestId));

    expect(livenessChecks).toMatchObject([{ method: 'PASSIVE', status: 'Approved' }]);
  });

  it('says whether Didit works', async () => {
    await expect(client.health()).resolves.toMatchObject({ status: 'ok' });
  });
});

describe('DiditAccount against the emulator', () => {
  const email = 'dev@acme-payments.dev';

  it('registers, verifies, and gets a key that works', async () => {
    const account = new DiditAccount({ baseUrl: emulator.url, allowInsecure: true });

    await account.register({ email, password: PASSWORD });
    const registration = await account.verifyEmail({ email, code: mailedCode() });
    const own = clientWith({ apiKey: registration.apiKey });
    const { liveness } = await own.passiveLiveness.check({ userImage: pictureOf('approved') });

    expect(liveness.status).toBe('Approved');
    expect(JSON.stringify(registration)).not.toContain(registration.apiKey);
    await Promise.all([own.close(), account.close()]);
  });

  it('logs in, with a second step where there is one, and reads the key again', async () => {
    const twoSteps = 'dev+2fa@acme-payments.dev';
    const { account } = client;
    await account.register({ email: twoSteps, password: PASSWORD });
    const { apiKey } = await account.verifyEmail({ email: twoSteps, code: mailedCode() });

    const challenge = await account.login({ email: twoSteps, password: PASSWORD });
    if (challenge.kind !== 'two-factor') throw new Error('There was no second step.');
    const { accessToken } = await account.verifyTwoFactor({ tempToken: challenge.tempToken, code: mailedCode() });

    expect((await account.credentials({ accessToken })).apiKey).toBe(apiKey);
  });

  it('is told what is wrong with an account, and repeats no password', async () => {
    const { account } = client;
    await account.register({ email, password: PASSWORD });
    await account.verifyEmail({ email, code: mailedCode() });

    const failures = await Promise.allSettled([
      account.register({ email, password: PASSWORD }),
      account.verifyEmail({ email, code: 'WRONG1' }),
      account.login({ email, password: `${PASSWORD}-wrong` }),
      account.register({ email, password: 'short' }),
    ]);

    const codes = failures.map((failure) => failure.status === 'rejected' && (failure.reason as { code: string }).code);
    expect(codes).toEqual(['bad-request', 'bad-request', 'authentication', 'invalid-option']);
    expect(JSON.stringify(failures)).not.toContain('CANARY');
  });
});

describe('webhooks.verify and the emulator', () => {
  it('agree on what is signed', async () => {
    const headers = { 'x-api-key': 'key', 'content-type': 'application/json' };
    const receiver = createServer().listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const { port } = receiver.address() as AddressInfo;
    const delivery = once(receiver, 'request');
    const response = await fetch(`${emulator.url}/v3/webhook/destinations/`, {
      method: 'POST',
      headers,
      body: JSON.stringify({
        label: 'here',
        url: `http://127.0.0.1:${port}/`,
        webhook_version: 'v3',
        subscribed_events: ['status.updated'],
      }),
    });
    const { secret_shared_key: secret } = (await response.json()) as { secret_shared_key: string };

    const { requestId } = await client.passiveLiveness.check({
      userImage: pictureOf('approved'),
      saveApiRequest: true,
    });
    const [request, answer] = await delivery;
    const body = await buffer(request);
    answer.end();

    const event = webhooks.verify(body, request.headers, secret);
    expect(event).toMatchObject({ type: 'status.updated', status: 'Approved', sessionId: requestId });
    expect(() =>
      webhooks.verify(
        Buffer.concat([body, Buffer.from(' ')]),
        { ...request.headers, 'x-signature-v2': undefined },
        secret,
      ),
    ).toThrow(expect.objectContaining({ code: 'webhook-verification', reason: 'wrong-signature' }));
    receiver.closeAllConnections();
    receiver.close();
  });
});

/** Every endpoint, and a call of it that is good. */
const ENDPOINTS: readonly (readonly [EndpointName, 'paid' | 'free', (asked: DiditClient) => Promise<unknown>])[] = [
  ['passive-liveness', 'paid', (asked) => asked.passiveLiveness.check({ userImage: face('ada') })],
  ['face-match', 'paid', (asked) => asked.faceMatch.compare({ userImage: face('ada'), refImage: face('ada') })],
  ['age-estimation', 'paid', (asked) => asked.ageEstimation.estimate({ userImage: face('ada') })],
  ['face-search', 'paid', (asked) => asked.faceSearch.search({ userImage: face('ada') })],
  ['balance', 'free', (asked) => asked.billing.balance()],
  ['top-up', 'free', (asked) => asked.billing.topUp({ amountInDollars: 50 })],
  ['create-workflow', 'free', (asked) => asked.workflows.create({ label: 'x', method: 'FLASHING' })],
  ['create-session', 'free', async (asked) => asked.sessions.create({ workflowId: await newWorkflow() })],
  ['decision', 'free', async (asked) => asked.sessions.decision((await newSession()).sessionId)],
  ['delete-session', 'free', async (asked) => asked.sessions.delete((await newSession()).sessionId)],
  ['register', 'free', (asked) => asked.account.register({ email: 'a@acme.dev', password: PASSWORD })],
  [
    'verify-email',
    'free',
    async (asked) => {
      await client.account.register({ email: 'a@acme.dev', password: PASSWORD });
      return asked.account.verifyEmail({ email: 'a@acme.dev', code: mailedCode() });
    },
  ],
  [
    'login',
    'free',
    async (asked) => {
      await client.account.register({ email: 'a@acme.dev', password: PASSWORD });
      await client.account.verifyEmail({ email: 'a@acme.dev', code: mailedCode() });
      return asked.account.login({ email: 'a@acme.dev', password: PASSWORD });
    },
  ],
];

/** Endpoints whose good answer is a 201. */
const CREATING: readonly EndpointName[] = ['create-workflow', 'create-session'];

/** What each fault is to a client that waits for 500 ms, and whether the check had run by then. */
const FAULTS: readonly (readonly [ScenarioName, string, boolean])[] = [
  ['401', 'authentication', false],
  ['402', 'insufficient-credits', false],
  ['429', 'too-many-requests', false],
  ['500', 'unavailable', false],
  ['500-html', 'unavailable', false],
  ['503', 'unavailable', false],
  ['hang', 'timeout', true],
  ['slow-body', 'timeout', true],
  ['truncated-json', 'bad-response', true],
  ['html-200', 'bad-response', true],
  ['empty-200', 'bad-response', true],
  ['huge-body', 'bad-response', true],
  ['gzip-body', 'bad-response', true],
];

/** Of a deletion only the status counts. */
function faultsOf(endpoint: EndpointName) {
  const isBodyRead = endpoint !== 'delete-session';
  return FAULTS.filter(([fault]) => isBodyRead || !['truncated-json', 'empty-200'].includes(fault));
}

describe.each(ENDPOINTS)('%s, when Didit fails', (endpoint, cost, call) => {
  it.each(faultsOf(endpoint))('is not fooled by %s: %s', async (fault, code, ran) => {
    const asked = clientWith({ timeoutMs: 500 });
    emulator.next(fault, 10, endpoint);

    const failure = await call(asked).then(
      () => 'an answer',
      (error: { code: string; billed: string }) => error,
    );

    const isOdd200 = CREATING.includes(endpoint) && fault.endsWith('-200');
    expect(failure).toMatchObject({ code: isOdd200 ? 'unexpected-status' : code });
    if (cost === 'free') expect(failure).toMatchObject({ billed: 'no' });
    // P5: whatever happened, what costs was run at most once.
    expect(billed()).toBe(cost === 'paid' && ran ? 1 : 0);
    await asked.close();
  });
});
