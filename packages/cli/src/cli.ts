#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { systemClock } from '@didit-liveness/core';
import { runCli } from './run.js';
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

// Whoever reads the output may leave early, as `head` does; that is no defect.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 70);
});

process.exitCode = await runCli(process.argv.slice(2), world);
