const SMALL_BYTES = 4 * 1024;
const SLAB_BYTES = 16 * 1024;
const NO_SLAB = Buffer.alloc(0);

/**
 * A body as the list of pieces it arrived in, without joining them.
 *
 * Pieces are kept as they are, with two exceptions, which are copied together. Small ones: a client that sends one byte
 * per chunk would otherwise make us hold an object of some hundred bytes for each byte of its picture. And those that are
 * the lesser part of their memory: over HTTP/2, Node cuts them out of the 64 KiB and more that it reads at a time, so that a
 * client that sends little of its picture between frames that mean nothing would make us hold all of these.
 *
 * So the memory that is kept has at most twice the bytes, and one slab more.
 */
export class ChunkList {
  #chunks: Uint8Array[] = [];
  #slab = NO_SLAB;
  #slabStart = 0;
  #slabEnd = 0;
  #size = 0;

  /** Bytes appended so far. */
  get size(): number {
    return this.#size;
  }

  /** Adds the next piece, which must not be written to afterwards. */
  append(chunk: Uint8Array): void {
    this.#size += chunk.length;
    if (chunk.length < SMALL_BYTES || chunk.buffer.byteLength > 2 * chunk.length) return this.#copy(chunk);
    this.#closeRun();
    this.#chunks.push(chunk);
  }

  /** Everything appended so far, in order. */
  toChunks(): readonly Uint8Array[] {
    this.#closeRun();
    return this.#chunks;
  }

  /** Lets go of every byte. */
  clear(): void {
    this.#chunks = [];
    this.#slab = NO_SLAB;
    this.#slabStart = this.#slabEnd = this.#size = 0;
  }

  /** Fills one slab after the other to its end, so that only the last has room that nobody uses. */
  #copy(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length; ) {
      if (this.#slabEnd === this.#slab.length) this.#openSlab();
      const part = chunk.subarray(from, from + this.#slab.length - this.#slabEnd);
      this.#slab.set(part, this.#slabEnd);
      this.#slabEnd += part.length;
      from += part.length;
    }
  }

  #openSlab(): void {
    this.#closeRun();
    // Memory of its own, whatever the size of Node's pool, so that a slab keeps no stranger's bytes alive.
    this.#slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    this.#slabStart = this.#slabEnd = 0;
  }

  /** Lists what was copied since the last time; the rest of the slab goes on being used. */
  #closeRun(): void {
    if (this.#slabEnd === this.#slabStart) return;
    this.#chunks.push(this.#slab.subarray(this.#slabStart, this.#slabEnd));
    this.#slabStart = this.#slabEnd;
  }
}
