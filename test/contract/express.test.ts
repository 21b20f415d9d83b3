import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import {
  createLivenessGate,
  DiditClient,
  getLiveness,
  getSelfie,
  getStepUp,
  livenessErrorHandler,
  requireLiveness,
  requireStepUp,
} from '@didit-liveness/express';
import express5 from 'express';
import express4 from 'express4';
import { describeGuard, type Host, type HostOptions } from './guard.contract.js';
import { describeIdentity, type IdentityHost, type IdentityOptions } from './identity.contract.js';

describeGuard('Express 4', (options) => startExpress(express4, options));
describeGuard('Express 5', (options) => startExpress(express5, options));
describeIdentity('Express 4', (options, referenceOf) => startIdentity(express4, options, referenceOf));
describeIdentity('Express 5', (options, referenceOf) => startIdentity(express5, options, referenceOf));

async function startExpress(express: typeof express5, options: HostOptions): Promise<Host> {
  let handled = 0;
  const app = express();
  app.post('/signup', requireLiveness(options), (request, response) => {
    handled += 1;
    const { outcome, requestId, imageSha256, policyId } = getLiveness(request);
    const { buffer, size, mimetype, originalname } = getSelfie(request);
    const sha256 = createHash('sha256').update(buffer).digest('hex');
    response.status(201).json({
      liveness: { outcome, requestId, imageSha256, policyId },
      file: { sha256, size, mimetype, originalname },
      fields: request.body,
    });
  });
  app.use(livenessErrorHandler());

  return listen(app, () => handled);
}

/** One gate for all routes. */
async function startIdentity(
  express: typeof express5,
  { apiKey, baseUrl, allowInsecure, timeoutMs, ...options }: IdentityOptions,
  referenceOf: (user: string | undefined) => Uint8Array | undefined,
): Promise<IdentityHost> {
  let handled = 0;
  const client = new DiditClient({ apiKey, baseUrl, allowInsecure, timeoutMs });
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

async function listen(app: ReturnType<typeof express5>, handled: () => number): Promise<Host> {
  const server = createServer(app);
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
