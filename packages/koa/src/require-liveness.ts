import { createGuard, filePartsOf, type GateResult, type GuardOptions } from '@didit-liveness/core';
import {
  hangUpSignal,
  holdUntilAnswered,
  readSelfie,
  refuseUpload,
  resolveUploadOptions,
  SelfieFile,
} from '@didit-liveness/upload';
import type { Context, Middleware } from 'koa';
import { answerNothing, answerOrThrow, processHost, toMiddleware } from './middleware.js';
import { parsedUpload } from './parsed-upload.js';
import { publish } from './published.js';

/** Options of {@link requireLiveness}. */
export type LivenessOptions = GuardOptions<Context, [ctx: Context]>;

/**
 * Lets a request through to the handler only with an approval for exactly the selfie it brings. Refusals are thrown; see
 * {@link livenessErrorHandler}. The handler finds the result in `ctx.state.liveness`, the selfie in `ctx.file` and the
 * text fields in `ctx.request.body`.
 *
 * @throws InvalidOptionError when it is made with options that cannot be used, or without an API key
 *
 * @example
 * ```ts
 * import Koa from 'koa';
 * import { livenessErrorHandler, requireLiveness } from '@didit-liveness/koa';
 *
 * const app = new Koa();
 * app.use(livenessErrorHandler());
 * app.use(requireLiveness({ apiKey: 'your key', threshold: 80 }));
 * app.use((ctx) => {
 *   ctx.body = { outcome: ctx.state.liveness?.outcome };
 * });
 * ```
 */
export function requireLiveness(options: LivenessOptions = {}): Middleware {
  const guard = createGuard<Context, [ctx: Context]>(options, processHost('requireLiveness'));
  const reading = resolveUploadOptions(guard.reading);

  async function mayPass(ctx: Context): Promise<boolean> {
    holdUntilAnswered(ctx.req, ctx.res);
    const read = () => readSelfie(ctx.req, reading, parsedUpload(ctx));
    const upload = { read, refuse: () => refuseUpload(ctx.req) };
    const result = await guard.check(ctx, upload, hangUpSignal(ctx.res));
    switch (result.kind) {
      case 'passed':
        publishPassed(ctx, result, reading.field);
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

function publishPassed(
  ctx: Context,
  { liveness, selfie, picture }: Extract<GateResult, { kind: 'passed' }>,
  fieldname: string,
): void {
  const file = new SelfieFile({ fieldname, ...filePartsOf(picture) });
  publish(ctx, { liveness, file, fields: selfie.fields });
}
