import { inspect } from 'node:util';

/** What a {@link SelfieFile} is made of. */
export interface SelfieFileParts {
  readonly fieldname: string;
  /** A name chosen by the server; never the client's. */
  readonly originalname: string;
  readonly mimetype: string;
  readonly chunks: readonly Uint8Array[];
}

/**
 * The picture in the shape that users of multer know from `req.file`, with two differences: `originalname` and
 * `mimetype` come from the bytes and not from the client, and `buffer` is joined on first use.
 */
export class SelfieFile {
  readonly fieldname: string;
  readonly originalname: string;
  readonly encoding = '7bit';
  readonly mimetype: string;
  /** Bytes. */
  readonly size: number;
  // Private, so that no logger or inspector prints a face.
  readonly #chunks: readonly Uint8Array[];
  #buffer: Buffer | undefined;

  constructor({ fieldname, originalname, mimetype, chunks }: SelfieFileParts) {
    this.fieldname = fieldname;
    this.originalname = originalname;
    this.mimetype = mimetype;
    this.size = chunks.reduce((size, chunk) => size + chunk.length, 0);
    this.#chunks = chunks;
  }

  /** The whole picture: one copy, made when it is first asked for. */
  get buffer(): Buffer {
    this.#buffer ??= Buffer.concat(this.#chunks, this.size);
    return this.#buffer;
  }

  /** The picture as it arrived, without a copy. */
  get chunks(): readonly Uint8Array[] {
    return this.#chunks;
  }

  toJSON(): Record<string, unknown> {
    const { fieldname, originalname, encoding, mimetype, size } = this;
    return { fieldname, originalname, encoding, mimetype, size };
  }

  [inspect.custom](): string {
    return `SelfieFile { originalname: '${this.originalname}', mimetype: '${this.mimetype}', size: ${this.size} }`;
  }
}
