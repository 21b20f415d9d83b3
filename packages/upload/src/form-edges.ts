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
  /** The last pieces: as few as hold every byte of the end. */
  readonly #tail: Buffer[] = [];
  #tailBytes = 0;

  constructor(boundary: string) {
    this.#opening = Buffer.from(`--${boundary}`, 'latin1');
    this.#closing = Buffer.from(`--${boundary}--`, 'latin1');
  }

  /** Looks at the next piece; false when the form has not opened and can no longer do so in time. */
  see(chunk: Buffer): boolean {
    this.#keepTail(chunk);
    if (this.#head === undefined) return true;
    const window = EDGE_BYTES + this.#opening.length;
    const next = chunk.subarray(0, window - this.#head.length);
    this.#head = this.#head.length === 0 ? next : Buffer.concat([this.#head, next]);
    if (this.#head.includes(this.#opening)) this.#head = undefined;
    return this.#head === undefined || this.#head.length < window;
  }

  /** Whether the body, of which every piece was seen, ends where it should. */
  endsInTime(): boolean {
    return Buffer.concat(this.#tail).subarray(-this.#endBytes).includes(this.#closing);
  }

  get #endBytes(): number {
    return EDGE_BYTES + this.#closing.length;
  }

  #keepTail(chunk: Buffer): void {
    this.#tail.push(chunk.subarray(-this.#endBytes));
    this.#tailBytes += Math.min(chunk.length, this.#endBytes);
    let oldest = this.#tail[0];
    while (oldest !== undefined && this.#tailBytes - oldest.length >= this.#endBytes) {
      this.#tailBytes -= oldest.length;
      this.#tail.shift();
      oldest = this.#tail[0];
    }
  }
}
