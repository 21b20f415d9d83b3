import type { UploadRefusalCode } from './reading.js';

/** Most bytes before the first delimiter of a form and after its last one. Nothing that sends forms needs any. */
const MAX_EDGE_BYTES = 4 * 1024;
/** Longest head of a part. Those of browsers and HTTP clients have a few hundred bytes. */
const MAX_HEAD_BYTES = 8 * 1024;

const NO_BYTES = Buffer.alloc(0);
const LINE_BREAK = '\r\n';
const HEAD_END = Buffer.from('\r\n\r\n');
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const DASH = 0x2d;
const SPACE = 0x20;
const TAB = 0x09;
/** What a line break lacks of a delimiter's when it is a lone line feed. */
const MISSING_RETURN = 1;

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
 * where RFC 2046 has it: at the start of a line, with a line break or two dashes straight behind it. Refused is what
 * parsers differ over: anything else behind the boundary or behind those dashes, and a boundary behind a lone line feed.
 */
export class MultipartSplitter {
  readonly #delimiter: Buffer;
  /** What is looked for, so that one behind a lone line feed is found as well. */
  readonly #lineFeedAndBoundary: Buffer;
  readonly #listener: PartListener;
  #place: 'preamble' | 'behind-delimiter' | 'head' | 'content' | 'last-line' | 'epilogue' = 'preamble';
  #refusal: UploadRefusalCode | undefined;
  /**
   * How much of a delimiter was seen at the end of what came so far. Only its line break can begin one, so that no second
   * one can begin within these, and they need not be kept: they are what the delimiter begins with.
   */
  #matched = LINE_BREAK.length;
  /**
   * How much of that was not there: a line break that belongs to what stands before, or to nothing at the start of the
   * body, or the carriage return of a lone line feed.
   */
  #borrowed = LINE_BREAK.length;
  /** The first of the two bytes behind a delimiter. */
  #firstBehind: number | undefined;
  /** A head whose end has not arrived. */
  #head: Buffer = NO_BYTES;
  #edgeBytes = 0;

  /** @param boundary - of 1 to 70 characters, none of them a control character */
  constructor(boundary: string, listener: PartListener) {
    this.#delimiter = Buffer.from(`${LINE_BREAK}--${boundary}`, 'latin1');
    this.#lineFeedAndBoundary = this.#delimiter.subarray(MISSING_RETURN);
    this.#listener = listener;
  }

  /** Whether the last delimiter has come, and nothing behind it that makes the form worse. */
  get isComplete(): boolean {
    if (this.#refusal !== undefined) return false;
    if (this.#place === 'last-line') return true;
    return this.#place === 'epilogue' && this.#edgeBytes + this.#matched - this.#borrowed <= MAX_EDGE_BYTES;
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
      case 'last-line':
        return this.#readLastLine(chunk, from);
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
    const at = chunk.indexOf(this.#lineFeedAndBoundary, from);
    if (at === -1) {
      const begun = this.#matchEnd(chunk.subarray(from));
      this.#pass(chunk.subarray(from, chunk.length - begun));
      return chunk.length;
    }
    const hasReturn = chunk[at - 1] === CARRIAGE_RETURN;
    this.#borrowed = hasReturn ? 0 : MISSING_RETURN;
    this.#pass(chunk.subarray(from, hasReturn ? at - 1 : at));
    this.#onDelimiter();
    return at + this.#lineFeedAndBoundary.length;
  }

  /** Holds the last bytes against the beginning of a delimiter; gives how many they are. */
  #matchEnd(bytes: Buffer): number {
    const end = bytes.subarray(-this.#lineFeedAndBoundary.length);
    for (const missing of [0, MISSING_RETURN]) {
      const at = end.lastIndexOf(LINE_BREAK.charCodeAt(missing));
      const length = at === -1 ? 0 : end.length - at;
      if (length > 0 && this.#delimiter.compare(end, at, end.length, missing, missing + length) === 0) {
        this.#borrowed = missing;
        this.#matched = missing + length;
        return length;
      }
    }
    return 0;
  }

  #pass(bytes: Buffer): void {
    if (bytes.length === 0) return;
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
    // content still has the line break of its delimiter; parsers differ over one that has not, or has half of it.
    const isBorrowed = this.#borrowed === MISSING_RETURN || (this.#place === 'content' && this.#borrowed > 0);
    const isMisplaced = this.#place === 'epilogue' || isBorrowed;
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
    else if (first === DASH && byte === DASH) this.#place = 'last-line';
    else this.#refusal = 'malformed-upload';
    return from + 1;
  }

  /** Behind the last delimiter stands nothing but padding before its line ends, or the body does. */
  #readLastLine(chunk: Buffer, from: number): number {
    const byte = chunk[from];
    if (this.#firstBehind === CARRIAGE_RETURN && byte === LINE_FEED) {
      this.#firstBehind = undefined;
      this.#place = 'epilogue';
      this.#matched = LINE_BREAK.length;
    } else if (this.#firstBehind === undefined && byte === CARRIAGE_RETURN) this.#firstBehind = byte;
    else if (this.#firstBehind === undefined && (byte === SPACE || byte === TAB)) this.#countEdge(1);
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
    this.#head = NO_BYTES;
    this.#place = 'content';
    this.#matched = this.#borrowed = LINE_BREAK.length;
    this.#refusal = this.#listener.onHead(head);
  }
}
