import { closeSync, constants, fdatasyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { reasonOf } from '../secret.js';
import { UsageError } from '../usage-error.js';
import { type FinishedEntry, type JournalEntry, keyOf, parseEntry, type RefusedEntry } from './journal-entry.js';

/** What is known of a picture and a question. */
export type PictureState =
  | { readonly kind: 'open' }
  | { readonly kind: 'finished'; readonly entry: FinishedEntry }
  /** A call was made or may have been made, and its answer is lost: it may have been paid for. */
  | { readonly kind: 'unknown'; readonly entry: JournalEntry }
  | { readonly kind: 'refused'; readonly entry: RefusedEntry };

/** The entries of a file, and how many of its bytes they take. */
interface Content {
  readonly entries: readonly JournalEntry[];
  /** What is behind it is the half of a line that a crash left. */
  readonly usedBytes: number;
  /** The last line is whole, apart from its end. */
  readonly lacksNewline: boolean;
}

/**
 * The append-only record of a batch. An entry is on the disk before the call that it announces is made, so that nothing
 * is paid for twice however the program ends.
 */
export class Journal {
  readonly path: string;
  readonly #descriptor: number;
  readonly #states = new Map<string, PictureState>();

  /** @throws {@link UsageError} when the file cannot be written, or holds something else */
  constructor(path: string) {
    this.path = path;
    this.#descriptor = open(path);
    try {
      this.#load();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #load(): void {
    const { entries, usedBytes, lacksNewline } = parseJournal(readFileSync(this.path), this.path);
    for (const entry of entries) this.#note(entry);
    ftruncateSync(this.#descriptor, usedBytes);
    if (lacksNewline) this.#write('\n');
  }

  /** What the record says of a picture and a question. */
  stateOf(key: string): PictureState {
    return this.#states.get(key) ?? { kind: 'open' };
  }

  /**
   * Writes an entry, and returns when the disk has it.
   *
   * @throws {@link UsageError} when the disk does not take it
   */
  append(entry: JournalEntry): void {
    try {
      this.#write(`${JSON.stringify(entry)}\n`);
      fdatasyncSync(this.#descriptor);
    } catch (error) {
      throw new UsageError(`${this.path} cannot be written any more (${reasonOf(error)}); nothing more was sent.`);
    }
    this.#note(entry);
  }

  #write(text: string): void {
    const bytes = Buffer.from(text);
    let written = 0;
    while (written < bytes.length) written += writeSync(this.#descriptor, bytes, written);
  }

  #note(entry: JournalEntry): void {
    this.#states.set(keyOf(entry), stateAfter(entry));
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function open(path: string): number {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o600);
  } catch (error) {
    throw new UsageError(`${path} cannot be written (${reasonOf(error)}).`);
  }
}

function stateAfter(entry: JournalEntry): PictureState {
  switch (entry.type) {
    case 'started':
      return { kind: 'unknown', entry };
    case 'finished':
      return { kind: 'finished', entry };
    case 'refused':
      return { kind: 'refused', entry };
    case 'failed':
      return entry.billed === 'no' ? { kind: 'open' } : { kind: 'unknown', entry };
    default:
      return entry satisfies never;
  }
}

const NEWLINE = 0x0a;

/**
 * The entries of a file. The half of a line at its end, which a crash can leave, is passed over.
 *
 * @throws {@link UsageError} when any other line is not one of ours
 */
export function parseJournal(bytes: Buffer, path: string): Content {
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  const lines = bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
  const entries = lines.map((line, index) => {
    const entry = parseEntry(line);
    if (entry) return entry;
    throw new UsageError(`${path} is not a record of results: line ${index + 1} is something else. Name another file.`);
  });
  const last = parseEntry(bytes.subarray(end).toString('utf8'));
  if (last) return { entries: [...entries, last], usedBytes: bytes.length, lacksNewline: true };
  if (end === 0 && bytes.length > 0) {
    throw new UsageError(`${path} is not a record of results. Name another file.`);
  }
  return { entries, usedBytes: end, lacksNewline: false };
}

/**
 * The answers of a record, the last one of each picture: with another threshold it is the same picture asked again.
 *
 * @throws {@link UsageError} when the file cannot be read, or holds something else
 */
export function readFinished(path: string): readonly FinishedEntry[] {
  const latest = new Map<string, FinishedEntry>();
  for (const entry of parseJournal(readBytes(path), path).entries) {
    if (entry.type === 'finished') latest.set(entry.sha256, entry);
  }
  return [...latest.values()];
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${reasonOf(error)}).`);
  }
}
