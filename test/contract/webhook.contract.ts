import { afterEach, describe, expect, it } from '@jest/globals';
import type { Clock, WebhookEvent, WebhookOptions } from '@didit-liveness/core';
import { systemClock } from '@didit-liveness/core';
import {
  eventBody,
  hmac,
  sign,
  type SignedDelivery,
  VECTOR,
  VECTOR_HEADERS,
  VECTOR_NOW,
} from '../support/deliveries.js';

/** An application with a webhook route. */
export interface RunningWebhook {
  /** Of the route. */
  readonly url: string;
  /** What the application's own error path was given. */
  readonly errors: readonly unknown[];
  readonly close: () => Promise<void>;
}

/** How a host is started; `onEvent` is what its handler does. */
export type StartWebhook = (options: WebhookOptions) => Promise<RunningWebhook>;

/** Whether the raw bytes reach the verifier, or only what a JSON parser made of them. */
export type BodyKind = 'raw' | 'rewritten';

const JSON_TYPE = { 'content-type': 'application/json' };

/** What every webhook route does, whatever the framework. */
export function describeWebhook(name: string, body: BodyKind, start: StartWebhook): void {
  describe(name, () => {
    let running: RunningWebhook | undefined;
    let now = VECTOR_NOW;
    let rejected: string[] = [];
    const clock: Clock = { ...systemClock, date: () => now };

    afterEach(async () => {
      await running?.close();
      running = undefined;
      now = VECTOR_NOW;
      rejected = [];
    });

    async function open(onEvent: (event: WebhookEvent) => unknown, options: Partial<WebhookOptions> = {}) {
      const app = await start({
        secret: VECTOR.secret,
        clock,
        onRejected: ({ reason }) => void rejected.push(reason),
        onEvent: async (event) => void (await onEvent(event)),
        ...options,
      });
      running = app;
      return {
        app,
        post: ({ body: bytes, headers }: SignedDelivery) =>
          fetch(app.url, { method: 'POST', body: bytes, headers: { ...JSON_TYPE, ...headers } }),
      };
    }

    /** A route that writes its events down. */
    async function record(options: Partial<WebhookOptions> = {}) {
      const events: WebhookEvent[] = [];
      return { events, ...(await open((event) => events.push(event), options)) };
    }

    it('hands the vector to the handler, and answers 204', async () => {
      const { events, post } = await record();

      const response = await post({ body: VECTOR.body, headers: VECTOR_HEADERS });

      expect([response.status, await response.text()]).toEqual([204, '']);
      expect(events).toEqual([
        expect.objectContaining({
          type: 'status.updated',
          sessionId: 'c7a1d2f4-6b0e-4c38-9a11-52d0e7f3b8c6',
          vendorData: 'usuario-\u00f1-42',
          metadata: { flow: 'withdrawal', amount: 5 },
        }),
      ]);
      expect(rejected).toEqual([]);
    });

    it('handles an event once that is delivered again', async () => {
      const { events, post } = await record();

      const statuses = [];
      for (let count = 0; count < 3; count += 1) statuses.push((await post(sign(eventBody()))).status);

      expect(statuses).toEqual([204, 204, 204]);
      expect(events).toHaveLength(1);
    });

    it('handles an event once that is delivered twice at a time', async () => {
      let finish = (): void => {};
      let begun = (): void => {};
      const hasBegun = new Promise<void>((resolve) => {
        begun = resolve;
      });
      let handled = 0;
      const { post } = await open(() => {
        handled += 1;
        begun();
        return new Promise<void>((resolve) => {
          finish = resolve;
        });
      });

      const first = post(sign(eventBody()));
      await hasBegun;
      const second = await post(sign(eventBody()));
      finish();

      expect([second.status, second.headers.get('retry-after')]).toEqual([503, '60']);
      expect(second.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(await second.json()).toMatchObject({ code: 'webhook-running' });
      expect((await first).status).toBe(204);
      expect(handled).toBe(1);
    });

    it.each([
      ['an error', {}],
      ['an error that says 400, after which Didit would give up', { status: 400, statusCode: 400, expose: true }],
    ])('answers 500 to %s, hands it to the application, and handles the next attempt', async (_, traits) => {
      const failure = Object.assign(new Error('the database is away'), traits);
      const failures = [failure];
      const handled: string[] = [];
      const { app, post } = await open(({ eventId }) => {
        const next = failures.pop();
        if (next) throw next;
        handled.push(String(eventId));
      });

      const first = await post(sign(eventBody()));
      const second = await post(sign(eventBody()));

      expect([first.status, second.status]).toEqual([500, 204]);
      expect(await first.text()).not.toContain('database');
      expect(app.errors).toEqual([expect.objectContaining({ code: 'webhook-handler', cause: failure })]);
      expect(handled).toEqual(['event-1']);
    });

    it.each<[string, string, SignedDelivery]>([
      [
        'a body that was changed',
        'wrong-signature',
        { ...sign(eventBody()), body: sign(eventBody({ status: 'Declined' })).body },
      ],
      ['the signature of another secret', 'wrong-signature', sign(eventBody(), 'another secret')],
      ['no signature', 'no-signature', { body: VECTOR.body, headers: {} }],
      [
        'the simple signature alone',
        'simple-signature-only',
        {
          body: VECTOR.body,
          headers: { 'X-Signature-Simple': VECTOR.simple, 'X-Timestamp': String(VECTOR.timestamp) },
        },
      ],
      [
        'a captured delivery with a fresh header',
        'timestamp-mismatch',
        { body: VECTOR.body, headers: { ...VECTOR_HEADERS, 'X-Timestamp': String(VECTOR.timestamp + 60) } },
      ],
      ['a delivery of long ago', 'stale', sign(eventBody({ timestamp: VECTOR.timestamp - 301 }))],
      ['a delivery of the future', 'stale', sign(eventBody({ timestamp: VECTOR.timestamp + 301 }))],
    ])('P8 refuses %s without saying why', async (_, reason, delivery) => {
      const { app, events, post } = await record();

      const response = await post(delivery);

      expect(response.status).toBe(401);
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.json()).toEqual({
        type: 'urn:problem-type:didit-liveness:webhook-verification',
        title: 'The delivery could not be verified.',
        status: 401,
        code: 'webhook-verification',
      });
      expect([rejected, events, app.errors]).toEqual([[reason], [], []]);
    });

    it('takes both secrets while one replaces the other', async () => {
      const { events, post } = await record({ secret: ['the new one', VECTOR.secret] });

      for (const [id, secret] of [
        ['a', 'the new one'],
        ['b', VECTOR.secret],
      ]) {
        expect((await post(sign(eventBody({ event_id: id }), secret))).status).toBe(204);
      }
      expect(events.map(({ eventId }) => eventId)).toEqual(['a', 'b']);
    });

    it('takes a later attempt under a wider tolerance', async () => {
      const { post } = await record({ toleranceSeconds: 600 });

      now = VECTOR_NOW + 330_000;

      expect((await post(sign(eventBody()))).status).toBe(204);
    });

    it('takes the secret from the environment, and does not start without one', async () => {
      const kept = process.env['DIDIT_WEBHOOK_SECRET'];
      const options = { clock, onEvent: () => {}, onRejected: () => {} };
      try {
        delete process.env['DIDIT_WEBHOOK_SECRET'];
        await expect(start(options)).rejects.toThrow('DIDIT_WEBHOOK_SECRET');
        process.env['DIDIT_WEBHOOK_SECRET'] = VECTOR.secret;
        running = await start(options);

        const response = await fetch(running.url, {
          method: 'POST',
          body: VECTOR.body,
          headers: { ...JSON_TYPE, ...VECTOR_HEADERS },
        });

        expect(response.status).toBe(204);
      } finally {
        if (kept === undefined) delete process.env['DIDIT_WEBHOOK_SECRET'];
        else process.env['DIDIT_WEBHOOK_SECRET'] = kept;
      }
    });

    if (body === 'raw') {
      it('judges the bytes: X-Signature alone is enough', async () => {
        const { post } = await record();
        const text = `{"webhook_type":"status.updated", "timestamp":${VECTOR.timestamp}, "score":5.0}`;

        expect((await post({ body: text, headers: { 'x-signature': hmac(text) } })).status).toBe(204);
      });
    } else {
      it('judges what the parser left: V2 is needed, and enough', async () => {
        const { post } = await record();
        const { 'X-Signature-V2': v2 = '', ...rest } = VECTOR_HEADERS;

        expect((await post({ body: VECTOR.body, headers: rest })).status).toBe(401);
        expect((await post({ body: VECTOR.body, headers: { 'x-signature-v2': v2 } })).status).toBe(204);
        expect(rejected).toEqual(['wrong-signature']);
      });
    }
  });
}
