import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { bodyKindOf } from '../src/content-type.js';

const TOKEN = "!#$%&'*+.^_`|~0123456789ABCXYZabcxyz-".split('');
const BOUNDARY = "0123456789ABCXYZabcxyz'()+_,-./:=?".split('');
const ALL = ['multipart', 'image', 'json'] as const;

const token = fc.array(fc.constantFrom(...TOKEN), { minLength: 1, maxLength: 12 }).map((list) => list.join(''));
const boundary = fc.array(fc.constantFrom(...BOUNDARY), { minLength: 1, maxLength: 70 }).map((list) => list.join(''));
const quoted = fc
  .string({ maxLength: 12, unit: 'grapheme-ascii' })
  .map((text) => `"${text.replace(/(["\\])/g, '\\$1')}"`);
const parameter = fc
  .tuple(token, fc.oneof(token, quoted))
  .filter(([name]) => name.toLowerCase() !== 'boundary')
  .map(([name, value]) => `${name}=${value}`);
const gap = fc.constantFrom('', ' ', '\t', '  ');
const isToken = (text: string) => text.split('').every((character) => TOKEN.includes(character));

const kindOf = (contentType: string) => bodyKindOf({ 'content-type': contentType }, ALL);

describe('the type of a body', () => {
  const named = fc.tuple(boundary, fc.boolean()).map(([value, wantsQuotes]) => ({
    value,
    text: `${wantsQuotes ? 'Boundary' : 'boundary'}=${wantsQuotes || !isToken(value) ? `"${value}"` : value}`,
  }));
  const others = fc.array(parameter, { maxLength: 3 });

  it('A05 has the boundary that was written, whatever stands around it', () => {
    fc.assert(
      fc.property(
        fc.mixedCase(fc.constant('multipart/form-data')),
        named,
        others,
        others,
        gap,
        (type, { value, text }, before, behind, blank) => {
          const header = [type, ...before, text, ...behind].join(`${blank};${blank}`);

          expect(kindOf(header)).toEqual({ kind: 'multipart', boundary: value });
        },
      ),
    );
  });

  it('A05 has no boundary where two are named, the same or not', () => {
    fc.assert(
      fc.property(named, named, others, (one, other, between) => {
        const header = ['multipart/form-data', one.text, ...between, other.text].join('; ');

        expect(kindOf(header)).toEqual({ kind: 'refused', code: 'malformed-upload' });
      }),
    );
  });

  it('A02 A03 A05 is one of four things for any header, and a boundary always one that RFC 2046 allows', () => {
    const pieces = fc.constantFrom(
      'multipart/form-data',
      'image/png',
      'application/json',
      ';',
      ' ',
      'boundary',
      '=',
      '"',
      '\\',
      'a',
      ',',
      '\t',
    );
    const headers = fc.oneof(
      fc.array(pieces, { maxLength: 12 }).map((list) => list.join('')),
      fc.string({ unit: 'binary-ascii' }),
    );

    fc.assert(
      fc.property(headers, (header) => {
        const kind = kindOf(header);

        expect(['multipart', 'image', 'json', 'refused']).toContain(kind.kind);
        if (kind.kind === 'multipart')
          expect(kind.boundary).toMatch(/^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/);
      }),
      { numRuns: 300 },
    );
  });

  it('A18 is refused for any encoding but none', () => {
    fc.assert(
      fc.property(fc.oneof(token, fc.string()), (encoding) => {
        fc.pre(encoding.trim().toLowerCase() !== 'identity');
        const headers = { 'content-type': 'image/png', 'content-encoding': encoding };

        expect(bodyKindOf(headers, ALL)).toEqual({ kind: 'refused', code: 'unsupported-media-type' });
      }),
    );
  });
});
