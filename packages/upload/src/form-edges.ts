/** Most bytes before the first delimiter of a form and after its last one. Nothing that sends forms needs any. */
const EDGE_BYTES = 4 * 1024;

/**
 * Watches the two ends of a multipart body, which parsers skip however long they are: it has to open within 4 KiB
 * of its start and to be closed within 4 KiB of its end.
 */
export class FormEdges {
  readonly #opening: Buffer;
  readonly #closing: Buffer;
  /** The first bytes, until the opening delimiter is found in them. */
  #head: Buffer | undefined = Buffer.alloc(0);
  /** The last bytes, written round and round, so that neither small pieces nor many of them take more memory. */
  readonly #tail: Buffer;
  /** Where the next of them goes: behind the newest, before the oldest. */
  #tailAt = 0;

  constructor(boundary: string) {
    this.#opening = Buffer.from(`--${boundary}`);
    this.#closing = Buffer.from(`--${boundary}--`);
    this.#tail = Buffer.alloc(EDGE_BYTES + this.#closing.length);
  }

  /** Looks at the next piece; false when the form has not opened and can no longer do so in time. */
  see(chunk: Buffer): boolean {
    this.#keepTail(chunk);
    if (this.#head === undefined) return true;
    const window = EDGE_BYTES + this.#opening.length;
    const next = chunk.subarray(0, window - this.#head.length);
    this.#head = Buffer.concat([this.#head, next]);
    if (this.#head.includes(this.#opening)) this.#head = undefined;
    return this.#head === undefined || this.#head.length < window;
  }

  /** Whether the body, of which every piece was seen, ends where it should. */
  endsInTime(): boolean {
    const [newest, oldest] = [this.#tail.subarray(0, this.#tailAt), this.#tail.subarray(this.#tailAt)];
    return Buffer.concat([oldest, newest]).includes(this.#closing);
  }

  #keepTail(chunk: Buffer): void {
    const last = chunk.subarray(-this.#tail.length);
    const fitting = last.subarray(0, this.#tail.length - this.#tailAt);
    this.#tail.set(fitting, this.#tailAt);
    this.#tail.set(last.subarray(fitting.length));
    this.#tailAt = (this.#tailAt + last.length) % this.#tail.length;
  }
}
