/**
 * The wait that a `Retry-After` header asks for, in milliseconds, never negative; undefined when there is none that
 * can be read. Both forms of RFC 9110 10.2.3 are understood: seconds, and an HTTP date.
 *
 * @param date - now, in milliseconds since 1970, to measure a date against
 */
export function parseRetryAfter(header: string | undefined, date: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, Number.MAX_SAFE_INTEGER);
  if (!/^[A-Za-z]{3,9},? /.test(text)) return undefined;
  // The oldest of the three date forms (asctime) names no zone; all of them mean UTC.
  const until = Date.parse(`${text.replace(/ GMT$/, '')} GMT`);
  return Number.isNaN(until) ? undefined : Math.max(0, until - date);
}
