import { adviceOf } from '../failure.js';
import { readPictureFile } from '../picture-file.js';
import { UsageError } from '../usage-error.js';
import { type FailedEntry, keyOf } from './journal-entry.js';
import type { PictureOutcome, Stop } from './outcome.js';
import { PaidCalls, type PaidCallTools, UnrecordedError } from './paid-call.js';
import { RecordError } from './record-error.js';

/** What a batch is made of. */
export interface BatchJob extends PaidCallTools {
  readonly files: readonly string[];
  readonly stdin: NodeJS.ReadableStream;
  /** Calls at a time. */
  readonly concurrency: number;
  /** Sends again what may have been paid for already. */
  readonly retryUnknown: boolean;
  /** Hears of every picture once, as soon as there is something to say. */
  readonly onOutcome: (outcome: PictureOutcome) => void;
}

/** What a batch came to. */
export interface BatchResult {
  /** In the order of the files. */
  readonly outcomes: readonly PictureOutcome[];
  readonly stop: Stop | undefined;
  /** Calls that were surely charged, and calls that may have been. */
  readonly paidCalls: number;
  readonly unknownCalls: number;
}

/** Failures in a row after which nothing better is to come. */
const MAX_FAILURES_IN_A_ROW = 10;

/** These would fail for every picture that follows. */
const HOPELESS: ReadonlySet<string> = new Set(['authentication', 'permission', 'insufficient-credits', 'api-key']);

const RECORD_ADVICE =
  'Make room on the disk, or let the file be written, and go on with the same record: another one would be paid for anew.';

/** Checks many pictures: each one once, and none again that may have been paid for. */
export class BatchRunner {
  readonly #job: BatchJob;
  readonly #calls: PaidCalls;
  readonly #outcomes: (PictureOutcome | undefined)[] = [];
  /** The first file of every picture of this run, by picture and question. */
  readonly #claimed = new Map<string, string>();
  readonly #stopping = new AbortController();
  #stop: Stop | undefined;
  #next = 0;
  #failuresInARow = 0;

  constructor(job: BatchJob) {
    this.#job = job;
    this.#calls = new PaidCalls(job);
  }

  /** Starts no more calls; those that run are waited for. */
  stop(reason: Stop): void {
    this.#stop ??= reason;
    this.#stopping.abort();
  }

  /** Runs to the end, or to a stop. @throws what is a defect of this program */
  async run(): Promise<BatchResult> {
    const { files, concurrency } = this.#job;
    const workers = Array.from({ length: Math.min(concurrency, files.length) }, () => this.#work());
    const ends = await Promise.allSettled(workers);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    const outcomes = files.map((file, index) => this.#outcomes[index] ?? { kind: 'not-started' as const, file });
    return { outcomes, stop: this.#stop, paidCalls: this.#calls.paid, unknownCalls: this.#calls.unknown };
  }

  async #work(): Promise<void> {
    try {
      for (;;) {
        const index = this.#next;
        const file = this.#job.files[index];
        if (file === undefined || this.#stopping.signal.aborted) return;
        this.#next += 1;
        this.#outcomes[index] = await this.#settle(file);
        this.#report(this.#outcomes[index]);
      }
    } catch (error) {
      // The others must not go on paying.
      this.#stopping.abort();
      throw error;
    }
  }

  #report(outcome: PictureOutcome): void {
    if (outcome.kind !== 'not-started') this.#job.onOutcome(outcome);
    if (outcome.kind === 'failed') this.#noteFailure(outcome.entry, outcome.waitMs);
    else if (outcome.kind === 'answered' && outcome.isNew) this.#failuresInARow = 0;
  }

  #noteFailure({ code, message }: FailedEntry, waitMs: number | undefined): void {
    this.#failuresInARow += 1;
    if (waitMs !== undefined) {
      const advice = `Didit asks to wait ${Math.ceil(waitMs / 60_000)} minutes; run the same command again after that.`;
      return this.stop({ kind: 'failure', code, message, advice });
    }
    if (!HOPELESS.has(code) && this.#failuresInARow < MAX_FAILURES_IN_A_ROW) return;
    const inARow = HOPELESS.has(code) ? '' : `${this.#failuresInARow} calls in a row failed. `;
    const advice = `${inARow}${adviceOf(code)}`;
    this.stop({ kind: 'failure', code, message, advice });
  }

  /** Nothing is sent that cannot be recorded; what was paid for is told all the same. */
  async #settle(file: string): Promise<PictureOutcome> {
    try {
      return await this.#process(file);
    } catch (error) {
      if (error instanceof UsageError) return { kind: 'unreadable', file, message: error.message };
      if (!(error instanceof RecordError)) throw error;
      this.stop({ kind: 'record', code: error.code, message: error.message, advice: RECORD_ADVICE });
      return error instanceof UnrecordedError ? error.outcome : { kind: 'not-started', file };
    }
  }

  async #process(file: string): Promise<PictureOutcome> {
    const picture = await readPictureFile(file, this.#job.stdin);
    const key = keyOf({ sha256: picture.sha256, request: this.#job.question.request });
    const original = this.#claimed.get(key);
    if (original !== undefined) return { kind: 'copy', file, of: original };
    this.#claimed.set(key, file);
    const state = this.#job.journal.stateOf(key);
    if (state.kind === 'finished') return this.#calls.redecide(file, state.entry);
    if (state.kind === 'unknown' && !this.#job.retryUnknown) return { kind: 'unknown', file, entry: state.entry };
    if (state.kind === 'refused') return { kind: 'refused', file, entry: state.entry };
    return this.#calls.ask(picture, this.#stopping.signal);
  }
}
