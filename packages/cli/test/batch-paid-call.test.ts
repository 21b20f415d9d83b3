import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { definePolicy, DiditClient } from '@didit-liveness/core';
import type { Emulator } from '@didit-liveness/emulator';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Journal } from '../src/batch/journal.js';
import { PaidCalls } from '../src/batch/paid-call.js';
import { toQuestion } from '../src/batch/question.js';
import { createTokenBucket } from '../src/batch/token-bucket.js';
import { KEY, serve, startEmulator, temporaryFolder } from './support/cli.js';
import { jumpingClock } from './support/jumping-clock.js';
import { pictureWith } from './support/pictures.js';

const never = new AbortController().signal;
const bytes = pictureWith('anything');
const PICTURE = {
  file: 'selfie.jpg',
  sha256: createHash('sha256').update(bytes).digest('hex'),
  size: bytes.length,
  chunks: [bytes],
};

let emulator: Emulator;
let client: DiditClient;
let path: string;

beforeEach(async () => {
  emulator = await startEmulator();
  client = new DiditClient({ apiKey: KEY, baseUrl: emulator.url, allowInsecure: true });
  path = join(temporaryFolder(), 'results.jsonl');
});

afterEach(() => client.close());

function makeCalls() {
  const clock = jumpingClock();
  const policy = definePolicy();
  const { origin, isSandbox } = client;
  const question = toQuestion({ policy, origin, isSandbox, rotate: false, save: false });
  const journal = new Journal(path);
  const calls = new PaidCalls({ client, journal, policy, question, clock, bucket: createTokenBucket(1_000, clock) });
  const types = () =>
    readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
  return { calls, clock, journal, types };
}

describe('PaidCalls', () => {
  it('waits as long as Didit wants when it was too much, and asks again', async () => {
    emulator.next('429');
    const { calls, clock, journal, types } = makeCalls();

    const outcome = await calls.ask(PICTURE, never);
    journal.close();

    expect(outcome).toMatchObject({ kind: 'answered', isNew: true });
    expect(clock.now()).toBeGreaterThanOrEqual(29_999);
    expect(types()).toEqual(['started', 'failed', 'started', 'finished']);
    expect(calls.paid).toBe(1);
  });

  it('gives up when it is too much again and again, with nothing paid', async () => {
    emulator.next('429', 100);
    const { calls, journal } = makeCalls();

    const outcome = await calls.ask(PICTURE, never);
    journal.close();

    expect(outcome).toMatchObject({ kind: 'failed', entry: { code: 'too-many-requests', billed: 'no' } });
    expect(emulator.calls()).toHaveLength(6);
    expect([calls.paid, calls.unknown]).toEqual([0, 0]);
  });

  it('waits ten seconds when Didit does not say how long', async () => {
    const baseUrl = await serve((request, response) => {
      request.resume().on('end', () => response.writeHead(429).end('{}'));
    });
    await client.close();
    client = new DiditClient({ apiKey: KEY, baseUrl, allowInsecure: true, retryRateLimited: false });
    const { calls, clock, journal } = makeCalls();

    const outcome = await calls.ask(PICTURE, never);
    journal.close();

    expect(outcome).toMatchObject({ kind: 'failed', entry: { code: 'too-many-requests' } });
    expect(clock.now()).toBeCloseTo(50_000, -1);
  });

  it('takes for refused what Didit cannot read, and does not ask again', async () => {
    emulator.next('400-image');
    const { calls, journal, types } = makeCalls();

    const outcome = await calls.ask(PICTURE, never);
    journal.close();

    expect(outcome).toMatchObject({ kind: 'refused' });
    expect(types()).toEqual(['started', 'refused']);
    expect(
      new Journal(path).stateOf(`${PICTURE.sha256} ${outcome.kind === 'refused' && outcome.entry.request}`).kind,
    ).toBe('refused');
  });

  it.each([
    ['500', 0, 1],
    ['empty-200', 1, 0],
    ['404', 0, 0],
  ] as const)('counts what %s may have cost', async (scenario, paid, unknown) => {
    emulator.next(scenario);
    const { calls, journal } = makeCalls();

    await calls.ask(PICTURE, never);
    journal.close();

    expect([calls.paid, calls.unknown]).toEqual([paid, unknown]);
  });

  it('starts nothing after it was told to stop', async () => {
    const { calls, journal } = makeCalls();

    const outcome = await calls.ask(PICTURE, AbortSignal.abort());
    journal.close();

    expect(outcome.kind).toBe('not-started');
    expect(readFileSync(path, 'utf8')).toBe('');
    expect(emulator.calls()).toEqual([]);
  });
});
