import { isLivenessRefusal } from '@didit-liveness/core';
import type { Middleware } from 'koa';

/**
 * Answers refusals of `requireLiveness()` as `application/problem+json`; throws every other error on. Use it before the
 * routes. Without it Koa still answers with the right status, in plain text.
 */
export function livenessErrorHandler(): Middleware {
  return async function answerLivenessRefusal(ctx, next) {
    try {
      await next();
    } catch (error) {
      // With the answer begun or the client gone there is nothing to write any more; Koa reports such errors to the app.
      if (!isLivenessRefusal(error) || ctx.headerSent || !ctx.writable) throw error;
      ctx.status = error.status;
      ctx.set({ ...error.headers });
      ctx.body = JSON.stringify(error.problem);
      // A handler that meant to write to `ctx.res` by itself will not come to it.
      ctx.respond = true;
    }
  };
}
