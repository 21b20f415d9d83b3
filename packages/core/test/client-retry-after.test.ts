import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parseRetryAfter } from '../src/client/retry-after.js';

const NOW = Date.parse('2026-11-23T12:00:00Z');

describe('parseRetryAfter', () => {
  it.each([
    ['seconds', '7', 7_000],
    ['zero', '0', 0],
    ['leading zeros', '007', 7_000],
    ['blanks around', ' 30 ', 30_000],
    ['an IMF-fixdate', 'Mon, 23 Nov 2026 12:00:30 GMT', 30_000],
    ['an RFC 850 date', 'Monday, 23-Nov-26 12:00:30 GMT', 30_000],
    ['an asctime date, which means UTC too', 'Mon Nov 23 12:00:30 2026', 30_000],
    ['more seconds than anyone waits', '9'.repeat(400), Number.MAX_SAFE_INTEGER],
    ['a date that is over', 'Sun, 22 Nov 2026 12:00:00 GMT', 0],
    ['a clock a day ahead', 'Tue, 24 Nov 2026 12:00:00 GMT', 86_400_000],
    ['the year 2100', 'Fri, 01 Jan 2100 00:00:00 GMT', Date.parse('2100-01-01T00:00:00Z') - NOW],
  ])('reads %s (C08)', (_name, header, expected) => {
    expect(parseRetryAfter(header, NOW)).toBe(expected);
  });

  it.each([
    ['nothing', undefined],
    ['an empty header', ''],
    ['a blank', '  '],
    ['a negative number', '-5'],
    ['a fraction', '1.5'],
    ['an exponent', '1e3'],
    ['a unit', '30 s'],
    ['two values', '3, 4'],
    ['a word', 'soon'],
    ['a weekday alone', 'Mon, '],
    ['an ISO date', '2026-11-23T12:00:30Z'],
    ['a date that does not exist', 'Mon, 99 Nov 2026 12:00:30 GMT'],
    ['HTML', '<b>30</b>'],
    ['a date after a word', 'on Mon, 23 Nov 2026 12:00:30 GMT'],
  ])('reads nothing out of %s (C08)', (_name, header) => {
    expect(parseRetryAfter(header, NOW)).toBeUndefined();
  });

  it('gives nothing, or milliseconds that are never negative, for any text (C08)', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
        ),
        (header) => {
          const wait = parseRetryAfter(header, NOW);
          return wait === undefined || (Number.isFinite(wait) && wait >= 0);
        },
      ),
    );
  });
});
