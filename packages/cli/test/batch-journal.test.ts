import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Journal, readFinished } from '../src/batch/journal.js';
import { type FailedEntry, type FinishedEntry, type JournalEntry, keyOf } from '../src/batch/journal-entry.js';
import { damageText } from '../src/batch/record-lines.js';
import { temporaryFolder } from './support/cli.js';
import { FACTS, FINISHED } from './support/entries.js';

const KEY = keyOf(FACTS);
const STARTED: JournalEntry = { type: 'started', ...FACTS };
const REFUSED: JournalEntry = { type: 'refused', ...FACTS, message: 'it is incomplete' };
const failed = (billed: FailedEntry['billed']): JournalEntry => ({
  type: 'failed',
  ...FACTS,
  code: 'unavailable',
  message: 'the service failed',
  billed,
});

const OTHER: FinishedEntry = { ...FINISHED, sha256: 'b'.repeat(64) };

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

  it('may be read by its owner alone, also when others could before', () => {
    writeFileSync(path, `${JSON.stringify(STARTED)}\n`);
    chmodSync(path, 0o666);

    new Journal(path).close();

    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('leaves the rights of a file that is something else', () => {
    writeFileSync(path, 'my diary\n');
    chmodSync(path, 0o644);

    expect(() => new Journal(path)).toThrow();
    expect(statSync(path).mode & 0o777).toBe(0o644);
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
    ['text', 'hello\n'],
    ['text without an end', 'hello'],
    ['other JSON', '{"a":1}\n'],
    ['a hash that is none', `${JSON.stringify({ ...STARTED, sha256: 'x' })}\n`],
  ])('refuses a file of nothing but %s, and leaves it as it is', (_, text) => {
    writeFileSync(path, text);

    expect(() => new Journal(path)).toThrow('is not a record');
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it.each([
    ['other JSON', '{"a":1}', 'finished'],
    ['an outcome that is none', JSON.stringify({ ...FINISHED, outcome: 'maybe' }), 'finished'],
    ['a question that is none', JSON.stringify({ ...FINISHED, asked: { origin: 'https://x' } }), 'finished'],
    ['half of an entry', JSON.stringify(FINISHED).slice(0, 150), 'finished'],
  ])('passes %s over in the middle, and counts the rest', (_, line, state) => {
    writeFileSync(path, `${JSON.stringify(FINISHED)}\n${line}\n${JSON.stringify(OTHER)}\n`);

    const journal = new Journal(path);

    expect(journal.damaged.map(({ number }) => number)).toEqual([2]);
    expect([KEY, keyOf(OTHER)].map((key) => journal.stateOf(key).kind)).toEqual([state, 'finished']);
    journal.close();
  });

  it('reads the whole entry behind the half of another', () => {
    writeFileSync(
      path,
      `${JSON.stringify(STARTED)}\n${JSON.stringify(STARTED).slice(0, 40)}${JSON.stringify(OTHER)}\n`,
    );

    const journal = new Journal(path);

    expect(journal.stateOf(keyOf(OTHER)).kind).toBe('finished');
    expect(journal.damaged).toHaveLength(1);
    journal.close();
  });

  it('calls unknown what a damaged line may have been about', () => {
    writeFileSync(path, `${JSON.stringify(OTHER)}\n${JSON.stringify(STARTED).slice(0, -9)}\n`);

    const journal = new Journal(path);

    expect(journal.stateOf(KEY).kind).toBe('unknown');
    journal.close();
  });

  it('says why there can be no record', () => {
    mkdirSync(path);

    expect(() => new Journal(path)).toThrow(`${path} cannot be written (EISDIR).`);
  });

  it('takes nothing more when the file is lost under it, and lets go of it all the same', () => {
    const journal = new Journal(path);
    journal.append(STARTED);
    journal.close();

    expect(() => journal.append(FINISHED)).toThrow('cannot be written any more (EBADF)');
    expect(() => journal.append(FINISHED)).toThrow('ends with the half of a line, so nothing more is written');
    expect(journal.stateOf(KEY).kind).toBe('unknown');
    expect(() => journal.close()).not.toThrow();
    expect(readFileSync(path, 'utf8')).toBe(`${JSON.stringify(STARTED)}\n`);
  });

  it('tells how to go on with a damaged record, and never to begin another', () => {
    const text = damageText(path, [{ number: 52, started: undefined }]);

    expect(text).toContain('line 52');
    expect(text).toContain('Go on with the same file');
  });
});

describe('readFinished', () => {
  it('gives the last answer of each picture to a question', () => {
    const again: FinishedEntry = { ...FINISHED, outcome: 'review' };
    writeFileSync(path, [FINISHED, again].map((entry) => `${JSON.stringify(entry)}\n`).join(''));

    expect(readFinished(path).questions).toMatchObject([{ entries: [again] }]);
  });

  it('keeps the answers to different questions apart', () => {
    const later: FinishedEntry = { ...FINISHED, request: 'another', outcome: 'declined' };
    writeFileSync(path, [FINISHED, later, OTHER, STARTED].map((entry) => `${JSON.stringify(entry)}\n`).join(''));

    expect(readFinished(path)).toEqual({
      questions: [
        { request: FINISHED.request, asked: undefined, entries: [FINISHED, OTHER] },
        { request: 'another', asked: undefined, entries: [later] },
      ],
      damaged: [],
    });
  });
});
