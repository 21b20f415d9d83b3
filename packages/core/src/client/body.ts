/** A request body as a list of chunks, with the headers that describe it. */
export interface EncodedBody {
  readonly contentType: string;
  /** Bytes. */
  readonly contentLength: number;
  readonly chunks: readonly Uint8Array[];
}

/** Encodes a JSON body. `undefined` members are left out. */
export function encodeJson(value: Readonly<Record<string, unknown>>): EncodedBody {
  const bytes = Buffer.from(JSON.stringify(value));
  return { contentType: 'application/json', contentLength: bytes.length, chunks: [bytes] };
}
