import { createStepUpGuard, type StepUpGuardOptions as CoreOptions } from '@didit-liveness/core';
import { hangUpSignal } from '@didit-liveness/upload';
import type { Context, Middleware } from 'koa';
import { answerNothing, answerOrThrow, processHost, toMiddleware } from './middleware.js';
import { publishStepUp } from './published.js';

/** Options of {@link requireStepUp}. */
export type StepUpGuardOptions = CoreOptions<Context, [ctx: Context]>;

/**
 * Lets a request through to the handler only when the session it names was finished well: by the same person, of the
 * same workflow, and of late. For the route that people come back to after `requireLiveness({ onReview: 'step-up' })`.
 * The decision is read back from Didit; nothing in the request is believed. The handler finds the result in
 * `ctx.state.stepUp`.
 *
 * @throws InvalidOptionError when it is made with options that cannot be used, or without `stepUp`, `subject` or a key
 *
 * @example
 * ```ts
 * import Koa from 'koa';
 * import { livenessErrorHandler, requireStepUp } from '@didit-liveness/koa';
 *
 * declare function signupIdOf(ctx: Koa.Context): string | undefined; // from your own session
 *
 * const app = new Koa();
 * app.use(livenessErrorHandler());
 * const stepUp = { workflowId: 'b3e4a0d1-55c2-4c58-9a36-3d0a2a6f9e70' };
 * app.use(requireStepUp({ apiKey: 'your key', stepUp, subject: (ctx) => signupIdOf(ctx) }));
 * app.use((ctx) => {
 *   ctx.body = { outcome: ctx.state.stepUp?.outcome };
 * });
 * ```
 */
export function requireStepUp(options: StepUpGuardOptions): Middleware {
  const guard = createStepUpGuard<Context, [ctx: Context]>(
    options,
    processHost('requireStepUp'),
    (ctx) => ctx.query['verificationSessionId'],
  );

  async function mayPass(ctx: Context): Promise<boolean> {
    const result = await guard.check(ctx, hangUpSignal(ctx.res));
    switch (result.kind) {
      case 'passed':
        publishStepUp(ctx, result.stepUp);
        return true;
      case 'refused':
        await answerOrThrow(guard, result.refusal, ctx);
        return false;
      case 'aborted':
        answerNothing(ctx);
        return false;
      default:
        return result satisfies never;
    }
  }

  return toMiddleware(mayPass);
}
