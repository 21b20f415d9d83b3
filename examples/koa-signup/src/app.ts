import { fileURLToPath } from 'node:url';
import type { LivenessGate } from '@didit-liveness/core';
import { getFields, getLiveness, livenessErrorHandler, requireLiveness } from '@didit-liveness/koa';
import { Router } from '@koa/router';
import { send } from '@koa/send';
import Koa, { type Context } from 'koa';
import { Accounts } from './accounts.js';

/** What the app is told by whoever starts it. */
export interface AppOptions {
  readonly gate: LivenessGate;
  /** Shown on the page, so that nobody takes a scripted answer for a real one. */
  readonly mode: 'emulator' | 'didit';
}

// The page and the sample pictures are those of the Express example.
const PUBLIC = fileURLToPath(new URL('../../express-signup/public', import.meta.url));
const SAMPLES = fileURLToPath(new URL('../../express-signup/samples', import.meta.url));

/** A signup that makes an account only for a live person. */
export function createApp({ gate, mode }: AppOptions): Koa {
  const accounts = new Accounts();
  const app = new Koa();
  app.use(async (ctx, next) => {
    ctx.set({ 'content-security-policy': "default-src 'self'", 'x-content-type-options': 'nosniff' });
    await next();
  });
  app.use(livenessErrorHandler());

  const router = new Router();
  router.get('/mode', (ctx) => {
    ctx.body = { mode };
  });
  router.get('/accounts', (ctx) => {
    ctx.body = { accounts: accounts.list() };
  });
  router.get('/samples/:file', async (ctx) => {
    await sendFile(ctx, SAMPLES, ctx.params['file'] ?? '');
  });

  router.post('/signup', requireLiveness({ gate, threshold: 80, validate: checkForm }), (ctx) => {
    const account = accounts.create(String(getFields(ctx)['email']));
    const { outcome, requestId, imageSha256, policyId } = getLiveness(ctx);
    ctx.status = 201;
    ctx.body = { account, liveness: { outcome, requestId, imageSha256, policyId } };
  });

  app.use(router.routes());
  app.use(async (ctx) => {
    if (ctx.method === 'GET' || ctx.method === 'HEAD') await sendFile(ctx, PUBLIC, ctx.path);
  });
  return app;
}

/** Sends a file, or leaves Koa to answer 404: the error for a missing file shows where it was looked for. */
async function sendFile(ctx: Context, root: string, path: string): Promise<void> {
  try {
    await send(ctx, path, { root, index: 'index.html' });
  } catch (error) {
    if (!(error instanceof Error && 'status' in error && error.status === 404)) throw error;
  }
}

/** Runs before the check is paid for: a form that cannot become an account costs nothing. */
function checkForm({ email }: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const isEmail = typeof email === 'string' && email.length <= 254 && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email);
  return isEmail ? {} : { email: 'Enter an e-mail address, for example ada@example.org.' };
}
