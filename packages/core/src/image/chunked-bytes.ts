/** Thrown by {@link ChunkedBytes} on a read past the end; the inspector turns it into "truncated". */
export class EndOfBytes extends Error {
  override readonly name = 'EndOfBytes';
}

const NO_BYTES = new Uint8Array();

/** Read access to a list of chunks as if they were one array, without joining them. */
export class ChunkedBytes {
  readonly size: number;
  readonly #chunks: readonly Uint8Array[];
  readonly #starts: readonly number[];
  /** The chunk of the last read, and where it begins and ends. */
  #current: Uint8Array = NO_BYTES;
  #start = 0;
  #end = 0;

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
    this.#moveTo(offset);
    return this.#current[offset - this.#start] as number; // It exists: the chunk was found by the offset.
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
    for (let offset = from; ; offset = this.#end) {
      this.#moveTo(offset);
      const found = this.#current.indexOf(value, offset - this.#start);
      if (found >= 0) return this.#start + found;
    }
  }

  /** Where a chunk begins; past the last one, where all end. */
  #startOf(index: number): number {
    return this.#starts[index] ?? this.size;
  }

  /** Makes the chunk that holds `offset` the current one. @throws {@link EndOfBytes} when none does */
  #moveTo(offset: number): void {
    if (offset >= this.#start && offset < this.#end) return;
    if (!(offset >= 0 && offset < this.size)) throw new EndOfBytes();

    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#startOf(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    this.#current = this.#chunks[low] as Uint8Array; // It exists: the index is one of the list.
    this.#start = this.#startOf(low);
    this.#end = this.#startOf(low + 1);
  }
}
