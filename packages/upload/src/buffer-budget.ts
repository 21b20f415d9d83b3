import { Pace } from './pace.js';
import { sharedState } from './shared-state.js';

/** An upload that brings fewer bytes than this in two seconds gives way when the memory is needed: 32 KiB per second. */
const LEAST_BYTES = 64 * 1024;

/**
 * A client that has not taken its answer so long after the memory was first needed gives way to any other. As long as it
 * takes until a standstill of an upload is seen.
 */
const TAKING_MS = 4_000;
/** Less than any upload brings. */
const NOTHING_TO_COME = -1;

/** An upload that may have to give way. Kept to what every copy of this package can ask of those of another one. */
interface Yielding {
  /** Bytes held. */
  readonly bytes: number;
  /** Those that bring the fewest give way first. Asked only when somebody needs the room. */
  bytesOfLate(nowMs: number): number;
  /** Gives up its bytes at once. */
  evict(): void;
}

/** What all guards of a process hold together. */
export interface BufferLedger {
  totalBytes: number;
  readonly yielding: Set<Yielding>;
}

/** An empty ledger. */
export function createLedger(): BufferLedger {
  return { totalBytes: 0, yielding: new Set() };
}

const PROCESS_LEDGER = sharedState('upload.buffered/2', createLedger);

/** What a {@link Holding} works with besides its limit. */
export interface HoldingWorld {
  /** @defaultValue the one of the process */
  readonly ledger?: BufferLedger;
  /** Milliseconds that never run backwards. @defaultValue those of the process */
  readonly now?: () => number;
}

/**
 * The bytes of one upload, counted as they arrive in a ledger that all uploads share. What does not fit under the limit
 * of its own guard is not taken, unless uploads that hardly move, or answers that nobody takes, can give way to it.
 */
export class Holding implements Yielding {
  readonly #ledger: BufferLedger;
  readonly #limitBytes: number;
  readonly #now: () => number;
  readonly #pace: Pace;
  #onEvicted = (): void => {};
  /** Once this waits for an answer. */
  #isAnswered: (() => boolean) | undefined;
  #answerNeededAtMs: number | undefined;
  #bytes = 0;
  #isReleased = false;

  constructor(limitBytes: number, { ledger = PROCESS_LEDGER, now = () => performance.now() }: HoldingWorld = {}) {
    this.#ledger = ledger;
    this.#limitBytes = limitBytes;
    this.#now = now;
    this.#pace = new Pace(now());
  }

  /** Bytes counted for this upload. */
  get bytes(): number {
    return this.#bytes;
  }

  /** From now on this upload may have to give way; `onEvicted` is told once its bytes are no longer counted. */
  startArriving(onEvicted: () => void): void {
    this.#onEvicted = onEvicted;
    this.#ledger.yielding.add(this);
  }

  /** All has arrived, or nothing more will: it does not give way any more. */
  stopYielding(): void {
    this.#ledger.yielding.delete(this);
  }

  /** From now on this waits for an answer; once that is there, the client has to take it or to give way. */
  startWaiting(isAnswered: () => boolean, onEvicted: () => void): void {
    this.#isAnswered = isAnswered;
    this.startArriving(onEvicted);
  }

  bytesOfLate(nowMs: number): number {
    if (this.#isAnswered === undefined) return this.#pace.bytesOfLate(nowMs);
    if (!this.#isAnswered()) return Infinity;
    this.#answerNeededAtMs ??= nowMs;
    return nowMs - this.#answerNeededAtMs < TAKING_MS ? Infinity : NOTHING_TO_COME;
  }

  evict(): void {
    this.release();
    this.#onEvicted();
  }

  /** Whether so many bytes would fit if they came at once; takes none, and nobody has to give way for them. */
  couldTake(bytes: number): boolean {
    const excess = this.#excessOf(bytes);
    return excess <= 0 || sumOf(this.#slower(this.#now())) >= excess;
  }

  /** Counts bytes that have arrived; false when there is no room for them, and none was counted. */
  take(bytes: number): boolean {
    const nowMs = this.#now();
    if (this.#isReleased || !this.#makeRoom(bytes, nowMs)) return false;
    this.#pace.note(bytes, nowMs);
    this.#bytes += bytes;
    this.#ledger.totalBytes += bytes;
    return true;
  }

  /** Counts nothing of this upload any more, now or later. */
  release(): void {
    this.stopYielding();
    this.#ledger.totalBytes -= this.#bytes;
    this.#bytes = 0;
    this.#isReleased = true;
  }

  #excessOf(bytes: number): number {
    return this.#ledger.totalBytes + bytes - this.#limitBytes;
  }

  #makeRoom(bytes: number, nowMs: number): boolean {
    const excess = this.#excessOf(bytes);
    if (excess <= 0) return true;
    const slower = this.#slower(nowMs);
    // Where all of them would not be enough, none is sent away for nothing.
    if (sumOf(slower) < excess) return false;
    for (const upload of slower) {
      if (this.#excessOf(bytes) > 0) upload.evict();
    }
    return true;
  }

  /** Uploads that are to give way before this one, the slowest first. */
  #slower(nowMs: number): readonly Yielding[] {
    const limit = Math.min(LEAST_BYTES, this.#pace.bytesOfLate(nowMs));
    return [...this.#ledger.yielding]
      .filter((upload) => upload !== this && upload.bytes > 0)
      .map((upload) => ({ upload, bytesOfLate: upload.bytesOfLate(nowMs) }))
      .filter(({ bytesOfLate }) => bytesOfLate < limit)
      .sort((left, right) => left.bytesOfLate - right.bytesOfLate)
      .map(({ upload }) => upload);
  }
}

function sumOf(uploads: readonly Yielding[]): number {
  return uploads.reduce((sum, { bytes }) => sum + bytes, 0);
}
