/** An answer that is not what the API promises. Says where and what, never the value: it may be a person's. */
export class UndecodableError extends Error {
  override readonly name = 'UndecodableError';

  constructor(path: string, expected: string) {
    super(`${path} is not ${expected}`);
  }
}

/** Most entries read from any list of an answer. */
const MAX_ENTRIES = 100;

/** A JSON object; own keys only, so a key named `__proto__` is data like any other. */
export type WireObject = Readonly<Record<string, unknown>>;

/** The member `name`, or undefined; never one that every object inherits. */
export function member(object: WireObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** @throws {@link UndecodableError} unless `value` is a JSON object */
export function decodeObject(value: unknown, path: string): WireObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UndecodableError(path, 'an object');
  }
  // Narrowed above; TypeScript does not turn `object` into an indexable type by itself.
  return value as WireObject;
}

/** @throws {@link UndecodableError} unless `value` is an array of at most 100 entries */
export function decodeList<Entry>(
  value: unknown,
  path: string,
  decodeEntry: (entry: unknown, path: string) => Entry,
): readonly Entry[] {
  if (!Array.isArray(value)) throw new UndecodableError(path, 'an array');
  if (value.length > MAX_ENTRIES) throw new UndecodableError(path, `an array of at most ${MAX_ENTRIES} entries`);
  return Object.freeze(value.map((entry: unknown, index) => decodeEntry(entry, `${path}[${index}]`)));
}

/** @throws {@link UndecodableError} unless `value` is a string */
export function decodeString(value: unknown, path: string): string {
  if (typeof value !== 'string') throw new UndecodableError(path, 'a string');
  return value;
}

/** @throws {@link UndecodableError} unless `value` is a finite number; nothing is coerced */
export function decodeNumber(value: unknown, path: string): number {
  if (!Number.isFinite(value)) throw new UndecodableError(path, 'a number');
  return value as number; // Of what is no number, Number.isFinite says no.
}

/** @throws {@link UndecodableError} unless `value` is a number from 0 to 100 */
export function decodePercentage(value: unknown, path: string): number {
  const percentage = decodeNumber(value, path);
  if (percentage < 0 || percentage > 100) throw new UndecodableError(path, 'a number from 0 to 100');
  return percentage;
}

/** Null when the value is null or missing, else what `decode` makes of it. */
export function decodeNullable<Value>(
  value: unknown,
  path: string,
  decode: (value: unknown, path: string) => Value,
): Value | null {
  return value === null || value === undefined ? null : decode(value, path);
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Bytes to JSON value.
 *
 * @throws {@link UndecodableError} when they are not UTF-8 or not JSON
 */
export function decodeJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(UTF8.decode(bytes));
  } catch {
    // The parser's own message quotes the answer, which may hold a person's data.
    throw new UndecodableError('the body', 'JSON in UTF-8');
  }
}

/** @throws {@link UndecodableError} unless `value` is true or false */
export function decodeBoolean(value: unknown, path: string): boolean {
  if (typeof value !== 'boolean') throw new UndecodableError(path, 'true or false');
  return value;
}

/** The first member of these names that is neither null nor missing. */
export function firstMember(object: WireObject, names: readonly string[]): unknown {
  return names.map((name) => member(object, name)).find((value) => value !== null && value !== undefined);
}

/**
 * The address of a page, for browsers: http or https and nothing else.
 *
 * @throws {@link UndecodableError}
 */
export function decodePageUrl(value: unknown, path: string): string {
  const url = decodeString(value, path);
  const isForBrowsers = URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
  if (!isForBrowsers) throw new UndecodableError(path, 'a URL');
  return url;
}
