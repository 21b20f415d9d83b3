import { join } from 'node:path';
import { definePolicy, DiditClient, systemClock } from '@didit-liveness/core';
import type { Emulator } from '@didit-liveness/emulator';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Journal } from '../src/batch/journal.js';
import type { PictureOutcome } from '../src/batch/outcome.js';
import { toQuestion } from '../src/batch/question.js';
import { BatchRunner } from '../src/batch/runner.js';
import { createTokenBucket } from '../src/batch/token-bucket.js';
import { KEY, startEmulator, temporaryFolder } from './support/cli.js';
import { writePictures } from './support/pictures.js';

let emulator: Emulator;
let client: DiditClient;
let journal: Journal;
let files: readonly string[];

beforeEach(async () => {
  emulator = await startEmulator();
  client = new DiditClient({ apiKey: KEY, baseUrl: emulator.url, allowInsecure: true });
  const folder = temporaryFolder();
  journal = new Journal(join(folder, 'results.jsonl'));
  files = writePictures(folder, 20);
});

afterEach(async () => {
  journal.close();
  await client.close();
});

function makeRunner(onOutcome: (outcome: PictureOutcome) => void): BatchRunner {
  const policy = definePolicy();
  const { origin, isSandbox } = client;
  return new BatchRunner({
    files,
    client,
    journal,
    policy,
    question: toQuestion({ policy, origin, isSandbox, rotate: false, save: false }),
    bucket: createTokenBucket(1_000, systemClock),
    clock: systemClock,
    stdin: process.stdin,
    concurrency: 2,
    retryUnknown: false,
    onOutcome,
  });
}

it('pays for nothing more once this program has a defect, and shows it', async () => {
  let outcomes = 0;
  const runner = makeRunner(() => {
    outcomes += 1;
    if (outcomes === 1) throw new Error('a defect');
  });

  await expect(runner.run()).rejects.toThrow('a defect');
  expect(emulator.calls().length).toBeLessThanOrEqual(2);
});

it('sends nothing that the record does not take, and says how to go on', async () => {
  journal.close();

  const { outcomes, stop, paidCalls } = await makeRunner(() => undefined).run();

  expect(stop).toMatchObject({ kind: 'record', advice: expect.stringContaining('go on with the same record') });
  expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['not-started']));
  expect(paidCalls).toBe(0);
  expect(emulator.calls()).toEqual([]);
});
