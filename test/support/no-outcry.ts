import { runInThisContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';

// Runs in every test file (F03): a test fails when something reaches the process that nobody caught, or when an emitter
// collects listeners. Jest itself looks for the first two only while a test runs.

// The process itself: the one that tests see is a copy, on which nothing is ever emitted.
const realProcess = runInThisContext('process') as NodeJS.Process;
const outcries: unknown[] = [];

function cry(reason: unknown): void {
  outcries.push(reason);
}

function cryOverLeak(warning: Error): void {
  if (warning.name === 'MaxListenersExceededWarning') outcries.push(warning);
}

function expectSilence(): void {
  expect(outcries.splice(0)).toEqual([]);
}

beforeAll(() => {
  realProcess.on('uncaughtException', cry).on('unhandledRejection', cry).on('warning', cryOverLeak);
});
afterEach(expectSilence);
afterAll(async () => {
  // Node tells of rejections and warnings a turn later.
  await new Promise((resolve) => setImmediate(resolve));
  realProcess.off('uncaughtException', cry).off('unhandledRejection', cry).off('warning', cryOverLeak);
  expectSilence();
});
