import { PassThrough } from 'node:stream';
import { systemClock } from '@didit-liveness/core';
import { expect, it } from '@jest/globals';
import { join } from 'node:path';
import { runCli } from '../src/run.js';
import type { World } from '../src/world.js';
import { envFor, startEmulator, temporaryFolder } from './support/cli.js';
import { writePictures } from './support/pictures.js';

const WRAP_ON = '\u001B[?7h';
const WRAP_OFF = '\u001B[?7l';

it('leaves a terminal that wraps lines when a second Ctrl-C ends the batch at once', async () => {
  const emulator = await startEmulator();
  const folder = temporaryFolder();
  writePictures(folder, 1);
  emulator.next('hang');
  const screen = Object.assign(new PassThrough(), { isTTY: true, cursorTo: () => true, clearLine: () => true });
  let shown = '';
  screen.on('data', (text: Buffer) => {
    shown += text.toString();
  });
  const interrupts: (() => void)[] = [];
  const world: World = {
    env: envFor(emulator),
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: screen,
    clock: systemClock,
    version: '0.0.0',
    onSignal(callback) {
      interrupts.push(() => callback('SIGINT'));
      return () => undefined;
    },
    exit(code) {
      throw new Error(`exit ${code}`);
    },
  };

  const running = runCli(['batch', folder, '--out', join(folder, 'results.jsonl')], world);
  while (emulator.calls().length === 0) await new Promise((resolve) => setImmediate(resolve));
  const [interrupt] = interrupts;
  interrupt?.();

  expect(interrupt).toThrow('exit 130');
  expect(shown.lastIndexOf(WRAP_OFF)).toBeGreaterThanOrEqual(0);
  expect(shown.lastIndexOf(WRAP_ON)).toBeGreaterThan(shown.lastIndexOf(WRAP_OFF));
  await emulator.close();
  await running;
});
