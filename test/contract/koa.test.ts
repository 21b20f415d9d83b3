import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import {
  createLivenessGate,
  DiditClient,
  getLiveness,
  getSelfie,
  getStepUp,
  livenessErrorHandler,
  requireLiveness,
  requireStepUp,
} from '@didit-liveness/koa';
import Koa3 from 'koa';
import { describeGuard, type Host, type HostOptions } from './guard.contract.js';
import { describeIdentity, type IdentityHost, type IdentityOptions } from './identity.contract.js';

// An alias in package.json, which the types of Koa know nothing of.
const Koa2 = createRequire(import.meta.url)('koa2') as typeof Koa3;

describeGuard('Koa 2', (options) => startKoa(Koa2, options));
describeGuard('Koa 3', (options) => startKoa(Koa3, options));
describeIdentity('Koa 2', (options, referenceOf) => startIdentity(Koa2, options, referenceOf));
describeIdentity('Koa 3', (options, referenceOf) => startIdentity(Koa3, options, referenceOf));

async function startKoa(Koa: typeof Koa3, options: HostOptions): Promise<Host> {
  let handled = 0;
  const app = new Koa();
  app.use(livenessErrorHandler());
  app.use(requireLiveness(options));
  app.use((ctx) => {
    handled += 1;
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

  return listen(app, () => handled);
}

/** One gate for all routes. */
async function startIdentity(
  Koa: typeof Koa3,
  { apiKey, baseUrl, allowInsecure, timeoutMs, ...options }: IdentityOptions,
  referenceOf: (user: string | undefined) => Uint8Array | undefined,
): Promise<IdentityHost> {
  let handled = 0;
  const client = new DiditClient({ apiKey, baseUrl, allowInsecure, timeoutMs });
  const gate = createLivenessGate({ client, ...options });
  const subject = (ctx: Koa3.Context) => ctx.get('x-user');
  const answer = (ctx: Koa3.Context, body: object) => {
    handled += 1;
    ctx.status = 201;
    ctx.body = body;
  };
  const routes: Readonly<Record<string, readonly [Koa3.Middleware, (ctx: Koa3.Context) => object]>> = {
    '/match': [
      requireLiveness({ gate, match: { referenceImage: (ctx) => referenceOf(ctx.get('x-user')) } }),
      (ctx) => ({ faceMatch: getLiveness(ctx).faceMatch }),
    ],
    '/doubt': [
      requireLiveness({ gate, subject, onReview: 'step-up' }),
      (ctx) => ({ outcome: getLiveness(ctx).outcome }),
    ],
    '/return': [
      requireStepUp({ gate, subject }),
      (ctx) => {
        const { outcome, sessionId } = getStepUp(ctx);
        return { outcome, sessionId };
      },
    ],
  };
  const app = new Koa();
  // The broken picture of a test is an error of the application, which Koa would print.
  app.silent = true;
  app.use(livenessErrorHandler());
  app.use(async (ctx) => {
    const [guard, handler] = routes[ctx.path] ?? [];
    if (guard && handler) await guard(ctx, async () => answer(ctx, handler(ctx)));
  });
  return listen(app, () => handled);
}

async function listen(app: Koa3, handled: () => number): Promise<Host> {
  const handle = app.callback();
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    handled,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
