import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import {
  createHostedReceiver,
  createMemoryInbox,
  createWebhookReceiver,
  type WebhookHandlerError,
  type WebhookEvent,
  type WebhookInbox,
  type WebhookReceiverOptions,
} from '../src/index.js';
import { eventBody, hmac, sign, VECTOR, VECTOR_HEADERS } from '../../../test/support/deliveries.js';
import { canonicalJson } from '../src/webhook/canonical-json.js';
import { FakeClock } from './support/fake-clock.js';
import { rejectionOf } from './support/server.js';

const clock = () => new FakeClock({ date: new Date(VECTOR.timestamp * 1000).toISOString() });

/** A receiver, and what came of its events. */
function receiverWith(options: Partial<WebhookReceiverOptions> = {}) {
  const events: WebhookEvent[] = [];
  const reasons: string[] = [];
  const receiver = createWebhookReceiver({
    secret: VECTOR.secret,
    onEvent: (event) => void events.push(event),
    onRejected: ({ reason }) => void reasons.push(reason),
    clock: clock(),
    ...options,
  });
  const deliver = (event: Record<string, unknown>) => {
    const { body, headers } = sign(event);
    return receiver.receive(body, headers);
  };
  return { receiver, events, reasons, deliver };
}

describe('createWebhookReceiver', () => {
  it('handles the vector once, however often it comes', async () => {
    const { receiver, events } = receiverWith();

    const answers = [
      await receiver.receive(VECTOR.body, VECTOR_HEADERS),
      await receiver.receive(VECTOR.body, VECTOR_HEADERS),
    ];

    expect(answers).toEqual([
      { status: 204, headers: {}, body: '' },
      { status: 204, headers: {}, body: '' },
    ]);
    expect(events.map(({ eventId }) => eventId)).toEqual(['0d0f4c1e-8a55-4f0c-9a4e-2f1f6b7c9d10']);
  });

  it('answers 503 while the same event is handled, and 204 after', async () => {
    let finish = (): void => {};
    const { deliver, events } = receiverWith({
      onEvent: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    });

    const first = deliver(eventBody());
    const second = await deliver(eventBody());
    expect(second).toMatchObject({ status: 503, headers: { 'retry-after': '60' } });
    finish();

    expect((await first).status).toBe(204);
    expect((await deliver(eventBody())).status).toBe(204);
    expect(events).toEqual([]);
  });

  it('gives an event to its handler again after the handler failed', async () => {
    const failures = [new Error('the database is away')];
    const handled: string[] = [];
    const { deliver } = receiverWith({
      onEvent: ({ eventId }) => {
        const failure = failures.pop();
        if (failure) throw failure;
        handled.push(String(eventId));
      },
    });

    expect(await rejectionOf(deliver(eventBody()))).toMatchObject({
      name: 'WebhookHandlerError',
      code: 'webhook-handler',
      message: 'The webhook event could not be handled; Didit will send it again',
      status: 500,
      expose: false,
      eventId: 'event-1',
      cause: new Error('the database is away'),
    });
    expect((await deliver(eventBody())).status).toBe(204);
    expect(handled).toEqual(['event-1']);
  });

  it('hands failures to onError, and answers 500', async () => {
    const errors: WebhookHandlerError[] = [];
    const failure = new Error('the database is away');
    const { deliver } = receiverWith({
      onEvent: () => Promise.reject(failure),
      onError: (error) => void errors.push(error),
    });

    const { status, body } = await deliver(eventBody());

    expect([status, JSON.parse(body).code]).toEqual([500, 'webhook-handler']);
    expect(errors.map(({ cause }) => cause)).toEqual([failure]);
  });

  it.each(['begin', 'finish', 'release'] as const)(
    'answers with a failure when the inbox fails to %s',
    async (step) => {
      const failure = new Error('the store is away');
      const handler = new Error('the handler failed');
      const inbox: WebhookInbox = { ...inboxOf(), [step]: () => Promise.reject(failure) };
      let handled = 0;
      const { deliver } = receiverWith({
        inbox,
        onEvent: () => {
          handled += 1;
          if (step === 'release') throw handler;
        },
      });

      const error = await rejectionOf(deliver(eventBody()));

      expect(error).toMatchObject({ code: 'webhook-handler' });
      const { cause } = error as WebhookHandlerError;
      expect(cause instanceof AggregateError ? cause.errors : cause).toEqual(
        step === 'release' ? [handler, failure] : failure,
      );
      if (step === 'release') {
        expect(cause).toMatchObject({ message: 'The event was neither handled nor released', cause: failure });
      }
      expect(handled).toBe(step === 'begin' ? 0 : 1);
    },
  );

  it.each([undefined, 'perhaps', true])('does not handle an event of which the inbox says %j', async (progress) => {
    const inbox = { ...inboxOf(), begin: () => progress as 'new' };
    const { deliver, events } = receiverWith({ inbox });

    expect((await deliver(eventBody())).status).toBe(503);
    expect(events).toEqual([]);
  });

  it.each<[string, object]>([
    ['is written in one way', {}],
    ['is too large for that', { amount: 1e30 }],
  ])('asks the inbox for a printable key when the content of an event without an id %s', async (_, fields) => {
    const keys: string[] = [];
    const inbox: WebhookInbox = {
      ...inboxOf(),
      begin: (key) => {
        keys.push(key);
        return 'new';
      },
    };
    const { deliver } = receiverWith({ inbox });

    expect((await deliver(eventBody({ event_id: undefined, ...fields }))).status).toBe(204);
    expect(keys).toEqual([expect.stringMatching(/^sha256:[0-9a-f]{64}$/)]);
  });

  it('knows an event by its id, whatever else a further delivery of it says', async () => {
    const { deliver, events } = receiverWith();

    await deliver(eventBody());
    await deliver(eventBody({ timestamp: VECTOR.timestamp + 60 }));

    expect(events).toHaveLength(1);
  });

  it('knows an event without an id by its content, however that is written', async () => {
    const { receiver, events } = receiverWith();
    const { event_id: _, ...event } = eventBody();
    const { body, headers } = sign(event);

    await receiver.receive(body, headers);
    await receiver.receive(JSON.stringify(Object.fromEntries(Object.entries(event).reverse()), null, 2), headers);
    expect(events).toHaveLength(1);

    const other = sign({ ...event, status: 'Declined' });
    await receiver.receive(other.body, other.headers);
    expect(events).toHaveLength(2);
  });

  it.each<[string, string, Record<string, string>]>([
    ['no-signature', VECTOR.body, {}],
    ['simple-signature-only', VECTOR.body, { 'x-signature-simple': VECTOR.simple }],
    ['wrong-signature', `${VECTOR.body} `, { 'x-signature': VECTOR.raw }],
    ['malformed-body', '{}x', { 'x-signature': hmac('{}x') }],
    ['timestamp-mismatch', VECTOR.body, { ...VECTOR_HEADERS, 'X-Timestamp': '1' }],
  ])('P8 answers 401 to %s without saying so, and tells onRejected', async (reason, body, headers) => {
    const { receiver, events, reasons } = receiverWith();

    const answer = await receiver.receive(body, headers);

    expect(answer.status).toBe(401);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(JSON.parse(answer.body)).toEqual({
      type: 'urn:problem-type:didit-liveness:webhook-verification',
      title: 'The delivery could not be verified.',
      status: 401,
      code: 'webhook-verification',
    });
    expect(reasons).toEqual([reason]);
    expect(events).toEqual([]);
  });

  it('refuses what is stale by its clock and tolerance', async () => {
    const time = clock();
    const { deliver, reasons } = receiverWith({ clock: time, toleranceSeconds: 600 });

    time.advance(600_000);
    expect((await deliver(eventBody())).status).toBe(204);
    time.advance(1);
    expect((await deliver(eventBody())).status).toBe(401);
    expect(reasons).toEqual(['stale']);
  });

  it('remembers handled events for a day of its clock', async () => {
    const time = clock();
    const { deliver, events } = receiverWith({ clock: time, toleranceSeconds: 86_400 });

    for (const waitMs of [0, 86_399_999, 1]) {
      time.advance(waitMs);
      expect((await deliver(eventBody())).status).toBe(204);
    }

    expect(events).toHaveLength(2);
  });

  it('refuses everything by a clock that has no time', async () => {
    const { deliver, reasons } = receiverWith({ clock: new FakeClock({ date: 'never' }) });

    expect((await deliver(eventBody())).status).toBe(401);
    expect(reasons).toEqual(['stale']);
  });

  it('stays with its refusal when a listener fails', async () => {
    const { receiver } = receiverWith({
      onRejected: () => {
        throw new Error('the log is full');
      },
    });

    expect((await receiver.receive(VECTOR.body, {})).status).toBe(401);
  });

  it('rejects arguments that cannot be used, which are no delivery', async () => {
    const { receiver } = receiverWith();

    expect(await rejectionOf(receiver.receive({} as string, VECTOR_HEADERS))).toMatchObject({ code: 'invalid-option' });
  });

  it('answers a body that was not read', async () => {
    const { receiver } = receiverWith();
    const refused = (code: 'body-too-large' | 'body-timeout', closeConnection: boolean) =>
      receiver.receiveReading({ kind: 'refused', code, closeConnection }, {});

    expect(await refused('body-too-large', true)).toMatchObject({ status: 413, headers: { connection: 'close' } });
    expect(await refused('body-timeout', false)).toMatchObject({ status: 503, headers: { 'retry-after': '60' } });
    expect((await refused('body-timeout', false))?.headers).not.toHaveProperty('connection');
    expect(await receiver.receiveReading({ kind: 'aborted' }, {})).toBeUndefined();
  });

  it('handles a body that was read, with the handler of the call if there is one', async () => {
    const { receiver, events } = receiverWith();
    const others: WebhookEvent[] = [];
    const reading = { kind: 'body', bytes: Buffer.from(VECTOR.body) } as const;
    const { body, headers } = sign(eventBody());

    expect((await receiver.receiveReading(reading, VECTOR_HEADERS))?.status).toBe(204);
    expect(
      (
        await receiver.receiveReading(
          { kind: 'body', bytes: Buffer.from(body) },
          headers,
          (event) => void others.push(event),
        )
      )?.status,
    ).toBe(204);
    expect([events.length, others.map(({ eventId }) => eventId)]).toEqual([1, ['event-1']]);
  });

  it.each<[object, string, string]>([
    [{ onEvent: undefined }, 'onEvent', 'createWebhookReceiver.onEvent is missing; allowed: a function'],
    [{ secret: '' }, 'secret', 'createWebhookReceiver.secret is not usable'],
    [{ inbox: {} }, 'inbox', 'allowed: an object with the functions begin, finish and release'],
    [{ inbox: null }, 'inbox', 'createWebhookReceiver.inbox is null'],
    [{ inbox: Object.assign(() => {}, inboxOf()) }, 'inbox', 'createWebhookReceiver.inbox is a function'],
  ])('D08 names what is wrong with %p', (options, option, message) => {
    expect(() => createWebhookReceiver({ secret: VECTOR.secret, onEvent: () => {}, ...options })).toThrow(
      expect.objectContaining({ option: `createWebhookReceiver.${option}`, message: expect.stringContaining(message) }),
    );
  });

  it.each<[string, object]>([
    ['no handler', { onEvent: undefined }],
    ['a handler that is none', { onEvent: 'log' }],
    ['an inbox that cannot release', { inbox: { begin: () => 'new', finish: () => {} } }],
    ['a tolerance of days', { toleranceSeconds: 86_401 }],
    ['a secret with blanks', { secret: ` ${VECTOR.secret}` }],
    ['an unknown option', { handler: () => {} }],
  ])('D08 cannot be made with %s', (_, options) => {
    const make = () => createWebhookReceiver({ secret: VECTOR.secret, onEvent: () => {}, ...options });

    expect(make).toThrow(expect.objectContaining({ code: 'invalid-option' }));
    expect(make).not.toThrow(VECTOR.secret);
  });

  it('D03 repeats no secret that stands in place of the options', () => {
    const make = () => createWebhookReceiver(VECTOR.secret as unknown as WebhookReceiverOptions);

    expect(make).toThrow('createWebhookReceiver is not usable; allowed: an object');
    expect(make).not.toThrow(VECTOR.secret);
  });

  it('D03 shows no secret', () => {
    const { receiver } = receiverWith();

    expect(inspect(receiver, { depth: 9, showHidden: true }) + JSON.stringify(receiver)).not.toContain(VECTOR.secret);
  });
});

