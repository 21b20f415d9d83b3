/**
 * The wait that a `Retry-After` header asks for, in milliseconds, never negative; undefined when there is none that
 * can be read. Both forms of RFC 9110 10.2.3 are understood: seconds, and an HTTP date.
 *
 * @param date - now, in milliseconds since 1970, to measure a date against
 */
export function parseRetryAfter(header: string | undefined, date: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1000;
  if (!/^[A-Za-z]{3,9},? /.test(text)) return undefined;
  const until = Date.parse(text);
  return Number.isNaN(until) ? undefined : Math.max(0, until - date);
}
