/** Thrown by {@link ChunkedBytes} on a read past the end; the inspector turns it into "truncated". */
export class EndOfBytes extends Error {
  override readonly name = 'EndOfBytes';
}

/** Read access to a list of chunks as if they were one array, without joining them. */
export class ChunkedBytes {
  readonly size: number;
  readonly #chunks: readonly Uint8Array[];
  readonly #starts: readonly number[];
  #current = 0;

  constructor(chunks: readonly Uint8Array[]) {
    this.#chunks = chunks;
    let size = 0;
    this.#starts = chunks.map((chunk) => {
      const start = size;
      size += chunk.length;
      return start;
    });
    this.size = size;
  }

  /** The byte at `offset`. @throws {@link EndOfBytes} outside the bytes */
  at(offset: number): number {
    if (!(offset >= 0 && offset < this.size)) throw new EndOfBytes();
    const index = this.#chunkAt(offset);
    // Both exist: the chunk was found by the offset.
    return (this.#chunks[index] as Uint8Array)[offset - this.#startOf(index)] as number;
  }

  uint16(offset: number, littleEndian = false): number {
    const first = this.at(offset);
    const second = this.at(offset + 1);
    return littleEndian ? second * 0x100 + first : first * 0x100 + second;
  }

  uint24(offset: number): number {
    return this.uint16(offset, true) + this.at(offset + 2) * 0x10000;
  }

  uint32(offset: number, littleEndian = false): number {
    const first = this.uint16(offset, littleEndian);
    const second = this.uint16(offset + 2, littleEndian);
    return littleEndian ? second * 0x10000 + first : first * 0x10000 + second;
  }

  /** True when the bytes at `offset` spell `text` (Latin-1). False, not an error, past the end. */
  spells(text: string, offset = 0): boolean {
    if (offset + text.length > this.size) return false;
    for (let index = 0; index < text.length; index += 1) {
      if (this.at(offset + index) !== text.charCodeAt(index)) return false;
    }
    return true;
  }

  /** Offset of the next byte of this value at or after `from`. @throws {@link EndOfBytes} when there is none */
  indexOf(value: number, from: number): number {
    for (let index = this.#chunkAt(from); index < this.#chunks.length; index += 1) {
      const start = this.#startOf(index);
      // It exists: the index is one of the list.
      const found = (this.#chunks[index] as Uint8Array).indexOf(value, Math.max(0, from - start));
      if (found >= 0) return start + found;
    }
    throw new EndOfBytes();
  }

  /** Where a chunk begins; past the last one, where all end. */
  #startOf(index: number): number {
    return this.#starts[index] ?? this.size;
  }

  /** Index of the chunk that holds `offset`: the one of the last read, or found by bisection. Past the end, of none. */
  #chunkAt(offset: number): number {
    const current = this.#current;
    if (offset >= this.#startOf(current) && offset < this.#startOf(current + 1)) return current;

    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#startOf(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    this.#current = low;
    return low;
  }
}
