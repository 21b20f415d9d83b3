import { ChunkList } from './chunk-list.js';

/** How the bytes of a text field are read. */
export type TextEncoding = 'utf8' | 'latin1';

/** The value of one text field, as it arrives. */
export class BoundedText {
  readonly #limitBytes: number;
  /** Nearly always all there is, and then read where it lies. */
  #first: Buffer | undefined;
  readonly #rest = new ChunkList();

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Takes the next bytes; false when they are too many. */
  append(bytes: Buffer): boolean {
    if (this.#size + bytes.length > this.#limitBytes) return false;
    if (this.#first === undefined) this.#first = bytes;
    else this.#rest.append(bytes);
    return true;
  }

  /** Everything taken so far; what is no UTF-8 becomes U+FFFD. */
  toText(encoding: TextEncoding): string {
    if (this.#first === undefined) return '';
    const isWhole = this.#rest.size === 0;
    return (isWhole ? this.#first : Buffer.concat([this.#first, ...this.#rest.toChunks()])).toString(encoding);
  }

  get #size(): number {
    return (this.#first?.length ?? 0) + this.#rest.size;
  }
}
