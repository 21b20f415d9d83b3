import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Journal, readFinished } from '../src/batch/journal.js';
import { type FailedEntry, type FinishedEntry, type JournalEntry, keyOf } from '../src/batch/journal-entry.js';
import { temporaryFolder } from './support/cli.js';

const FACTS = { sha256: 'a'.repeat(64), request: '0123456789ab', file: 'a.jpg', at: '2026-11-25T00:00:00.000Z' };
const KEY = keyOf(FACTS);
const STARTED: JournalEntry = { type: 'started', ...FACTS };
const REFUSED: JournalEntry = { type: 'refused', ...FACTS, message: 'it is incomplete' };
const FINISHED: FinishedEntry = {
  type: 'finished',
  ...FACTS,
  outcome: 'approved',
  score: 90,
  reasons: [],
  policyId: 'abc',
  requestId: null,
  paid: true,
  answer: {
    request_id: null,
    created_at: null,
    liveness: {
      status: 'Approved',
      method: 'PASSIVE',
      score: 90,
      user_image: { entities: [], best_angle: 0 },
      warnings: [],
      face_quality: null,
      face_luminance: null,
    },
  },
};
const failed = (billed: FailedEntry['billed']): JournalEntry => ({
  type: 'failed',
  ...FACTS,
  code: 'unavailable',
  message: 'the service failed',
  billed,
});

let path: string;

beforeEach(() => {
  path = join(temporaryFolder(), 'results.jsonl');
});

/** What a record says of the picture after these entries, now and once it is read again. */
function statesAfter(entries: readonly JournalEntry[]): readonly string[] {
  const written = new Journal(path);
  for (const entry of entries) written.append(entry);
  const now = written.stateOf(KEY).kind;
  written.close();
  const read = new Journal(path);
  const later = read.stateOf(KEY).kind;
  read.close();
  return [now, later];
}

describe('Journal', () => {
  it.each([
    ['open', []],
    ['unknown', [STARTED]],
    ['finished', [STARTED, FINISHED]],
    ['refused', [REFUSED]],
    ['open', [STARTED, failed('no')]],
    ['unknown', [STARTED, failed('unknown')]],
    ['unknown', [STARTED, failed('yes')]],
    ['unknown', [STARTED, failed('no'), STARTED]],
    ['finished', [STARTED, failed('no'), STARTED, FINISHED]],
  ])('calls a picture %s after %j, also in the next run', (state, entries) => {
    expect(statesAfter(entries)).toEqual([state, state]);
  });

  it('knows a picture by what was asked about it', () => {
    const journal = new Journal(path);
    journal.append(FINISHED);

    expect(journal.stateOf(keyOf({ ...FACTS, request: 'another' })).kind).toBe('open');
    journal.close();
  });

  it('may be read by its owner alone', () => {
    new Journal(path).close();

    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('cuts the half of a line off, and goes on behind the last whole one', () => {
    const whole = `${JSON.stringify(STARTED)}\n`;
    writeFileSync(path, `${whole}{"type":"finished","sha`);

    const journal = new Journal(path);
    journal.append(FINISHED);
    journal.close();

    expect(readFileSync(path, 'utf8')).toBe(`${whole}${JSON.stringify(FINISHED)}\n`);
  });

  it('keeps a last line that lacks nothing but its end', () => {
    writeFileSync(path, JSON.stringify(FINISHED));

    expect(statesAfter([])).toEqual(['finished', 'finished']);
    expect(readFileSync(path, 'utf8')).toBe(`${JSON.stringify(FINISHED)}\n`);
  });

  it.each([
    ['text', 'hello\n', 'line 1'],
    ['text without an end', 'hello', 'is not a record'],
    ['other JSON in between', `${JSON.stringify(STARTED)}\n{"a":1}\n`, 'line 2'],
    ['a hash that is none', `${JSON.stringify({ ...STARTED, sha256: 'x' })}\n`, 'line 1'],
    ['an outcome that is none', `${JSON.stringify({ ...FINISHED, outcome: 'maybe' })}\n`, 'line 1'],
    ['a type that is none', `${JSON.stringify({ ...STARTED, type: 'begun' })}\n`, 'line 1'],
  ])('refuses %s, and leaves it as it is', (_, text, message) => {
    writeFileSync(path, text);

    expect(() => new Journal(path)).toThrow(message);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

describe('readFinished', () => {
  it('gives the last answer of each picture', () => {
    const later: FinishedEntry = { ...FINISHED, request: 'another', outcome: 'declined' };
    const other: FinishedEntry = { ...FINISHED, sha256: 'b'.repeat(64) };
    writeFileSync(path, [FINISHED, later, other, STARTED].map((entry) => `${JSON.stringify(entry)}\n`).join(''));

    expect(readFinished(path)).toEqual([later, other]);
  });
});
