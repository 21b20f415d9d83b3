import { fileURLToPath } from 'node:url';
import type { LivenessGate } from '@didit-liveness/core';
import { getLiveness, livenessErrorHandler, requireLiveness } from '@didit-liveness/express';
import express, { type Express } from 'express';
import { Accounts } from './accounts.js';

/** What the app is told by whoever starts it. */
export interface AppOptions {
  readonly gate: LivenessGate;
  /** Shown on the page, so that nobody takes a scripted answer for a real one. */
  readonly mode: 'emulator' | 'didit';
}

const PUBLIC = fileURLToPath(new URL('../public', import.meta.url));
const SAMPLES = fileURLToPath(new URL('../samples', import.meta.url));

/** A signup that makes an account only for a live person. */
export function createApp({ gate, mode }: AppOptions): Express {
  const accounts = new Accounts();
  const app = express();
  app.disable('x-powered-by');
  app.use((_request, response, next) => {
    response.set({ 'content-security-policy': "default-src 'self'", 'x-content-type-options': 'nosniff' });
    next();
  });

  app.use(express.static(PUBLIC));
  app.use('/samples', express.static(SAMPLES, { extensions: false }));
  app.get('/mode', (_request, response) => {
    response.json({ mode });
  });
  app.get('/accounts', (_request, response) => {
    response.json({ accounts: accounts.list() });
  });

  app.post('/signup', requireLiveness({ gate, threshold: 80, validate: checkForm }), (request, response) => {
    const account = accounts.create(request.body.email);
    const { outcome, requestId, imageSha256, policyId } = getLiveness(request);
    response.status(201).json({ account, liveness: { outcome, requestId, imageSha256, policyId } });
  });

  app.use(livenessErrorHandler());
  return app;
}

/** Runs before the check is paid for: a form that cannot become an account costs nothing. */
function checkForm({ email }: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const isEmail = typeof email === 'string' && email.length <= 254 && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email);
  return isEmail ? {} : { email: 'Enter an e-mail address, for example ada@example.org.' };
}
