// A Nest 11 application in CommonJS and without a compiler. `nestjs11.test.ts` copies it into a project that has
// installed the tarballs, and runs it there in a thread of its own.
require('reflect-metadata');
const { createHash } = require('node:crypto');
const { port, ...settings } = require('node:worker_threads').workerData;
const { Body, Controller, Post, UploadedFile, UseInterceptors } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { ExpressAdapter, FileInterceptor } = require('@nestjs/platform-express');
const { FastifyAdapter } = require('@nestjs/platform-fastify');
const { Liveness, LivenessGuard, LivenessModule, Selfie } = require('@didit-liveness/nestjs');

const ADAPTERS = { Express: ExpressAdapter, Fastify: FastifyAdapter };

/** The same application as `packages/nestjs/test/support/contract-host.ts`, with an intercepted route besides. */
async function start({ platform, options, person }) {
  class SignupController {
    signup(liveness, selfie, fields) {
      port.postMessage({ handled: true });
      const { outcome, requestId, imageSha256, policyId } = liveness;
      const { buffer, size, mimetype, originalname } = selfie;
      const sha256 = createHash('sha256').update(buffer).digest('hex');
      return {
        liveness: { outcome, requestId, imageSha256, policyId },
        file: { sha256, size, mimetype, originalname },
        fields,
      };
    }

    intercepted(file, fields) {
      return { sha256: createHash('sha256').update(file.buffer).digest('hex'), fields };
    }
  }
  decorate(SignupController, 'signup', [Post('signup'), LivenessGuard()], [Liveness(), Selfie(), Body()]);
  if (platform === 'Express') {
    const decorators = [Post('intercepted'), LivenessGuard(), UseInterceptors(FileInterceptor('selfie'))];
    decorate(SignupController, 'intercepted', decorators, [UploadedFile(), Body()]);
  }
  Controller()(SignupController);

  // Functions do not cross threads: these do what those of the suite do.
  const validate = ({ email }) => (String(email).includes('@') ? {} : { email: 'Enter an e-mail address.' });
  const subject = () => person;
  const onEvent = (event) => port.postMessage({ event });

  const imports = [LivenessModule.forRoot({ ...options, validate, subject, onEvent })];
  // oxlint-disable-next-line typescript/no-extraneous-class -- what a decorator would stand on
  const AppModule = { module: class AppModule {}, imports, controllers: [SignupController] };

  const app = await NestFactory.create(AppModule, new ADAPTERS[platform](), { logger: false, abortOnError: false });
  await app.listen(0, '127.0.0.1');
  port.postMessage({ url: await app.getUrl(), version: require('@nestjs/core/package.json').version });
  port.once('message', async () => {
    app.getHttpServer().closeAllConnections();
    await app.close();
    port.close();
  });
}

/** What a compiler makes of decorators on a method and on its parameters. */
function decorate(controller, method, decorators, parameters) {
  const { prototype } = controller;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, method);
  parameters.forEach((parameter, index) => parameter(prototype, method, index));
  for (const decorator of decorators.reverse()) decorator(prototype, method, descriptor);
}

void start(settings);
