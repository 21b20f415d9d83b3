import * as fc from 'fast-check';

type Content = Uint8Array | string;

/** What a request is built from; everything is written as it is given, right or wrong. */
export interface RequestParts {
  readonly method?: string;
  readonly target?: string;
  /** Headers in place of the usual ones; `undefined` leaves one out. */
  readonly headers?: Readonly<Record<string, string | number | undefined>>;
  /** Header lines that come after them. */
  readonly lines?: readonly string[];
}

/** The head of a request, to the empty line. */
export function headOf({ method = 'POST', target = '/signup', headers = {}, lines = [] }: RequestParts = {}): Buffer {
  const named = Object.entries({ Host: 'localhost', ...headers }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  const text = [`${method} ${target} HTTP/1.1`, ...named, ...lines].map((line) => `${line}\r\n`).join('');
  return Buffer.from(`${text}\r\n`, 'latin1');
}

/** A request with its body, whose length it tells unless the headers say something else. */
export function requestOf(body: Content, { headers, ...parts }: RequestParts = {}): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([headOf({ ...parts, headers: { 'Content-Length': bytes.length, ...headers } }), bytes]);
}

/** A request whose body comes in chunks of this size. */
export function chunkedRequestOf(body: Content, chunkBytes: number, { headers, ...parts }: RequestParts = {}): Buffer {
  const bytes = Buffer.from(body);
  const count = Math.ceil(bytes.length / chunkBytes);
  const chunks = Array.from({ length: count }, (_, index) =>
    chunkOf(bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes)),
  );
  const head = headOf({ ...parts, headers: { 'Transfer-Encoding': 'chunked', ...headers } });
  return Buffer.concat([head, ...chunks, Buffer.from('0\r\n\r\n')]);
}

/** One chunk of a chunked body. */
export function chunkOf(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

/** One thing done to bytes. Places beyond the end mean the end. */
export type Mutation =
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'duplicate'; readonly at: number; readonly length: number }
  | { readonly kind: 'swap'; readonly at: number; readonly other: number }
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'insert'; readonly at: number; readonly content: Uint8Array };

/** The bytes after one mutation; the given ones are left alone. */
export function mutate(bytes: Buffer, mutation: Mutation): Buffer {
  const { kind, at } = mutation;
  switch (kind) {
    case 'cut':
      return Buffer.from(bytes.subarray(0, at));
    case 'duplicate':
      return Buffer.concat([bytes.subarray(0, at + mutation.length), bytes.subarray(at)]);
    case 'swap':
      return swapped(bytes, at, mutation.other);
    case 'flip':
      return flipped(bytes, at, mutation.bit);
    case 'insert':
      return Buffer.concat([bytes.subarray(0, at), mutation.content, bytes.subarray(at)]);
    default:
      return kind satisfies never;
  }
}

function swapped(bytes: Buffer, left: number, right: number): Buffer {
  const copy = Buffer.from(bytes);
  const [first, second] = [bytes[left], bytes[right]];
  if (first === undefined || second === undefined) return copy;
  copy[left] = second;
  copy[right] = first;
  return copy;
}

function flipped(bytes: Buffer, at: number, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  const byte = copy[at];
  if (byte !== undefined) copy[at] = byte ^ (1 << bit);
  return copy;
}

/** Any one to four mutations of so many bytes. */
export function mutationsOf(length: number): fc.Arbitrary<readonly Mutation[]> {
  const at = fc.nat(length);
  const content = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 8 }),
    fc
      .constantFrom('\r\n', '\n', '\r', '\0', '--', '\r\n--form-boundary\r\n', ': ', '"', ';')
      .map((text) => Buffer.from(text)),
  );
  return fc.array(
    fc.oneof<fc.Arbitrary<Mutation>[]>(
      fc.record({ kind: fc.constant('cut' as const), at }),
      fc.record({ kind: fc.constant('duplicate' as const), at, length: fc.integer({ min: 1, max: 300 }) }),
      fc.record({ kind: fc.constant('swap' as const), at, other: fc.nat(length) }),
      fc.record({ kind: fc.constant('flip' as const), at, bit: fc.nat(7) }),
      fc.record({ kind: fc.constant('insert' as const), at, content }),
    ),
    { minLength: 1, maxLength: 4 },
  );
}
