import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parseRetryAfter } from '../src/client/retry-after.js';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const blanks = fc.constantFrom('', ' ', '\t', '  ');

describe('Retry-After', () => {
  it('C08 gives back any number of seconds, whatever is around it', () => {
    fc.assert(
      fc.property(fc.nat(1e9), blanks, blanks, fc.nat(5), (seconds, before, behind, zeros) => {
        expect(parseRetryAfter(`${before}${'0'.repeat(zeros)}${seconds}${behind}`, NOW)).toBe(seconds * 1000);
      }),
    );
  });

  it('C08 gives back any date in each of its three forms, and never less than nothing', () => {
    // To the second, and within the fifty years in which a year of two digits is sure.
    const date = fc.integer({ min: NOW / 1000 - 1e9, max: NOW / 1000 + 5e8 }).map((seconds) => seconds * 1000);

    fc.assert(
      fc.property(date, (until) => {
        const forms = formsOf(new Date(until));

        expect(forms.map((form) => parseRetryAfter(form, NOW))).toEqual(forms.map(() => Math.max(0, until - NOW)));
      }),
    );
  });

  it('C08 gives nothing, or a number to wait for, out of anything that looks like a date', () => {
    const word = fc.constantFrom(
      'Mon',
      'Monday',
      'Nov',
      '23',
      '99',
      '2026',
      '12:00:30',
      '25:61:61',
      'GMT',
      '+0100',
      'BC',
      ',',
      '-',
      '(',
      '\u0000',
    );
    const texts = fc.array(word, { minLength: 1, maxLength: 9 }).map((words) => words.join(' '));

    fc.assert(
      fc.property(
        fc.oneof(
          texts,
          texts.map((text) => `Mon, ${text}`),
        ),
        (header) => {
          const waitMs = parseRetryAfter(header, NOW);

          expect(waitMs === undefined || (Number.isFinite(waitMs) && waitMs >= 0)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** IMF-fixdate, RFC 850 and asctime, after RFC 9110 5.6.7. */
function formsOf(date: Date): string[] {
  const [day = '', dayOfMonth = '', month = '', year = '', time = ''] = date.toUTCString().replace(',', '').split(' ');
  const weekday = date.toLocaleDateString('en-US', { weekday: 'long', timeZone: 'UTC' });
  return [
    date.toUTCString(),
    `${weekday}, ${dayOfMonth}-${month}-${year.slice(2)} ${time} GMT`,
    `${day} ${month} ${String(Number(dayOfMonth)).padStart(2)} ${time} ${year}`,
  ];
}
