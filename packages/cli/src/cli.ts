#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { systemClock } from '@didit-liveness/core';
import { EXIT_CODES } from './exit-codes.js';
import { describeFailure } from './failure.js';
import { runCli } from './run.js';
import { foreign } from './terminal/foreign.js';
import type { World } from './world.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

// The name of the version is the package's own, wherever it is installed.
const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

const world: World = {
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  clock: systemClock,
  version: manifest.version,
  onSignal(callback) {
    for (const signal of SIGNALS) process.on(signal, callback);
    return () => {
      for (const signal of SIGNALS) process.off(signal, callback);
    };
  },
  exit: (code) => process.exit(code),
};

// Until the result is known nothing may look like "approved" (0), nor may a crash of Node look like "declined" (1).
process.exitCode = EXIT_CODES.defect;
process.on('uncaughtException', (error) => {
  process.stderr.write(`error: ${foreign(describeFailure(error).message)}\n`);
  process.exit(EXIT_CODES.defect);
});

// Whoever reads the result may leave early, as `head` does: the exit code still tells it. Notes are best effort.
let isResultLost = false;
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') return;
  isResultLost = true;
  process.exitCode = EXIT_CODES.defect;
});
process.stderr.on('error', () => undefined);

const exitCode = await runCli(process.argv.slice(2), world);
process.exitCode = isResultLost ? EXIT_CODES.defect : exitCode;