describe('createHostedReceiver', () => {
  const host = (env: Record<string, string> = {}) => {
    const warnings: string[] = [];
    return { name: 'diditWebhook', env, warn: (message: string) => void warnings.push(message), warnings };
  };

  it('takes the secret from the environment', async () => {
    // As a JavaScript caller writes it; the types say to leave it out.
    const withoutSecret = JSON.parse('{}') as object;
    Object.assign(withoutSecret, { secret: undefined });
    const receiver = createHostedReceiver(
      { onEvent: () => {}, ...withoutSecret, clock: clock() },
      host({ DIDIT_WEBHOOK_SECRET: VECTOR.secret }),
    );

    expect((await receiver.receive(VECTOR.body, VECTOR_HEADERS)).status).toBe(204);
  });

  it.each([{}, { DIDIT_WEBHOOK_SECRET: '' }])('D01 names the variable when it is not set', (env) => {
    expect(() => createHostedReceiver({ onEvent: () => {} }, host(env))).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('DIDIT_WEBHOOK_SECRET'),
        option: 'diditWebhook.secret',
      }),
    );
  });

  it('says what to write when it was mounted without being called', () => {
    for (const options of [{ headers: {} }, { req: {} }, undefined, null, 'secret']) {
      expect(() => createHostedReceiver(options as never, host())).toThrow('write diditWebhook({ onEvent })');
    }
  });

  it('shows each kind of rejection once, unless somebody listens', async () => {
    const shown = host();
    const receiver = createHostedReceiver({ onEvent: () => {}, secret: VECTOR.secret, clock: clock() }, shown);

    for (const headers of [{}, {}, { 'x-signature': VECTOR.v2 }]) await receiver.receive(VECTOR.body, headers);

    expect(shown.warnings).toEqual([
      expect.stringContaining('diditWebhook refused a delivery (no-signature).'),
      expect.stringContaining('diditWebhook refused a delivery (wrong-signature).'),
    ]);
    expect(shown.warnings.join()).not.toContain(VECTOR.secret);
  });
});

