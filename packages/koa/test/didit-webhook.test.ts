import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import type { Middleware } from 'koa';
import { diditWebhook } from '../src/index.js';
import { eventBody, hmac, VECTOR } from '../../../test/support/deliveries.js';
import { KOAS, useBench } from './support/koa-app.js';

// What all frameworks share is in test/contract/webhook.test.ts.
const bench = useBench();

/** A delivery with blanks that no parser keeps, sent now. */
const body = () => JSON.stringify(eventBody({ timestamp: Math.floor(Date.now() / 1000) }), null, 1);

describe.each(KOAS)('diditWebhook on %s', (_, Koa) => {
  it('takes the text that a body parser keeps in rawBody', async () => {
    const handled: unknown[] = [];
    const parser: Middleware = async (ctx, next) => {
      const chunks: Buffer[] = [];
      for await (const chunk of ctx.req) chunks.push(chunk as Buffer);
      const rawBody = Buffer.concat(chunks).toString();
      Object.assign(ctx.request, { rawBody, body: JSON.parse(rawBody) as unknown });
      await next();
    };
    const onEvent = (event: unknown) => void handled.push(event);
    const { url } = await bench.serve(Koa, parser, diditWebhook({ secret: VECTOR.secret, onEvent }));
    const text = body();

    const response = await fetch(url, { method: 'POST', body: text, headers: { 'x-signature': hmac(text) } });

    expect(response.status).toBe(204);
    expect(handled).toHaveLength(1);
  });

  it('answers nothing to a client that hung up, and handles nothing', async () => {
    const handled: unknown[] = [];
    let arrived = (): void => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    let done = (_responds: unknown): void => {};
    const responds = new Promise((resolve) => {
      done = resolve;
    });
    const watch: Middleware = async (ctx, next) => {
      arrived();
      await next();
      done(ctx.respond);
    };
    const onEvent = (event: unknown) => void handled.push(event);
    const { url } = await bench.serve(Koa, watch, diditWebhook({ secret: VECTOR.secret, onEvent }));
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{');
    await arrival;

    socket.destroy();

    expect(await responds).toBe(false);
    expect(handled).toEqual([]);
  });

  it('D01 does not start without a handler', () => {
    expect(() => diditWebhook({ secret: VECTOR.secret } as never)).toThrow('diditWebhook.onEvent');
  });
});
