const SMALL_BYTES = 4 * 1024;
const SLAB_BYTES = 16 * 1024;

/**
 * A body as the list of pieces it arrived in, without joining them.
 * Pieces are kept as they are, but small ones are copied together: a client that sends one byte per chunk would
 * otherwise make us hold an object of some hundred bytes for each byte of its picture.
 */
export class ChunkList {
  #chunks: Uint8Array[] = [];
  #slab = Buffer.alloc(0);
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
    if (chunk.length < SMALL_BYTES) return this.#copy(chunk);
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
    this.#slab = Buffer.alloc(0);
    this.#slabStart = this.#slabEnd = this.#size = 0;
  }

  #copy(chunk: Uint8Array): void {
    if (this.#slabEnd + chunk.length > this.#slab.length) {
      this.#closeRun();
      // Larger than Node's shared pool hands out, so the slab keeps no stranger's bytes alive.
      this.#slab = Buffer.allocUnsafe(SLAB_BYTES);
      this.#slabStart = this.#slabEnd = 0;
    }
    this.#slab.set(chunk, this.#slabEnd);
    this.#slabEnd += chunk.length;
  }

  /** Lists what was copied since the last time; the rest of the slab goes on being used. */
  #closeRun(): void {
    if (this.#slabEnd === this.#slabStart) return;
    this.#chunks.push(this.#slab.subarray(this.#slabStart, this.#slabEnd));
    this.#slabStart = this.#slabEnd;
  }
}