function inboxOf(): WebhookInbox {
  const inbox = createMemoryInbox();
  return {
    begin: (key) => inbox.begin(key),
    finish: (key) => inbox.finish(key),
    release: (key) => inbox.release(key),
  };
}

describe('listeners of a receiver that are asynchronous', () => {
  it.each(['onRejected', 'onError'] as const)('P13 end with their failure: %s', async (name) => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => void unhandled.push(error);
    process.on('unhandledRejection', note);
    const fails = (async () => {
      throw new Error('logger');
    }) as () => void;
    const { receiver, deliver } = receiverWith({
      [name]: fails,
      ...(name === 'onError'
        ? {
            onEvent: () => {
              throw new Error('handler');
            },
          }
        : {}),
    });

    const answer = name === 'onError' ? await deliver(eventBody()) : await receiver.receive('{}', {});
    for (let round = 0; round < 3; round += 1) await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);

    expect(answer.status).toBe(name === 'onError' ? 500 : 401);
    expect(unhandled).toEqual([]);
  });
});

describe('a long delivery', () => {
  /** A body of so many bytes, and its signatures. */
  function longDelivery(bytes: number) {
    const empty = JSON.stringify(eventBody({ text: '' })).length;
    const body = JSON.stringify(eventBody({ text: 'x'.repeat(bytes - empty) }));
    const canonical = canonicalJson(JSON.parse(body)) ?? '';
    return { body, canonical: { 'x-signature-v2': hmac(canonical) }, raw: { 'x-signature': hmac(body) } };
  }

  it('P14 is not sorted for somebody who has proved nothing', async () => {
    const { receiver, reasons } = receiverWith();
    const shorter = longDelivery(128 * 1024);
    const longer = longDelivery(128 * 1024 + 1);

    expect((await receiver.receive(longer.body, longer.canonical)).status).toBe(401);
    expect(reasons).toEqual(['wrong-signature']);
    expect((await receiver.receive(shorter.body, shorter.canonical)).status).toBe(204);
  });

  it('is taken by the signature over its bytes', async () => {
    const { receiver } = receiverWith();
    const { body, raw } = longDelivery(130 * 1024);

    expect((await receiver.receive(body, raw)).status).toBe(204);
  });
});
