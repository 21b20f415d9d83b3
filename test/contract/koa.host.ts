import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import {
  getLiveness,
  getSelfie,
  type LivenessOptions,
  livenessErrorHandler,
  requireLiveness,
} from '@didit-liveness/koa';
import type Koa3 from 'koa';
import { watch } from '../support/canary.js';
import { type ListeningHost, listen } from './listening.js';

// An alias in package.json, which the types of Koa know nothing of.
export const Koa2 = createRequire(import.meta.url)('koa2') as typeof Koa3;

/**
 * A Koa application, guarded with these options; it counts how often what is behind the guard ran.
 *
 * @param onError - sees what is thrown, as a logger would
 */
export async function startKoa(
  Koa: typeof Koa3,
  options: LivenessOptions,
  onError?: (error: unknown) => void,
): Promise<ListeningHost> {
  let handled = 0;
  const handle = createKoa(Koa, options, { onHandled: () => (handled += 1), onError }).callback();
  return listen(
    (request, response) => void handle(request, response),
    () => handled,
  );
}

/** What is told of the requests. */
interface Listeners {
  readonly onHandled: () => void;
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** The application alone, for other servers than the one of `node:http`. */
export function createKoa(Koa: typeof Koa3, options: LivenessOptions, { onHandled, onError }: Listeners): Koa3 {
  const app = new Koa();
  // Koa prints what happens to connections, and the tests break many.
  app.silent = true;
  app.use(livenessErrorHandler());
  app.use(async (_ctx, next) => {
    try {
      await next();
    } catch (error) {
      watch('an error handler', error);
      onError?.(error);
      throw error;
    }
  });
  app.use(requireLiveness(options));
  app.use((ctx) => {
    onHandled();
    const { outcome, requestId, imageSha256, policyId } = getLiveness(ctx);
    const { buffer, size, mimetype, originalname } = getSelfie(ctx);
    const sha256 = createHash('sha256').update(buffer).digest('hex');
    ctx.status = 201;
    ctx.body = {
      liveness: { outcome, requestId, imageSha256, policyId },
      file: { sha256, size, mimetype, originalname },
      fields: (ctx.request as { readonly body?: unknown }).body,
    };
  });
  return app;
}
