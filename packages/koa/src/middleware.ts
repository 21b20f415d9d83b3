import type { Guard, GuardHost, LivenessRefusal } from '@didit-liveness/core';
import type { Context, Middleware } from 'koa';

/** What guards take from this process. */
export function processHost(name: string): GuardHost {
  return { name, env: process.env, warn: (message) => process.emitWarning(message, 'DiditLivenessWarning') };
}

/** Goes on to what is behind where `mayPass` says so. */
export function toMiddleware(mayPass: (ctx: Context) => Promise<boolean>): Middleware {
  return async function livenessMiddleware(ctx, next) {
    if (await mayPass(ctx)) await next();
  };
}

/** Lets the application answer a refusal, or else throws it, for the error handler. */
export async function answerOrThrow(
  { overrideFor }: Pick<Guard<Context, [ctx: Context]>, 'overrideFor'>,
  refusal: LivenessRefusal,
  ctx: Context,
): Promise<void> {
  const override = overrideFor(refusal);
  if (!override) throw refusal;
  if (refusal.headers['connection']) ctx.set('connection', refusal.headers['connection']);
  await override(refusal, ctx);
}

/** Nobody is there to read the 404 that Koa would otherwise answer with. */
export function answerNothing(ctx: Context): void {
  ctx.respond = false;
}
