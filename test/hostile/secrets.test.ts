import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import * as core from '@didit-liveness/core';
import * as express from '@didit-liveness/express';
import * as koa from '@didit-liveness/koa';
import * as nestjs from '@didit-liveness/nestjs';
import * as upload from '@didit-liveness/upload';
import { canaryPicture, expectNoCanary, KEY_CANARY, VENDOR_CANARY } from '../../packages/core/test/support/canaries.js';
import { answer, closeAll, closedOrigin, rejectionOf, startServer } from '../../packages/core/test/support/server.js';
import { approvedAnswer } from '../../packages/core/test/support/answers.js';

/** A body in which whoever answers repeats everything that was sent. */
const TELLTALE = {
  vendor_data: [VENDOR_CANARY],
  error: KEY_CANARY,
  detail: Buffer.from(canaryPicture).toString('base64'),
};
const SECRET = 'CANARYwebhook-secret-77';
const PERSON = { userImage: canaryPicture, vendorData: VENDOR_CANARY };

/** Public objects, each named by how it came to be. */
const objects: (readonly [name: string, value: object])[] = [];
const known = (name: string, value: unknown): void => {
  if (typeof value !== 'object' || value === null) throw new Error(`${name} gave ${typeof value}`);
  objects.push([name, value]);
};
const clients: core.DiditClient[] = [];

function clientAt(origin: string, more: Partial<core.DiditClientOptions> = {}): core.DiditClient {
  const client = new core.DiditClient({ apiKey: KEY_CANARY, baseUrl: origin, allowInsecure: true, ...more });
  clients.push(client);
  return client;
}

async function clientThatHears(status: number, body: object | string = TELLTALE): Promise<core.DiditClient> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const server = await startServer(answer({ status, body: text, headers: { 'retry-after': '86400' } }));
  return clientAt(server.origin);
}

function thrownBy(attempt: () => unknown): unknown {
  try {
    attempt();
  } catch (error) {
    return error;
  }
  return undefined;
}

async function collectErrors(): Promise<void> {
  for (const status of [400, 401, 402, 403, 404, 409, 429, 500]) {
    const client = await clientThatHears(status);
    known(`an answer with ${status}`, await rejectionOf(client.passiveLiveness.check(PERSON)));
  }
  const forbidden = await clientThatHears(403, { detail: KEY_CANARY });
  known('a missing permission', await rejectionOf(forbidden.passiveLiveness.check(PERSON)));
  const html = await clientThatHears(200, `<p>${KEY_CANARY}`);
  known('an answer that is not JSON', await rejectionOf(html.passiveLiveness.check(PERSON)));
  const nobody = clientAt(await closedOrigin());
  known('no connection', await rejectionOf(nobody.passiveLiveness.check(PERSON)));
  const silent = clientAt((await startServer({ at: 'body', act: () => {} })).origin, { timeoutMs: 100 });
  known('a timeout', await rejectionOf(silent.passiveLiveness.check(PERSON)));
  const signal = AbortSignal.abort(new Error(KEY_CANARY));
  known('an abort', await rejectionOf(silent.passiveLiveness.check({ ...PERSON, signal })));
  const locked = clientAt('http://127.0.0.1:9', { apiKey: () => Promise.reject(new Error(KEY_CANARY)) });
  known('a key that cannot be had', await rejectionOf(locked.passiveLiveness.check(PERSON)));
  await locked.close();
  known('a closed client', await rejectionOf(locked.passiveLiveness.check(PERSON)));
  const stopped = clientAt((await startServer(answer({ status: 401, body: KEY_CANARY }))).origin);
  await rejectionOf(stopped.passiveLiveness.check(PERSON));
  known('a call that is stopped', await rejectionOf(stopped.passiveLiveness.check(PERSON)));
  const full = clientAt((await startServer({ at: 'body', act: () => {} })).origin, {
    maxConnections: 1,
    maxQueuedCalls: 0,
    timeoutMs: 100,
  });
  const first = rejectionOf(full.passiveLiveness.check(PERSON));
  known('a call too many', await rejectionOf(full.passiveLiveness.check(PERSON)));
  await first;
  const half = clientAt((await startServer([approved(), answer({ status: 500, body: KEY_CANARY })])).origin);
  const pair = { selfie: canaryPicture, idPhoto: canaryPicture, vendorData: VENDOR_CANARY };
  known('half an identity', await rejectionOf(half.verifyIdentity(pair)));
  const cut = canaryPicture.subarray(0, -20);
  known('a cut picture', await rejectionOf(half.passiveLiveness.check({ userImage: cut })));
  known(
    'an undecodable answer',
    thrownBy(() =>
      core.decodePassiveLiveness(Buffer.from(JSON.stringify({ request_id: KEY_CANARY, liveness: TELLTALE }))),
    ),
  );
}

const approved = () => answer({ body: JSON.stringify(approvedAnswer()) });

