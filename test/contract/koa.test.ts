import {
  createLivenessGate,
  DiditClient,
  getLiveness,
  getStepUp,
  livenessErrorHandler,
  requireLiveness,
  requireStepUp,
} from '@didit-liveness/koa';
import Koa3 from 'koa';
import { describeBuffered } from './buffered.contract.js';
import { describeGuard } from './guard.contract.js';
import { describeIdentity, type IdentityHost, type IdentityOptions } from './identity.contract.js';
import { Koa2, startKoa } from './koa.host.js';
import { listen } from './listening.js';
import { describeMulter } from './multer.contract.js';
import { describeResilience, type ResilienceHost, type ResilienceOptions } from './resilience.contract.js';

describeGuard('Koa 2', (options) => startKoa(Koa2, options));
describeGuard('Koa 3', (options) => startKoa(Koa3, options));
describeBuffered('Koa 2', (options) => startKoa(Koa2, options));
describeMulter('Koa 2', (options) => startKoa(Koa2, options));
describeBuffered('Koa 3', (options) => startKoa(Koa3, options));
describeMulter('Koa 3', (options) => startKoa(Koa3, options));
describeIdentity('Koa 2', (options, referenceOf) => startIdentity(Koa2, options, referenceOf));
describeIdentity('Koa 3', (options, referenceOf) => startIdentity(Koa3, options, referenceOf));
describeResilience('Koa 2', (options) => startResilience(Koa2, options));
describeResilience('Koa 3', (options) => startResilience(Koa3, options));

async function startResilience(Koa: typeof Koa3, { onEvent, ...options }: ResilienceOptions): Promise<ResilienceHost> {
  let handled = 0;
  const gate = createLivenessGate({ client: new DiditClient(options), onEvent });
  const subject = (ctx: Koa3.Context) => ctx.get('x-user');
  const closed = requireLiveness({ gate, subject });
  const open = requireLiveness({ gate, subject, dangerouslyAllowWhenUnavailable: true });
  const app = new Koa();
  app.use(livenessErrorHandler());
  app.use((ctx, next) => (ctx.path === '/open' ? open : closed)(ctx, next));
  app.use((ctx) => {
    handled += 1;
    ctx.status = 201;
    ctx.body = { outcome: getLiveness(ctx).outcome };
  });
  const handle = app.callback();
  const host = await listen(
    (request, response) => void handle(request, response),
    () => handled,
  );
  return { ...host, drain: () => gate.drain(1_000) };
}

/** One gate for all routes. */
async function startIdentity(
  Koa: typeof Koa3,
  { apiKey, baseUrl, allowInsecure, timeoutMs, circuitBreaker, ...options }: IdentityOptions,
  referenceOf: (user: string | undefined) => Uint8Array | undefined,
): Promise<IdentityHost> {
  let handled = 0;
  const client = new DiditClient({ apiKey, baseUrl, allowInsecure, timeoutMs, circuitBreaker });
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
  const handle = app.callback();
  return listen(
    (request, response) => void handle(request, response),
    () => handled,
  );
}
