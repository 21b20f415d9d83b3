import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { diditWebhook as expressWebhook } from '@didit-liveness/express';
import { diditWebhook as koaWebhook } from '@didit-liveness/koa';
import express5, { type ErrorRequestHandler, type RequestHandler } from 'express';
import express4 from 'express4';
import Koa3, { type Middleware } from 'koa';
import { koaBody } from 'koa-body';
import { ADAPTERS } from '../../packages/nestjs/test/support/adapters.js';
import { startWebhookApp } from '../../packages/nestjs/test/support/webhook-host.js';
import { describeWebhook, type StartWebhook } from './webhook.contract.js';

const Koa2 = createRequire(import.meta.url)('koa2') as typeof Koa3;

const inExpress =
  (express: typeof express5, ...parsers: readonly RequestHandler[]): StartWebhook =>
  async (options) => {
    const errors: unknown[] = [];
    const app = express();
    for (const parser of parsers) app.use(parser);
    app.post('/didit', expressWebhook(options));
    const note: ErrorRequestHandler = (error, _request, response, _next) => {
      errors.push(error);
      response.status((error as { status: number }).status).end();
    };
    app.use(note);
    return { ...(await listen(app)), errors };
  };

const inKoa =
  (Koa: typeof Koa3, ...parsers: readonly Middleware[]): StartWebhook =>
  async (options) => {
    const errors: unknown[] = [];
    const app = new Koa();
    app.on('error', (error: unknown) => errors.push(error));
    for (const parser of parsers) app.use(parser);
    app.use(koaWebhook(options));
    const handle = app.callback();
    return { ...(await listen((request, response) => void handle(request, response))), errors };
  };

async function listen(handle: RequestListener) {
  const server = createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/didit`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

describeWebhook('diditWebhook on Express 5', 'raw', inExpress(express5));
describeWebhook('diditWebhook on Express 4', 'raw', inExpress(express4));
describeWebhook('diditWebhook after express.raw()', 'raw', inExpress(express5, express5.raw({ type: '*/*' })));
describeWebhook('diditWebhook after express.json()', 'rewritten', inExpress(express5, express5.json()));
describeWebhook('diditWebhook on Koa 3', 'raw', inKoa(Koa3));
describeWebhook('diditWebhook on Koa 2', 'raw', inKoa(Koa2));
describeWebhook('diditWebhook after koa-body', 'rewritten', inKoa(Koa3, koaBody()));

for (const [platform, createAdapter] of ADAPTERS) {
  for (const [rawBody, kind] of [
    [true, 'raw'],
    [false, 'rewritten'],
  ] as const) {
    describeWebhook(`@DiditWebhook() on ${platform}, rawBody: ${rawBody}`, kind, (options) =>
      startWebhookApp(createAdapter(), rawBody, options),
    );
  }
}
