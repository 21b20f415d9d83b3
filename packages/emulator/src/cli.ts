#!/usr/bin/env node
import { runCommand } from './command.js';

const output = {
  info: (line: string) => process.stdout.write(`${line}\n`),
  error: (line: string) => process.stderr.write(`${line}\n`),
};

async function main(): Promise<void> {
  // Listening first: a signal may come as soon as the word "ready" is out.
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  const result = await runCommand(process.argv.slice(2), output);
  if (result.kind === 'done') {
    process.exitCode = result.exitCode;
    return;
  }
  await stopped;
  // With the server closed nothing keeps the process, so it ends by itself with code 0.
  await result.emulator.close();
}

void main();
