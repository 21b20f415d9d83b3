import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { base64Length, decodeBase64 } from '../src/base64.js';

describe('decodeBase64', () => {
  it('reads back whatever was written, in the length foretold', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');

        expect(text).toHaveLength(base64Length(bytes.length));
        expect(decodeBase64(text)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('has one spelling for any bytes: what it reads is what would be written', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12, unit: fc.constantFrom(...'AQgw+/=-_ \n'.split('')) }), (text) => {
        const bytes = decodeBase64(text);

        if (bytes !== undefined) expect(bytes.toString('base64')).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    'A',
    'AA',
    'AAA',
    'AB==',
    'AAB=',
    'AAAAA',
    '!!!!AAAA',
    'AAAA!!!!AAAA',
    'A===',
    '====',
    'AAAA\n',
    ' AAAA',
    'AA-_',
    'AA==AAAA',
    'AAA\u00e9',
  ])('refuses %j', (text) => {
    expect(decodeBase64(text)).toBeUndefined();
  });
});
