import { isAscii } from 'node:buffer';
import { ChunkList } from './chunk-list.js';

/** How the bytes of a text field are read; as `ascii` only where they are nothing else. */
export type TextEncoding = 'utf8' | 'latin1' | 'ascii';

/** The value of one text field, as it arrives. */
export class BoundedText {
  readonly #limitBytes: number;
  readonly #encoding: TextEncoding;
  /** Nearly always all there is, and then read where it lies. */
  #first: Buffer | undefined;
  readonly #rest = new ChunkList();

  constructor(limitBytes: number, encoding: TextEncoding) {
    this.#limitBytes = limitBytes;
    this.#encoding = encoding;
  }

  /** Takes the next bytes; false when they are too many, or none of ASCII where that is all that can be read. */
  append(bytes: Buffer): boolean {
    if (this.#size + bytes.length > this.#limitBytes) return false;
    if (this.#encoding === 'ascii' && !isAscii(bytes)) return false;
    if (this.#first === undefined) this.#first = bytes;
    else this.#rest.append(bytes);
    return true;
  }

  /** Everything taken so far; what is no UTF-8 becomes U+FFFD. */
  toText(): string {
    if (this.#first === undefined) return '';
    const isWhole = this.#rest.size === 0;
    return (isWhole ? this.#first : Buffer.concat([this.#first, ...this.#rest.toChunks()])).toString(this.#encoding);
  }

  get #size(): number {
    return (this.#first?.length ?? 0) + this.#rest.size;
  }
}
