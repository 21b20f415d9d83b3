// One of the six hosts in a process of its own, made of the packages as they are built.
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import * as forExpress from '@didit-liveness/express';
import * as forKoa from '@didit-liveness/koa';
import { Liveness, LivenessGuard, LivenessModule } from '@didit-liveness/nestjs';
import { answerTo, tellReady } from './processes.mjs';

// The root of the repository has no Nest; the package for it has.
const requireOfNest = createRequire(new URL('../../packages/nestjs/package.json', import.meta.url));
const require = createRequire(import.meta.url);

const HOSTS = {
  'Express 4': (options) => startExpress(require('express4'), options),
  'Express 5': (options) => startExpress(require('express'), options),
  'Koa 2': (options) => startKoa(require('koa2'), options),
  'Koa 3': (options) => startKoa(require('koa').default ?? require('koa'), options),
  'Nest 12 on Express': (options) => startNest('@nestjs/platform-express', 'ExpressAdapter', options),
  'Nest 12 on Fastify': (options) => startNest('@nestjs/platform-fastify', 'FastifyAdapter', options),
};

const events = {};
let handled = 0;
const [name, emulatorUrl] = process.argv.slice(2);
const url = await HOSTS[name]({
  apiKey: 'soak-key',
  baseUrl: emulatorUrl,
  allowInsecure: true,
  onEvent: ({ type }) => (events[type] = (events[type] ?? 0) + 1),
});
answerTo('counts', () => ({ handled, events }));
tellReady({ url });

function startExpress(express, options) {
  const app = express();
  app.post('/signup', forExpress.requireLiveness(options), (request, response) => {
    handled += 1;
    response.status(201).json({ outcome: forExpress.getLiveness(request).outcome });
  });
  app.use(forExpress.livenessErrorHandler());
  return listen(app);
}

function startKoa(Koa, options) {
  const app = new Koa();
  // Koa prints what happens to connections, and this soak breaks thousands.
  app.silent = true;
  app.use(forKoa.livenessErrorHandler());
  app.use(forKoa.requireLiveness(options));
  app.use((ctx) => {
    handled += 1;
    ctx.status = 201;
    ctx.body = { outcome: forKoa.getLiveness(ctx).outcome };
  });
  return listen(app.callback());
}

async function startNest(platform, adapter, options) {
  const { Controller, Post } = requireOfNest('@nestjs/common');
  const { NestFactory } = requireOfNest('@nestjs/core');
  // oxlint-disable-next-line typescript/no-extraneous-class -- what a decorator would stand on
  class AppModule {}
  class SignupController {
    signup({ outcome }) {
      handled += 1;
      return { outcome };
    }
  }
  const { prototype } = SignupController;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'signup');
  // What a compiler makes of decorators.
  Liveness()(prototype, 'signup', 0);
  for (const decorator of [LivenessGuard(), Post('signup')]) decorator(prototype, 'signup', descriptor);
  Controller()(SignupController);
  const module = {
    module: AppModule,
    imports: [LivenessModule.forRoot(options)],
    controllers: [SignupController],
  };
  const { [adapter]: Adapter } = requireOfNest(platform);
  const app = await NestFactory.create(module, new Adapter(), { logger: false, abortOnError: false });
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}

async function listen(listener) {
  const server = createServer(listener);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${server.address().port}`;
}
