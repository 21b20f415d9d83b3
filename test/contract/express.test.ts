import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import { getLiveness, getSelfie, livenessErrorHandler, requireLiveness } from '@didit-liveness/express';
import express5 from 'express';
import express4 from 'express4';
import { describeGuard, type Host, type HostOptions } from './guard.contract.js';

describeGuard('Express 4', (options) => startExpress(express4, options));
describeGuard('Express 5', (options) => startExpress(express5, options));

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

  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    handled: () => handled,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