async function collectParts(): Promise<void> {
  const client = clientAt((await startServer(approved())).origin);
  const { passiveLiveness, faceMatch, ageEstimation, faceSearch, sessions, workflows, billing, account } = client;
  for (const part of [
    client,
    passiveLiveness,
    faceMatch,
    ageEstimation,
    faceSearch,
    sessions,
    workflows,
    billing,
    account,
  ]) {
    known(part.constructor.name, part);
  }
  const stepUp = { workflowId: 'b3e4a0d1-55c2-4c58-9a36-3d0a2a6f9e70' };
  const events: core.LivenessEvent[] = [];
  const onEvent = (event: core.LivenessEvent) => void events.push(event);
  const gate = core.createLivenessGate({ client, stepUp, onEvent });
  const route = gate.route();
  known('a gate', gate);
  known('a route', route);
  known('a route of the way back', gate.stepUpRoute());
  const selfie = { chunks: [canaryPicture], size: canaryPicture.length, fields: {} };
  const result = await route.check({ read: async () => ({ kind: 'selfie', selfie }), subject: () => VENDOR_CANARY });
  if (result.kind !== 'passed') throw new Error(`The picture was ${result.kind}`);
  known('a result', result.liveness);
  const strict = gate.route({ threshold: 99 });
  const refused = await strict.check({ read: async () => ({ kind: 'selfie', selfie }), subject: () => VENDOR_CANARY });
  if (refused.kind !== 'refused') throw new Error(`The picture was ${refused.kind}`);
  known('a refusal', refused.refusal);
  known('an exception of Nest', new nestjs.LivenessException(refused.refusal));
  for (const event of events) known(`the event ${event.type}`, event);
  known(
    'an options error',
    thrownBy(() => clientAt('http://127.0.0.1:9', { apiKey: `${KEY_CANARY}\n${KEY_CANARY}` })),
  );
}

async function collectNeighbours(): Promise<void> {
  const gone = { headers: { 'content-type': 'image/jpeg' }, readableDidRead: true, body: KEY_CANARY };
  known('a body that is gone', await rejectionOf(upload.readSelfie(gone as unknown as upload.UploadRequest)));
  known(
    'a file',
    new upload.SelfieFile({
      fieldname: 'selfie',
      originalname: 'selfie.jpg',
      mimetype: 'image/jpeg',
      chunks: [canaryPicture],
    }),
  );
  // What a JavaScript user may write.
  known(
    'an error of upload options',
    thrownBy(() => upload.resolveUploadOptions({ apiKey: KEY_CANARY } as object)),
  );
  const body = Buffer.from(JSON.stringify({ webhook_type: 'status.updated', vendor_data: VENDOR_CANARY }));
  known(
    'a delivery that is not believed',
    thrownBy(() => core.webhooks.verify(body, { 'x-signature': SECRET }, SECRET)),
  );
  known('a receiver', core.createWebhookReceiver({ secret: SECRET, onEvent: () => {} }));
  known('an event that was not handled', new core.WebhookHandlerError('evt-1', new Error('the database is away')));
  known('an inbox', core.createMemoryInbox());
  const { origin: baseUrl } = await startServer(approved());
  known('a service of Nest', new nestjs.LivenessService({ apiKey: KEY_CANARY, baseUrl, allowInsecure: true }));
}

describe('what a program holds of this', () => {
  beforeAll(async () => {
    await collectErrors();
    await collectParts();
    await collectNeighbours();
  });
  afterAll(async () => {
    await closeAll();
    await Promise.all(clients.map((client) => client.close()));
  });

  it('D03 D04 P8 shows neither key nor picture nor id, however it is printed', () => {
    for (const [name, value] of objects) {
      expect(() => expectNoCanary(value)).not.toThrow(name);
      expect(JSON.stringify([name, value]) + String(Object.values(value))).not.toContain(SECRET);
    }
  });

  it('D03 D04 P8 is looked at whole: every exported class has an object here', () => {
    const classes = [core, upload].flatMap((module) => Object.values(module)).filter(isClass);
    const missing = classes.filter((one) => !objects.some(([, value]) => value instanceof one));

    expect(missing.map(({ name }) => name)).toEqual([]);
    expect(classes.length).toBeGreaterThan(30);
  });
});

describe('guards that are made with options in the wrong place', () => {
  afterEach(closeAll);
  const mistakes: readonly (readonly [what: string, options: object])[] = [
    ['a key under a wrong name', { apikey: KEY_CANARY }],
    ['a key with a line break', { apiKey: `${KEY_CANARY}\nX-Evil: 1` }],
    ['a key in a list', { apiKey: [KEY_CANARY] }],
    ['a key in the address', { apiKey: 'key', baseUrl: `https://${KEY_CANARY}@verification.didit.me` }],
    ['a key beside a gate', { apiKey: KEY_CANARY, gate: {} }],
  ];
  const makers: readonly (readonly [name: string, make: (options: object) => unknown])[] = [
    ['Express', (options) => express.requireLiveness(options)],
    ['Koa', (options) => koa.requireLiveness(options)],
    ['Nest', (options) => new nestjs.LivenessService(options)],
  ];

  it.each(makers.flatMap(([name, make]) => mistakes.map(([what, options]) => [what, name, make, options] as const)))(
    'D02 D03 are refused without repeating %s, on %s',
    (_what, _name, make, options) => {
      const error = thrownBy(() => make(options));

      expect(error).toMatchObject({ code: 'invalid-option' });
      expectNoCanary(error);
    },
  );
});

type Class = abstract new (...all: never[]) => object;

function isClass(value: unknown): value is Class {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
}
