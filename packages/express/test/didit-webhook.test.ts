import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import type { WebhookHandlerError } from '../src/index.js';
import { diditWebhook } from '../src/index.js';
import { eventBody, sign, VECTOR, VECTOR_HEADERS } from '../../../test/support/deliveries.js';
import { type Fixture, startFixture } from './host.js';

// What all frameworks share is in test/contract/webhook.test.ts.
let fixture: Fixture;

beforeEach(async () => {
  fixture = await startFixture();
});

afterEach(() => fixture.close());

/** An event that is sent now by the clock of this process. */
const freshEvent = (fields: Readonly<Record<string, unknown>> = {}) =>
  sign(eventBody({ timestamp: Math.floor(Date.now() / 1000), ...fields }));

describe('diditWebhook', () => {
  it('A21 refuses more than 1 MiB early, and closes the connection', async () => {
    const handled: unknown[] = [];
    const url = await fixture.serve((app) => {
      app.post('/didit', diditWebhook({ secret: VECTOR.secret, onEvent: (event) => void handled.push(event) }));
    });
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write('POST /didit HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n{');
    let answer = '';
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
    });
    await once(socket, 'end');
    socket.destroy();

    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    expect(answer).toContain('"code":"webhook-too-large"');
    expect(handled).toEqual([]);
  });

  it('answers nothing to a client that hung up, and handles nothing', async () => {
    const handled: unknown[] = [];
    let arrived = (_request: express.Request): void => {};
    const arrival = new Promise<express.Request>((resolve) => {
      arrived = resolve;
    });
    const url = await fixture.serve((app) => {
      app.use((request, _response, next) => {
        arrived(request);
        next();
      });
      app.post('/didit', diditWebhook({ secret: VECTOR.secret, onEvent: (event) => void handled.push(event) }));
    });
    const { body, headers } = freshEvent();
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`POST /didit HTTP/1.1\r\nHost: x\r\n${lines.join('')}Content-Length: ${body.length}\r\n\r\n`);
    socket.write(body.slice(0, -1));
    const request = await arrival;
    const closed = new Promise((resolve) => request.once('close', resolve));

    socket.destroy();

    await closed;
    await new Promise((resolve) => setImmediate(resolve));
    expect(handled).toEqual([]);
  });

  it('gives failures to onError in place of next(error)', async () => {
    const errors: WebhookHandlerError[] = [];
    const failure = new Error('the database is away');
    const url = await fixture.serve((app) => {
      app.post(
        '/didit',
        diditWebhook({
          secret: VECTOR.secret,
          onEvent: () => Promise.reject(failure),
          onError: (error) => void errors.push(error),
        }),
      );
    });

    const { body, headers } = freshEvent();
    const response = await fetch(`${url}/didit`, { method: 'POST', body, headers });

    expect([response.status, await response.json()]).toEqual([
      500,
      {
        type: 'urn:problem-type:didit-liveness:webhook-handler',
        title: 'The event could not be handled.',
        status: 500,
        code: 'webhook-handler',
      },
    ]);
    expect(errors.map(({ cause }) => cause)).toEqual([failure]);
  });

  it('says so when the body is gone', async () => {
    const errors: unknown[] = [];
    const url = await fixture.serve((app) => {
      app.use((request, _response, next) => void request.resume().once('end', next));
      app.post('/didit', diditWebhook({ secret: VECTOR.secret, onEvent: () => {} }));
      app.use(((error, _request, response, _next) => {
        errors.push(error);
        response.status(500).end();
      }) satisfies express.ErrorRequestHandler);
    });

    await fetch(`${url}/didit`, { method: 'POST', body: VECTOR.body, headers: VECTOR_HEADERS });

    expect(errors).toEqual([expect.objectContaining({ code: 'request-body-consumed' })]);
  });

  it.each<[string, object, string]>([
    ['no handler', {}, 'diditWebhook.onEvent'],
    ['a misspelt option', { onEvent: () => {}, toleranceSecond: 5 }, 'did you mean "toleranceSeconds"'],
  ])('D08 cannot be made with %s', (_, options, message) => {
    expect(() => diditWebhook({ secret: VECTOR.secret, ...options } as never)).toThrow(message);
  });

  it('says what to write when it was mounted without being called', () => {
    expect(() => diditWebhook(express.request as never)).toThrow('write diditWebhook({ onEvent })');
  });
});
