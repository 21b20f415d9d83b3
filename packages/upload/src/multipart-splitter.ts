import type { UploadRefusalCode } from './reading.js';

/** Most bytes before the first delimiter of a form and after its last one. Nothing that sends forms needs any. */
const MAX_EDGE_BYTES = 4 * 1024;
/** Longest head of a part. Those of browsers and HTTP clients have a few hundred bytes. */
const MAX_HEAD_BYTES = 8 * 1024;

const LINE_BREAK = '\r\n';
const HEAD_END = Buffer.from('\r\n\r\n');
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const DASH = 0x2d;

/** Gets the parts of a form in order; a code refuses the form, and nothing more is told. */
export interface PartListener {
  /** A part begins with this head, without the empty line at its end. The bytes are only lent. */
  onHead(head: Buffer): UploadRefusalCode | undefined;
  /** The next bytes of its content. */
  onContent(bytes: Buffer): UploadRefusalCode | undefined;
  /** Its content is complete. */
  onPartEnd(): void;
}

/**
 * Splits a multipart body at its delimiters as it arrives, without joining or copying content. A delimiter is one only
 * where RFC 2046 has it: at the start of a line, with a line break or two dashes straight behind it. Anything else that
 * follows the boundary is refused, since parsers differ over it.
 */
export class MultipartSplitter {
  readonly #delimiter: Buffer;
  readonly #listener: PartListener;
  #place: 'preamble' | 'behind-delimiter' | 'head' | 'content' | 'epilogue' = 'preamble';
  #refusal: UploadRefusalCode | undefined;
  /**
   * How much of a delimiter was seen at the end of what came so far. Only its first byte is a carriage return, so that
   * no second one can begin within these, and they need not be kept: they are what the delimiter begins with.
   */
  #matched = LINE_BREAK.length;
  /** How much of that is a line break that belongs to what stands before, or to nothing at the start of the body. */
  #borrowed = LINE_BREAK.length;
  /** The first of the two bytes behind a delimiter. */
  #firstBehind: number | undefined;
  /** A head whose end has not arrived. */
  #head: Buffer = Buffer.alloc(0);
  #edgeBytes = 0;

  /** @param boundary - of 1 to 70 characters, none of them a control character */
  constructor(boundary: string, listener: PartListener) {
    this.#delimiter = Buffer.from(`${LINE_BREAK}--${boundary}`, 'latin1');
    this.#listener = listener;
  }

  /** Whether the last delimiter has come, and nothing behind it that makes the form worse. */
  get isComplete(): boolean {
    const isAtEnd = this.#place === 'epilogue' && this.#refusal === undefined;
    return isAtEnd && this.#edgeBytes + this.#matched <= MAX_EDGE_BYTES;
  }

  /** Takes the next piece; a code means that the form is refused, now or before. */
  push(chunk: Buffer): UploadRefusalCode | undefined {
    let position = 0;
    while (position < chunk.length && this.#refusal === undefined) position = this.#step(chunk, position);
    return this.#refusal;
  }

  /** Takes the bytes of one kind; gives the position behind them. */
  #step(chunk: Buffer, from: number): number {
    switch (this.#place) {
      case 'preamble':
      case 'content':
      case 'epilogue':
        return this.#matched > 0 ? this.#goOnMatching(chunk, from) : this.#findDelimiter(chunk, from);
      case 'behind-delimiter':
        return this.#readBehind(chunk, from);
      case 'head':
        return this.#readHead(chunk, from);
      default:
        return this.#place satisfies never;
    }
  }

  /** Holds the bytes against the rest of a delimiter that has begun. */
  #goOnMatching(chunk: Buffer, from: number): number {
    const matched = this.#matched;
    const length = Math.min(this.#delimiter.length - matched, chunk.length - from);
    if (this.#delimiter.compare(chunk, from, from + length, matched, matched + length) === 0) {
      this.#matched += length;
      if (this.#matched === this.#delimiter.length) this.#onDelimiter();
      return from + length;
    }
    const begun = this.#delimiter.subarray(this.#borrowed, matched);
    this.#matched = this.#borrowed = 0;
    this.#pass(begun);
    return from;
  }

  #findDelimiter(chunk: Buffer, from: number): number {
    const at = chunk.indexOf(this.#delimiter, from);
    if (at !== -1) {
      this.#pass(chunk.subarray(from, at));
      this.#onDelimiter();
      return at + this.#delimiter.length;
    }
    const begun = this.#begunAtEnd(chunk.subarray(from));
    this.#pass(chunk.subarray(from, chunk.length - begun));
    this.#matched = begun;
    return chunk.length;
  }

  /** How many of the last bytes are the beginning of a delimiter. */
  #begunAtEnd(bytes: Buffer): number {
    const end = bytes.subarray(-(this.#delimiter.length - 1));
    const at = end.lastIndexOf(CARRIAGE_RETURN);
    const length = at === -1 ? 0 : end.length - at;
    return this.#delimiter.compare(end, end.length - length, end.length, 0, length) === 0 ? length : 0;
  }

  #pass(bytes: Buffer): void {
    if (bytes.length === 0 || this.#refusal !== undefined) return;
    if (this.#place === 'content') this.#refusal = this.#listener.onContent(bytes);
    else this.#countEdge(bytes.length);
  }

  #countEdge(bytes: number): void {
    this.#edgeBytes += bytes;
    // What stands before the first delimiter ends with a line break, which is not passed.
    const further = this.#place === 'preamble' ? LINE_BREAK.length : 0;
    if (this.#edgeBytes + further > MAX_EDGE_BYTES) this.#refusal = 'malformed-upload';
  }

  #onDelimiter(): void {
    if (this.#refusal !== undefined) return;
    // Behind the last delimiter another one may begin a second form, which some parsers read on. And a part without
    // content still has the line break of its delimiter; parsers differ over one that has not.
    const isMisplaced = this.#place === 'epilogue' || (this.#place === 'content' && this.#borrowed > 0);
    if (isMisplaced) this.#refusal = 'malformed-upload';
    else if (this.#place === 'content') this.#listener.onPartEnd();
    this.#matched = this.#borrowed = 0;
    this.#edgeBytes = 0;
    this.#place = 'behind-delimiter';
  }

  #readBehind(chunk: Buffer, from: number): number {
    const first = this.#firstBehind;
    const byte = chunk[from];
    this.#firstBehind = first === undefined ? byte : undefined;
    if (first === undefined) return from + 1;

    if (first === CARRIAGE_RETURN && byte === LINE_FEED) this.#place = 'head';
    else if (first === DASH && byte === DASH) this.#place = 'epilogue';
    else this.#refusal = 'malformed-upload';
    return from + 1;
  }

  #readHead(chunk: Buffer, from: number): number {
    const before = this.#head.length;
    const next = chunk.subarray(from, from + MAX_HEAD_BYTES + HEAD_END.length - before);
    const head = before === 0 ? next : Buffer.concat([this.#head, next]);
    const end = head.indexOf(HEAD_END, Math.max(0, before - HEAD_END.length));
    if (end !== -1) {
      this.#beginPart(head.subarray(0, end));
      return from + end + HEAD_END.length - before;
    }
    if (head.length === MAX_HEAD_BYTES + HEAD_END.length) this.#refusal = 'malformed-upload';
    this.#head = head;
    return from + next.length;
  }

  #beginPart(head: Buffer): void {
    this.#head = Buffer.alloc(0);
    this.#place = 'content';
    this.#matched = this.#borrowed = LINE_BREAK.length;
    this.#refusal = this.#listener.onHead(head);
  }
}
