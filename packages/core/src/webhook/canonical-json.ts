/** Deeper JSON than this is not canonicalised. Didit's own has about ten levels. */
const MAX_DEPTH = 100;

/**
 * Larger numbers are not canonicalised: `1e308` has three hundred digits, and a body full of them, from anybody, would
 * become a text of fifty times its length.
 */
const MAX_NUMBER = 1e24;

/**
 * Writes a JSON value as `X-Signature-V2` signs it: keys sorted, no blanks, numbers without a fraction as integers.
 * The same text as Python's `json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)`.
 *
 * Source: https://docs.didit.me/integration/webhooks (read 2026-11-22). Whole numbers beyond 2^53 have lost their last
 * digits before this function sees them; for them only the signature over the raw bytes can fit.
 *
 * @returns undefined for what is in no event: nested too deep, numbers too large, or values that JSON does not have
 */
export function canonicalJson(value: unknown): string | undefined {
  return write(value, 0);
}

/** The same text with everything beyond ASCII escaped, as `ensure_ascii=True` does: what earlier documents describe. */
export function escapeBeyondAscii(canonical: string): string {
  // By UTF-16 units, so that a character beyond the basic plane becomes a pair of escapes, as in Python.
  return canonical.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function write(value: unknown, depth: number): string | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (typeof value === 'number') return writeNumber(value);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value !== 'object') return undefined;
  return Array.isArray(value) ? writeList(value, depth) : writeObject(value, depth);
}

function writeList(list: readonly unknown[], depth: number): string | undefined {
  const entries = list.map((entry) => write(entry, depth + 1));
  return entries.includes(undefined) ? undefined : `[${entries.join(',')}]`;
}

function writeObject(object: object, depth: number): string | undefined {
  const members = Object.entries(object)
    .sort(([left], [right]) => compareCodePoints(left, right))
    .map(([name, value]) => {
      const text = write(value, depth + 1);
      return text === undefined ? undefined : `${JSON.stringify(name)}:${text}`;
    });
  return members.includes(undefined) ? undefined : `{${members.join(',')}}`;
}

/**
 * As Python spells it. Without a fraction all digits are written, however many; with one Python takes to exponents below
 * 0.0001, where JavaScript waits until 0.000001, and writes at least two digits of them.
 */
function writeNumber(value: number): string | undefined {
  if (!(Math.abs(value) < MAX_NUMBER)) return undefined;
  // By way of BigInt, also for -0, which Python turns into 0.
  if (Number.isInteger(value)) return BigInt(value).toString();
  return Math.abs(value) < 1e-4 ? value.toExponential().replace(/-(\d)$/, '-0$1') : String(value);
}

/** The order of Python. JavaScript compares UTF-16 units, which puts U+1F600 before U+FF5E. */
function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const difference = rank(left.charCodeAt(index)) - rank(right.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Puts surrogates, of which characters beyond the basic plane are made, behind all other units. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
