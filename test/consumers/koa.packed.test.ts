import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { read } from '../repo/source.js';
import { createProject, runNode, TSC, useTarballs } from './tarballs.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SAMPLES = join(ROOT, 'examples/express-signup/samples');
const PACKAGES = ['core', 'upload', 'koa', 'emulator'];

/** Two signups that pass, one of them after koa-body, and one that does not, with whatever `koa` is installed. */
const PROGRAM = `
const { readFileSync } = process.getBuiltinModule('node:fs');

async function main() {
  const emulator = await createEmulator();
  const guard = requireLiveness({ apiKey: 'key', baseUrl: emulator.url, allowInsecure: true, threshold: 80 });
  await serve([guard], ['approved.png', 'spoof.jpg']);
  await serve([koaBody({ multipart: true }), guard], ['approved.webp']);
  await emulator.close();
}

async function serve(middleware, files) {
  const app = new Koa();
  app.use(livenessErrorHandler());
  for (const one of middleware) app.use(one);
  app.use((ctx) => {
    ctx.status = 201;
    ctx.body = { outcome: ctx.state.liveness.outcome, same: ctx.file === getSelfie(ctx), size: ctx.file.buffer.length };
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  for (const file of files) {
    const picture = readFileSync(${JSON.stringify(SAMPLES)} + '/' + file);
    const form = new FormData();
    form.set('selfie', new Blob([picture]), 'selfie');
    const response = await fetch('http://127.0.0.1:' + server.address().port + '/signup', { method: 'POST', body: form });
    const { code, outcome, same, size } = await response.json();
    console.log(response.status, code ?? outcome, same === true && size === picture.length);
  }
  server.closeAllConnections();
  server.close();
}

main();
`;

const FILES = {
  'consumer.cjs': `
    const { createEmulator } = require('@didit-liveness/emulator');
    const { getSelfie, livenessErrorHandler, requireLiveness } = require('@didit-liveness/koa');
    const Koa = require('koa');
    const { koaBody } = require('koa-body');
    ${PROGRAM}`,
  'consumer.mjs': `
    import { createEmulator } from '@didit-liveness/emulator';
    import { getSelfie, livenessErrorHandler, requireLiveness } from '@didit-liveness/koa';
    import Koa from 'koa';
    import { koaBody } from 'koa-body';
    ${PROGRAM}`,
  'readme.mjs': /^```js\n([\s\S]*?)^```/m.exec(read('packages/koa/README.md'))?.[1] ?? '',
  'typed.mts': `
    import { getFields, getLiveness, getSelfie, livenessErrorHandler, requireLiveness } from '@didit-liveness/koa';
    import Router from '@koa/router';
    import Koa from 'koa';

    const app = new Koa<{ user: string }>();
    const router = new Router();
    app.use(livenessErrorHandler());
    const guard = requireLiveness({ apiKey: 'key', subject: (ctx) => ctx.path, onDeclined: ({ status }, ctx) => { ctx.status = status; } });
    router.post('/signup', guard, (ctx) => {
      const outcome: 'approved' | 'review' | 'skipped' | undefined = ctx.state.liveness?.outcome;
      // @ts-expect-error A result cannot be changed.
      getLiveness(ctx).outcome = 'approved';
      ctx.body = { outcome, size: getSelfie(ctx).size, email: getFields(ctx)['email'] };
    });
    app.use(router.routes()).use(guard).use((ctx) => {
      const user: string = ctx.state.user;
      ctx.body = { user, id: getLiveness(ctx).requestId };
    });
    // @ts-expect-error A tag on which Didit always declines cannot be relaxed.
    requireLiveness({ policy: { warnings: { LIVENESS_FACE_ATTACK: 'approve' } } });
    // @ts-expect-error There is no such option.
    requireLiveness({ treshold: 80 });`,
  'typed.cts': `
    import Koa = require('koa');
    import liveness = require('@didit-liveness/koa');
    const app = new Koa();
    app.use(liveness.requireLiveness({ apiKey: 'key' }));
    app.use((ctx) => {
      ctx.body = { score: ctx.state.liveness?.score, id: liveness.getLiveness(ctx).requestId };
    });`,
  'tsconfig.nodenext.json': JSON.stringify({
    compilerOptions: { strict: true, noEmit: true, module: 'NodeNext', skipLibCheck: false, types: ['node'] },
    include: ['typed.mts', 'typed.cts'],
  }),
};

const tarballs = useTarballs(PACKAGES);

describe.each([
  ['Koa 2', '^2.13.0', '^2.15.0'],
  ['Koa 3', '^3.0.0', '^3.0.0'],
])('a project with %s that installs the tarballs', (name, koa, types) => {
  const project = join(tarballs.folder, name.replace(' ', '-'));

  beforeAll(() => {
    const theirs = {
      koa,
      '@types/koa': types,
      '@koa/router': '^15.0.0',
      'koa-body': '^8.0.0',
      '@types/node': '^20.19.0',
    };
    createProject(project, { ...tarballs.dependencies(), ...theirs }, FILES);
  }, 120_000);

  it.each(['consumer.cjs', 'consumer.mjs'])('runs as %s', async (program) => {
    const { code, output } = await runNode(project, [program]);

    expect(output).toBe('201 approved true\n403 liveness-declined false\n201 approved true\n');
    expect(code).toBe(0);
  });

  it('D01 can run the program of the README, which asks for a key', async () => {
    const { code, output } = await runNode(project, ['readme.mjs']);

    expect(output).toContain('set the environment variable DIDIT_API_KEY');
    expect(code).toBe(1);
  });

  it('compiles as an ES module and as CommonJS', async () => {
    const { output } = await runNode(project, [TSC, '-p', 'tsconfig.nodenext.json']);

    expect(output).toBe('');
  });
});
