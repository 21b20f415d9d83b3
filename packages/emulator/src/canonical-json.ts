/**
 * JSON as the signature of version 2 has it: keys sorted by code point, no blanks, nothing escaped that need not be,
 * numbers as Python writes them once a fraction of zero is gone.
 *
 * Source: https://docs.didit.me/integration/webhooks (read 2026-11-22)
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonicalJson).join(',')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  return typeof value === 'number' ? pythonNumber(value) : JSON.stringify(value);
}

/** Python writes whole numbers out and begins with exponents, of two digits, below 0.0001. */
function pythonNumber(value: number): string {
  if (Number.isInteger(value)) {
    return BigInt(value).toString();
  }
  const isTiny = Math.abs(value) < 1e-4;
  return isTiny ? value.toExponential().replace(/e-(\d)$/u, 'e-0$1') : JSON.stringify(value);
}
