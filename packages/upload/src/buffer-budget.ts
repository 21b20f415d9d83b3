import { Pace } from './pace.js';
import { sharedState } from './shared-state.js';

/** An upload that brings fewer bytes than this in two seconds gives way when the memory is needed: 32 KiB per second. */
const LEAST_BYTES = 64 * 1024;

/** An upload that is still arriving. Kept to what every copy of this package can ask of those of another one. */
interface Arriving {
  /** Bytes held. */
  readonly bytes: number;
  bytesOfLate(nowMs: number): number;
  /** Gives up its bytes at once. */
  evict(): void;
}

/** What all guards of a process hold together. */
export interface BufferLedger {
  totalBytes: number;
  readonly arriving: Set<Arriving>;
}

/** An empty ledger. */
export function createLedger(): BufferLedger {
  return { totalBytes: 0, arriving: new Set() };
}

const PROCESS_LEDGER = sharedState('upload.buffered/1', createLedger);

/** What a {@link Holding} works with besides its limit. */
export interface HoldingWorld {
  /** @defaultValue the one of the process */
  readonly ledger?: BufferLedger;
  /** Milliseconds that never run backwards. @defaultValue those of the process */
  readonly now?: () => number;
}

/**
 * The bytes of one upload, counted as they arrive in a ledger that all uploads share. What does not fit under the limit
 * of its own guard is not taken, unless uploads that hardly move can give way to it.
 */
export class Holding {
  readonly #ledger: BufferLedger;
  readonly #limitBytes: number;
  readonly #now: () => number;
  readonly #pace: Pace;
  #arriving: Arriving | undefined;
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
    const evict = (): void => {
      this.release();
      onEvicted();
    };
    const bytesOf = (): number => this.#bytes;
    this.#arriving = {
      get bytes() {
        return bytesOf();
      },
      bytesOfLate: (nowMs) => this.#pace.bytesOfLate(nowMs),
      evict,
    };
    this.#ledger.arriving.add(this.#arriving);
  }

  /** All has arrived, or nothing more will: it does not give way any more. */
  stopArriving(): void {
    if (this.#arriving) this.#ledger.arriving.delete(this.#arriving);
    this.#arriving = undefined;
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
    this.stopArriving();
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
  #slower(nowMs: number): readonly Arriving[] {
    const limit = Math.min(LEAST_BYTES, this.#pace.bytesOfLate(nowMs));
    return [...this.#ledger.arriving]
      .filter((upload) => upload !== this.#arriving && upload.bytes > 0)
      .map((upload) => ({ upload, bytesOfLate: upload.bytesOfLate(nowMs) }))
      .filter(({ bytesOfLate }) => bytesOfLate < limit)
      .sort((left, right) => left.bytesOfLate - right.bytesOfLate)
      .map(({ upload }) => upload);
  }
}

function sumOf(uploads: readonly Arriving[]): number {
  return uploads.reduce((sum, { bytes }) => sum + bytes, 0);
}
