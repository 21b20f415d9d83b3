import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { bodyKindOf, parseBoundary } from '../src/content-type.js';
import type { AcceptedBody } from '../src/options.js';

const ALL: readonly AcceptedBody[] = ['multipart', 'image', 'json'];
const BOUNDARY_CHARACTERS = "0123456789ABCXYZabcxyz'()+_,-./:=?".split('');
const kindOf = (contentType: string | undefined, accept = ALL) =>
  bodyKindOf(contentType === undefined ? {} : { 'content-type': contentType }, accept);

describe('bodyKindOf', () => {
  it.each([
    ['multipart/form-data; boundary=abc', { kind: 'multipart', boundary: 'abc' }],
    ['Multipart/Form-Data;BOUNDARY="a b:c"', { kind: 'multipart', boundary: 'a b:c' }],
    ['multipart/form-data; charset=utf-8; boundary=abc;', { kind: 'multipart', boundary: 'abc' }],
    [String.raw`multipart/form-data; boundary="a\b"`, { kind: 'multipart', boundary: 'ab' }],
    ['image/jpeg', { kind: 'image', declaredType: 'image/jpeg' }],
    ['IMAGE/PNG; foo=bar', { kind: 'image', declaredType: 'image/png' }],
    ['application/json; charset=utf-8', { kind: 'json' }],
  ])('reads %s', (contentType, kind) => {
    expect(kindOf(contentType)).toEqual(kind);
  });

  it.each([
    undefined,
    '',
    'text/plain',
    'text/html',
    'text/json',
    'application/x-www-form-urlencoded',
    'application/octet-stream',
    'application/jsonp',
    'application/problem+json',
    'application/xml',
    'application/pdf',
    'video/mp4',
    'multipart',
    'multipart/',
    'multipart/form-data boundary=abc',
    'imagejpeg',
    ';',
  ])('A02 refuses %j as a media type', (contentType) => {
    expect(kindOf(contentType)).toEqual({ kind: 'refused', code: 'unsupported-media-type' });
  });

  it.each(['mixed', 'related', 'alternative', 'form-data-x', 'x-mixed-replace'])(
    'A03 refuses multipart/%s as a media type',
    (subtype) => {
      expect(kindOf(`multipart/${subtype}; boundary=abc`)).toMatchObject({ code: 'unsupported-media-type' });
    },
  );

  it.each([
    ['multipart/form-data; boundary=abc', ['image']],
    ['image/jpeg', ['multipart']],
    ['application/json', ['multipart', 'image']],
  ] as [string, AcceptedBody[]][])('A02 refuses %s where only %j is accepted', (contentType, accept) => {
    expect(kindOf(contentType, accept)).toMatchObject({ code: 'unsupported-media-type' });
  });

  it.each(['gzip', 'br', 'deflate', 'gzip, identity', 'x', ''])('A18 refuses Content-Encoding %j', (encoding) => {
    const headers = { 'content-type': 'image/jpeg', 'content-encoding': encoding };

    expect(bodyKindOf(headers, ALL)).toMatchObject({ code: 'unsupported-media-type' });
  });

  it('A18 takes Content-Encoding identity for what it is', () => {
    const headers = { 'content-type': 'image/jpeg', 'content-encoding': ' Identity ' };

    expect(bodyKindOf(headers, ALL)).toMatchObject({ kind: 'image' });
  });

  it.each([
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=""',
    'multipart/form-data; boundary',
    'multipart/form-data; boundary="abc',
    'multipart/form-data; boundary=a b',
    'multipart/form-data; boundary=abc; x="',
    'multipart/form-data; x=boundary=abc',
  ])('A04 calls %s malformed', (contentType) => {
    expect(kindOf(contentType)).toEqual({ kind: 'refused', code: 'malformed-upload' });
  });

  it.each([
    'multipart/form-data; boundary=a; boundary=a',
    'multipart/form-data; boundary=a; Boundary="b"',
    'multipart/form-data; boundary="a "',
    'multipart/form-data; boundary="a\u00e9"',
    'multipart/form-data; boundary="a@b"',
    String.raw`multipart/form-data; boundary="a\"b"`,
  ])('A05 calls %s malformed', (contentType) => {
    expect(kindOf(contentType)).toEqual({ kind: 'refused', code: 'malformed-upload' });
  });
});

describe('parseBoundary', () => {
  const character = fc.constantFrom(...BOUNDARY_CHARACTERS);

  it('A05 takes 1 to 70 of the characters of RFC 2046 and no more', () => {
    const boundaries = fc.array(character, { minLength: 1, maxLength: 90 }).map((list) => list.join(''));

    fc.assert(
      fc.property(boundaries, (boundary) => {
        expect(parseBoundary(`; boundary="${boundary}"`)).toBe(boundary.length <= 70 ? boundary : undefined);
      }),
    );
  });

  it('A05 never gives back anything that RFC 2046 does not allow', () => {
    const allowed = "0123456789abcdefghijklmnopqrstuvwxyz'()+_,-./:=? ";

    fc.assert(
      fc.property(fc.string({ maxLength: 100, unit: 'binary-ascii' }), (parameters) => {
        const boundary = parseBoundary(`; boundary="${parameters}"`) ?? 'x';

        expect(boundary.length).toBeLessThanOrEqual(70);
        expect(boundary.endsWith(' ')).toBe(false);
        expect(
          boundary
            .toLowerCase()
            .split('')
            .filter((one) => !allowed.includes(one)),
        ).toEqual([]);
      }),
    );
  });

  it('A11 reads sixteen kilobytes of parameters in linear time', () => {
    const hostile = [';'.repeat(16_000), `; a="${'\\'.repeat(16_000)}`, '; a=b'.repeat(3_200), ' '.repeat(16_000)];
    const started = process.cpuUsage();

    for (const parameters of hostile) expect(parseBoundary(parameters)).toBeUndefined();

    expect(process.cpuUsage(started).user / 1000).toBeLessThan(200);
  });
});
