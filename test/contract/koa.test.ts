import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { getLiveness, getSelfie, livenessErrorHandler, requireLiveness } from '@didit-liveness/koa';
import Koa3 from 'koa';
import { describeGuard, type Host, type HostOptions } from './guard.contract.js';

// An alias in package.json, which the types of Koa know nothing of.
const Koa2 = createRequire(import.meta.url)('koa2') as typeof Koa3;

describeGuard('Koa 2', (options) => startKoa(Koa2, options));
describeGuard('Koa 3', (options) => startKoa(Koa3, options));

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

  const handle = app.callback();
  const server = createServer((request, response) => void handle(request, response));
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
