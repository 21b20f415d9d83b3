import {
  createLivenessGate,
  DiditClient,
  getLiveness,
  getStepUp,
  livenessErrorHandler,
  requireLiveness,
  requireStepUp,
} from '@didit-liveness/express';
import express5 from 'express';
import express4 from 'express4';
import { startExpress } from './express.host.js';
import { describeBuffered } from './buffered.contract.js';
import { describeGuard } from './guard.contract.js';
import { describeIdentity, type IdentityHost, type IdentityOptions } from './identity.contract.js';
import { listen } from './listening.js';
import { describeMulter } from './multer.contract.js';
import { describeResilience, type ResilienceHost, type ResilienceOptions } from './resilience.contract.js';

describeGuard('Express 4', (options) => startExpress(express4, options));
describeGuard('Express 5', (options) => startExpress(express5, options));
describeBuffered('Express 4', (options) => startExpress(express4, options));
describeMulter('Express 4', (options) => startExpress(express4, options));
describeBuffered('Express 5', (options) => startExpress(express5, options));
describeMulter('Express 5', (options) => startExpress(express5, options));
describeIdentity('Express 4', (options, referenceOf) => startIdentity(express4, options, referenceOf));
describeIdentity('Express 5', (options, referenceOf) => startIdentity(express5, options, referenceOf));
describeResilience('Express 4', (options) => startResilience(express4, options));
describeResilience('Express 5', (options) => startResilience(express5, options));

async function startResilience(
  express: typeof express5,
  { onEvent, ...options }: ResilienceOptions,
): Promise<ResilienceHost> {
  let handled = 0;
  const gate = createLivenessGate({ client: new DiditClient(options), onEvent });
  const subject = (request: express5.Request) => request.get('x-user');
  const handler = (request: express5.Request, response: express5.Response) => {
    handled += 1;
    response.status(201).json({ outcome: getLiveness(request).outcome });
  };
  const app = express();
  app.post('/closed', requireLiveness({ gate, subject }), handler);
  app.post('/open', requireLiveness({ gate, subject, dangerouslyAllowWhenUnavailable: true }), handler);
  app.use(livenessErrorHandler());
  return { ...(await listen(app, () => handled)), drain: () => gate.drain(1_000) };
}

/** One gate for all routes. */
async function startIdentity(
  express: typeof express5,
  { apiKey, baseUrl, allowInsecure, timeoutMs, circuitBreaker, ...options }: IdentityOptions,
  referenceOf: (user: string | undefined) => Uint8Array | undefined,
): Promise<IdentityHost> {
  let handled = 0;
  const client = new DiditClient({ apiKey, baseUrl, allowInsecure, timeoutMs, circuitBreaker });
  const gate = createLivenessGate({ client, ...options });
  const subject = (request: express5.Request) => request.get('x-user');
  const match = { referenceImage: (request: express5.Request) => referenceOf(request.get('x-user')) };
  const app = express();
  app.use((_request, response, next) => {
    response.status(201).once('finish', () => (handled += response.statusCode === 201 ? 1 : 0));
    next();
  });
  app.post('/match', requireLiveness({ gate, match }), (request, response) => {
    response.json({ faceMatch: getLiveness(request).faceMatch });
  });
  app.post('/doubt', requireLiveness({ gate, subject, onReview: 'step-up' }), (request, response) => {
    response.json({ outcome: getLiveness(request).outcome });
  });
  app.get('/return', requireStepUp({ gate, subject }), (request, response) => {
    const { outcome, sessionId } = getStepUp(request);
    response.json({ outcome, sessionId });
  });
  app.use(livenessErrorHandler());
  return listen(app, () => handled);
}
