// Runs in front of every test file: what the file prints, warns of or leaves uncaught must show no mark.
import { runInThisContext } from 'node:vm';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { capture, takeFound, watch } from './canary.js';

// The process itself: the one that tests see is a copy, on which nothing is ever emitted.
const realProcess = runInThisContext('process') as NodeJS.Process;
const LISTENERS = [
  ['warning', (warning: unknown) => watch('a warning of the process', warning)],
  ['unhandledRejection', (reason: unknown) => watch('an unhandled rejection', reason)],
  ['uncaughtExceptionMonitor', (error: unknown) => watch('an uncaught exception', error)],
] as const;

let release = (): void => undefined;

beforeAll(() => {
  const { stdout, stderr } = realProcess;
  release = capture({ 'standard output': stdout, 'standard error': stderr }, console);
  for (const [event, listener] of LISTENERS) realProcess.on(event, listener);
});

afterEach(expectNoMarks);

afterAll(() => {
  release();
  for (const [event, listener] of LISTENERS) realProcess.off(event, listener);
  expectNoMarks();
});

function expectNoMarks(): void {
  const found = takeFound();
  // Without the text itself: a report must not be the next place that shows it.
  if (found.length > 0) throw new Error(`What must stay secret was shown: ${found.join('; ')}`);
}
