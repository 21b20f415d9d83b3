import {
  closeSync,
  constants,
  fchmodSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { reasonOf } from '../os-reason.js';
import { UsageError } from '../usage-error.js';
import { type FinishedEntry, type JournalEntry, keyOf, type RefusedEntry } from './journal-entry.js';
import type { Asked } from './question.js';
import { RecordError } from './record-error.js';
import { type Content, type DamagedLine, parseRecord } from './record-lines.js';

/** What is known of a picture and a question. */
export type PictureState =
  | { readonly kind: 'open' }
  | { readonly kind: 'finished'; readonly entry: FinishedEntry }
  /** A call was made or may have been made, and its answer is lost: it may have been paid for. */
  | { readonly kind: 'unknown'; readonly entry: JournalEntry }
  | { readonly kind: 'refused'; readonly entry: RefusedEntry };

/**
 * The append-only record of a batch. An entry is on the disk before the call that it announces is made, so that nothing
 * is paid for twice however the program ends.
 */
export class Journal {
  readonly path: string;
  /** Lines that were passed over. */
  readonly damaged: readonly DamagedLine[];
  readonly #descriptor: number;
  readonly #states = new Map<string, PictureState>();
  /** Where the last whole line ends. */
  #wholeBytes = 0;
  /** A half of a line could not be cut off; behind it nothing may stand. */
  #isBroken = false;

  /** @throws {@link UsageError} when the file cannot be written, or holds something else */
  constructor(path: string) {
    this.path = path;
    this.#descriptor = open(path);
    try {
      this.damaged = this.#load();
      keepToOwner(this.#descriptor);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #load(): Content['damaged'] {
    const { entries, usedBytes, lacksNewline, damaged } = parseRecord(readFileSync(this.path), this.path);
    for (const entry of entries) this.#note(entry);
    for (const { started } of damaged) {
      if (started && this.stateOf(keyOf(started)).kind === 'open') this.#note(started);
    }
    this.#wholeBytes = usedBytes;
    try {
      ftruncateSync(this.#descriptor, usedBytes);
      if (lacksNewline) this.#write('\n');
    } catch (error) {
      throw new UsageError(`${this.path} cannot be written (${reasonOf(error)}).`);
    }
    return damaged;
  }

  /** What the record says of a picture and a question. */
  stateOf(key: string): PictureState {
    return this.#states.get(key) ?? { kind: 'open' };
  }

  /**
   * Writes an entry, and returns when the disk has it. What was written of it is taken back when it did not fit.
   *
   * @throws {@link RecordError} when the disk does not take it
   */
  append(entry: JournalEntry): void {
    if (this.#isBroken) throw new RecordError(`${this.path} ends with the half of a line, so nothing more is written`);
    try {
      this.#write(`${JSON.stringify(entry)}\n`);
    } catch (error) {
      this.#takeBack();
      throw new RecordError(`${this.path} cannot be written any more (${reasonOf(error)})`);
    }
    this.#note(entry);
  }

  #write(text: string): void {
    const bytes = Buffer.from(text);
    let written = 0;
    while (written < bytes.length) written += writeSync(this.#descriptor, bytes, written);
    fdatasyncSync(this.#descriptor);
    this.#wholeBytes += bytes.length;
  }

  /** Otherwise the next entry would stand behind the half of this one, and neither could be read. */
  #takeBack(): void {
    try {
      ftruncateSync(this.#descriptor, this.#wholeBytes);
    } catch {
      this.#isBroken = true;
    }
  }

  #note(entry: JournalEntry): void {
    this.#states.set(keyOf(entry), stateAfter(entry));
  }

  /** Every entry is on the disk already, so what goes wrong here is of no account. */
  close(): void {
    try {
      closeSync(this.#descriptor);
    } catch {
      // The descriptor is gone either way.
    }
  }
}

function open(path: string): number {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o600);
  } catch (error) {
    throw new UsageError(`${path} cannot be written (${reasonOf(error)}).`);
  }
}

const OTHERS = 0o077;

/** The record tells who was judged how; one that was made by other means may be open to others. */
function keepToOwner(descriptor: number): void {
  const { mode, uid } = fstatSync(descriptor);
  // Windows has no such bits, and reports all of them.
  if ((mode & OTHERS) === 0 || uid !== process.getuid?.()) return;
  try {
    fchmodSync(descriptor, mode & 0o777 & ~OTHERS);
  } catch {
    // Some file systems, for example of memory cards, keep no such bits.
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

/** The answers to one question. */
export interface Answers {
  /** The fingerprint of the question, and what it says where the record tells. */
  readonly request: string;
  readonly asked: Asked | undefined;
  /** The last one of each picture. */
  readonly entries: readonly FinishedEntry[];
}

/** What {@link readFinished} gives. */
export interface FinishedRecord {
  /** In the order in which they were asked first. */
  readonly questions: readonly Answers[];
  readonly damaged: readonly DamagedLine[];
}

/**
 * The answers of a record, by question.
 *
 * @throws {@link UsageError} when the file cannot be read, or holds something else
 */
export function readFinished(path: string): FinishedRecord {
  const questions = new Map<string, Map<string, FinishedEntry>>();
  const { entries, damaged } = parseRecord(readBytes(path), path);
  for (const entry of entries) {
    if (entry.type !== 'finished') continue;
    const latest = questions.get(entry.request) ?? new Map<string, FinishedEntry>();
    questions.set(entry.request, latest.set(entry.sha256, entry));
  }
  return { questions: [...questions].map(([request, latest]) => answersOf(request, [...latest.values()])), damaged };
}

function answersOf(request: string, entries: readonly FinishedEntry[]): Answers {
  return { request, asked: entries.find(({ asked }) => asked)?.asked, entries };
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${reasonOf(error)}).`);
  }
}
