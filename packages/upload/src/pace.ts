/** Length of the windows in which arriving bytes are counted, in milliseconds. */
const WINDOW_MS = 2_000;

/** How many bytes came of late, told in whole windows of two seconds: a fast start does not make up for a standstill. */
export class Pace {
  readonly #firstWindow: number;
  #window: number;
  #bytes = 0;
  #bytesBefore = 0;

  constructor(nowMs: number) {
    this.#firstWindow = this.#window = windowOf(nowMs);
  }

  /** So many bytes came. */
  note(bytes: number, nowMs: number): void {
    this.#moveTo(windowOf(nowMs));
    this.#bytes += bytes;
  }

  /** Bytes within the last whole window, or this one if that is more; without limit before there was a whole one. */
  bytesOfLate(nowMs: number): number {
    const window = windowOf(nowMs);
    if (window - this.#firstWindow < 2) return Infinity;
    this.#moveTo(window);
    return Math.max(this.#bytes, this.#bytesBefore);
  }

  #moveTo(window: number): void {
    if (window === this.#window) return;
    this.#bytesBefore = window === this.#window + 1 ? this.#bytes : 0;
    this.#bytes = 0;
    this.#window = window;
  }
}

function windowOf(nowMs: number): number {
  return Math.floor(nowMs / WINDOW_MS);
}
