import { UsageError } from '../usage-error.js';
import { type JournalEntry, parseEntry, type StartedEntry } from './journal-entry.js';

/** The entries of a file, and how many of its bytes they take. */
export interface Content {
  readonly entries: readonly JournalEntry[];
  /** What is behind it is the half of a line that a crash left. */
  readonly usedBytes: number;
  /** The last line is whole, apart from its end. */
  readonly lacksNewline: boolean;
  readonly damaged: readonly DamagedLine[];
}

/** A line that is none of ours any more, for example after the disk was full. */
export interface DamagedLine {
  /** Counted from 1. */
  readonly number: number;
  /** The picture and the question that it is about, where they can still be read: a call may have been paid for. */
  readonly started: StartedEntry | undefined;
}

const NEWLINE = 0x0a;

/**
 * The entries of a file. The half of a line at its end, which a crash can leave, is passed over, and so are damaged
 * lines: what was paid for stands in the others.
 *
 * @throws {@link UsageError} when the file is something else: no line is one of ours
 */
export function parseRecord(bytes: Buffer, path: string): Content {
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  const lines = bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
  const read = lines.map((line, index) => readLine(line, index + 1));
  const last = parseEntry(bytes.subarray(end).toString('utf8'));
  const entries = [...read.flatMap(({ entry }) => entry ?? []), ...(last ? [last] : [])];
  const damaged = read.flatMap(({ damage }) => damage ?? []);
  if (bytes.length > 0 && entries.length === 0 && !damaged.some(({ started }) => started)) {
    throw new UsageError(`${path} is not a record of results: no line of it is an entry. It was left as it is.`);
  }
  return { entries, usedBytes: last ? bytes.length : end, lacksNewline: last !== undefined, damaged };
}

interface ReadLine {
  readonly entry?: JournalEntry;
  readonly damage?: DamagedLine;
}

function readLine(line: string, number: number): ReadLine {
  const entry = parseEntry(line);
  if (entry) return { entry };
  // Behind the half of a line there may be a whole one.
  const tail = parseEntry(line.slice(Math.max(0, line.lastIndexOf('{"type":'))));
  return { ...(tail ? { entry: tail } : {}), damage: { number, started: startedIn(line) } };
}

function startedIn(line: string): StartedEntry | undefined {
  const [, sha256] = /"sha256":"([0-9a-f]{64})"/.exec(line) ?? [];
  const [, request] = /"request":"([0-9a-f]{12})"/.exec(line) ?? [];
  if (sha256 === undefined || request === undefined) return undefined;
  return { type: 'started', sha256, request, file: '', at: '' };
}

/** What to tell of damaged lines, or undefined when there are none. */
export function damageText(path: string, damaged: readonly DamagedLine[]): string | undefined {
  if (damaged.length === 0) return undefined;
  const [word, are] = damaged.length === 1 ? ['line', 'is'] : ['lines', 'are'];
  const numbers = damaged.map(({ number }) => number).join(', ');
  return `${word} ${numbers} of ${path} ${are} damaged and passed over. Go on with the same file: everything else in it counts, and what a damaged line is about is not sent again unless you add --retry-unknown. Deleting the ${word} ends this warning.`;
}
