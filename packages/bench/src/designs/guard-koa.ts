import type { Server } from 'node:http';
import { livenessErrorHandler, requireLiveness } from '@didit-liveness/koa';
import Koa from 'koa';
import { type DesignSettings, listen, SIGNED_UP } from '../design.js';
import { gateSource } from '../gate-source.js';

/** Our guard on Koa, with its default settings. */
export async function start(settings: DesignSettings): Promise<Server> {
  const app = new Koa();
  app.use(livenessErrorHandler());
  app.use(requireLiveness(gateSource(settings)));
  app.use((ctx) => {
    ctx.status = 201;
    ctx.body = SIGNED_UP;
  });
  return listen(app.callback());
}
