import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createProject, runNode, TSC, useTarballs } from './tarballs.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SAMPLES = join(ROOT, 'examples/express-signup/samples');
const PACKAGES = ['core', 'upload', 'express', 'emulator'];

/** One signup that passes and one that does not, over HTTP, with whatever `express` is installed. */
const PROGRAM = `
const { readFileSync } = process.getBuiltinModule('node:fs');

async function main() {
  const emulator = await createEmulator();
  const app = express();
  const guard = requireLiveness({ apiKey: 'key', baseUrl: emulator.url, allowInsecure: true, threshold: 80 });
  app.post('/signup', guard, (req, res) => res.status(201).json({ outcome: req.liveness.outcome, size: req.file.buffer.length }));
  app.use(livenessErrorHandler());
  const server = app.listen(0, '127.0.0.1', async () => {
    for (const file of ['approved.png', 'spoof.jpg']) {
      const form = new FormData();
      form.set('selfie', new Blob([readFileSync(${JSON.stringify(SAMPLES)} + '/' + file)]), 'selfie');
      const response = await fetch('http://127.0.0.1:' + server.address().port + '/signup', { method: 'POST', body: form });
      const { outcome, code } = await response.json();
      console.log(response.status, outcome ?? code);
    }
    try {
      definePolicy({ score: { declineAtOrBelow: 101 } });
    } catch (error) {
      console.log(isDiditLivenessError(error), error.code);
    }
    server.closeAllConnections();
    server.close();
    await emulator.close();
  });
}

main();
`;

const FILES = {
  'consumer.cjs': `
    const { definePolicy, isDiditLivenessError } = require('@didit-liveness/core');
    const { createEmulator } = require('@didit-liveness/emulator');
    const { livenessErrorHandler, requireLiveness } = require('@didit-liveness/express');
    const express = require('express');
    ${PROGRAM}`,
  'consumer.mjs': `
    import { definePolicy, isDiditLivenessError } from '@didit-liveness/core';
    import { createEmulator } from '@didit-liveness/emulator';
    import { livenessErrorHandler, requireLiveness } from '@didit-liveness/express';
    import express from 'express';
    ${PROGRAM}`,
  'mixed.mjs': `
    import { createRequire } from 'node:module';
    import { readFileSync } from 'node:fs';
    import { createEmulator } from '@didit-liveness/emulator';
    import * as esm from '@didit-liveness/express';
    import express from 'express';
    const cjs = createRequire(import.meta.url)('@didit-liveness/express');
    const emulator = await createEmulator();
    const options = { apiKey: 'key', baseUrl: emulator.url, allowInsecure: true };
    const app = express();
    app.use(esm.requireLiveness(options));
    app.post('/signup', cjs.requireLiveness(options), (req, res) => {
      res.json({ same: cjs.getLiveness(req).requestId === esm.getLiveness(req).requestId });
    });
    app.use(cjs.livenessErrorHandler());
    const server = app.listen(0, '127.0.0.1', async () => {
      const form = new FormData();
      form.set('selfie', new Blob([readFileSync(${JSON.stringify(SAMPLES)} + '/approved.png')]), 'selfie');
      const response = await fetch('http://127.0.0.1:' + server.address().port + '/signup', { method: 'POST', body: form });
      console.log(response.status, JSON.stringify(await response.json()), emulator.calls().length);
      server.closeAllConnections();
      server.close();
      await emulator.close();
    });`,
  'typed.mts': `
    import { getSelfie, livenessErrorHandler, requireLiveness } from '@didit-liveness/express';
    import express from 'express';
    const app = express();
    app.post('/signup', requireLiveness({ apiKey: 'key', validate: (fields, req) => ({ a: req.path + fields['a'] }) }), (req, res) => {
      const outcome: 'approved' | 'review' | 'skipped' | undefined = req.liveness?.outcome;
      // @ts-expect-error A result cannot be changed.
      req.liveness.outcome = 'approved';
      res.json({ outcome, size: getSelfie(req).size });
    });
    // @ts-expect-error A tag on which Didit always declines cannot be relaxed.
    requireLiveness({ policy: { warnings: { LIVENESS_FACE_ATTACK: 'approve' } } });
    // @ts-expect-error There is no such option.
    requireLiveness({ treshold: 80 });
    app.use(livenessErrorHandler());`,
  'typed.cts': `
    import express = require('express');
    import liveness = require('@didit-liveness/express');
    const app = express();
    app.post('/signup', liveness.requireLiveness({ apiKey: 'key' }), (req, res) => res.json(liveness.getLiveness(req)));`,
  'tsconfig.nodenext.json': JSON.stringify({
    compilerOptions: { strict: true, noEmit: true, module: 'NodeNext', skipLibCheck: false, types: ['node'] },
    include: ['typed.mts', 'typed.cts'],
  }),
};

const tarballs = useTarballs(PACKAGES);

describe.each([
  ['Express 4', '^4.18.0', '^4.17.0'],
  ['Express 5', '^5.0.0', '^5.0.0'],
])('a project with %s that installs the tarballs', (name, express, types) => {
  const project = join(tarballs.folder, name.replace(' ', '-'));

  beforeAll(() => {
    createProject(
      project,
      { ...tarballs.dependencies(), express, '@types/express': types, '@types/node': '^20.19.0' },
      FILES,
    );
  }, 120_000);

  it.each(['consumer.cjs', 'consumer.mjs'])('runs as %s', async (program) => {
    const { code, output } = await runNode(project, [program]);

    expect(output).toBe('201 approved\n403 liveness-declined\ntrue invalid-option\n');
    expect(code).toBe(0);
  });

  it('F09 E20 pays once where one request meets the ES module and the CommonJS build', async () => {
    const { output } = await runNode(project, ['mixed.mjs']);

    expect(output).toBe('200 {"same":true} 1\n');
  });

  it('compiles as an ES module and as CommonJS', async () => {
    const { output } = await runNode(project, [TSC, '-p', 'tsconfig.nodenext.json']);

    expect(output).toBe('');
  });

  it('has the command of the emulator', async () => {
    const { code, output } = await runNode(project, ['node_modules/.bin/didit-emulator', '--help']);

    expect(code).toBe(0);
    expect(output).toContain('--port');
  });
});
