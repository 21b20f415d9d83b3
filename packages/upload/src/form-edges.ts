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
  /** The last bytes, in a buffer of twice their length so that they move only when it is full. */
  readonly #tail: Buffer;
  #tailEnd = 0;

  constructor(boundary: string) {
    this.#opening = Buffer.from(`--${boundary}`, 'latin1');
    this.#closing = Buffer.from(`--${boundary}--`, 'latin1');
    this.#tail = Buffer.allocUnsafe(2 * this.#tailBytes);
  }

  /** Looks at the next piece; false when the form has not opened and can no longer do so in time. */
  see(chunk: Buffer): boolean {
    this.#keepTail(chunk);
    if (this.#head === undefined) return true;
    const window = EDGE_BYTES + this.#opening.length;
    this.#head = Buffer.concat([this.#head, chunk.subarray(0, window - this.#head.length)]);
    if (this.#head.includes(this.#opening)) this.#head = undefined;
    return this.#head === undefined || this.#head.length < window;
  }

  /** Whether the body, of which every piece was seen, ends where it should. */
  endsInTime(): boolean {
    return this.#tail.subarray(Math.max(0, this.#tailEnd - this.#tailBytes), this.#tailEnd).includes(this.#closing);
  }

  get #tailBytes(): number {
    return EDGE_BYTES + this.#closing.length;
  }

  #keepTail(chunk: Buffer): void {
    const piece = chunk.subarray(-this.#tailBytes);
    if (this.#tailEnd + piece.length > this.#tail.length) {
      this.#tail.copyWithin(0, this.#tailEnd - this.#tailBytes, this.#tailEnd);
      this.#tailEnd = this.#tailBytes;
    }
    this.#tail.set(piece, this.#tailEnd);
    this.#tailEnd += piece.length;
  }
}
