import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { ChunkedBytes, EndOfBytes } from '../src/image/chunked-bytes.js';
import { byteByByte, bytesOf, cutAt } from './support/pictures.js';

const sixBytes = bytesOf(0x01, 0x02, 0xff, 0x04, 0x05, 0x06);

const chunkings: readonly (readonly [string, readonly Uint8Array[]])[] = [
  ['one chunk', [sixBytes]],
  ['one chunk per byte, with empty ones between', byteByByte(sixBytes)],
  ['a cut inside every number', cutAt(sixBytes, [1, 3, 5])],
  ['empty chunks at both ends', [new Uint8Array(0), sixBytes, new Uint8Array(0)]],
];

describe.each(chunkings)('ChunkedBytes over %s', (_name, chunks) => {
  it('has the size of all chunks', () => {
    expect(new ChunkedBytes(chunks).size).toBe(6);
  });

  it('reads every byte, forwards and backwards', () => {
    const bytes = new ChunkedBytes(chunks);

    expect([0, 1, 2, 3, 4, 5].map((offset) => bytes.at(offset))).toEqual([...sixBytes]);
    expect([5, 0, 4, 1, 3, 2].map((offset) => bytes.at(offset))).toEqual([6, 1, 5, 2, 4, 0xff]);
  });

  it('reads numbers in both byte orders', () => {
    const bytes = new ChunkedBytes(chunks);

    expect(bytes.uint16(0)).toBe(0x0102);
    expect(bytes.uint16(0, true)).toBe(0x0201);
    expect(bytes.uint24(1)).toBe(0x04ff02);
    expect(bytes.uint32(2)).toBe(0xff040506);
    expect(bytes.uint32(2, true)).toBe(0x060504ff);
  });

  it.each([-1, 6, 7, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32])('has no byte at %d', (offset) => {
    const bytes = new ChunkedBytes(chunks);

    expect(() => bytes.at(offset)).toThrow(EndOfBytes);
  });

  it('says what it is that ended it', () => {
    expect(() => new ChunkedBytes(chunks).at(6)).toThrow(expect.objectContaining({ name: 'EndOfBytes' }));
  });

  it('ends in the middle of a number', () => {
    const bytes = new ChunkedBytes(chunks);

    expect(() => bytes.uint16(5)).toThrow(EndOfBytes);
    expect(() => bytes.uint24(4)).toThrow(EndOfBytes);
    expect(() => bytes.uint32(3)).toThrow(EndOfBytes);
  });

  it('compares text, and finds none past the end', () => {
    const bytes = new ChunkedBytes(chunks);

    expect(bytes.spells('\x01\x02\xff')).toBe(true);
    expect(bytes.spells('\x04\x05\x06', 3)).toBe(true);
    expect(bytes.spells('\x04\x05\x07', 3)).toBe(false);
    expect(bytes.spells('\x06\x07', 5)).toBe(false);
    expect(bytes.spells('', 6)).toBe(true);
  });

  it('finds a byte at or after a place', () => {
    const bytes = new ChunkedBytes(chunks);

    expect(bytes.indexOf(0xff, 0)).toBe(2);
    expect(bytes.indexOf(0xff, 2)).toBe(2);
    expect(bytes.indexOf(6, 1)).toBe(5);
  });

  it('ends without the byte that is looked for', () => {
    const bytes = new ChunkedBytes(chunks);

    expect(() => bytes.indexOf(0xff, 3)).toThrow(EndOfBytes);
    expect(() => bytes.indexOf(6, 6)).toThrow(EndOfBytes);
  });
});

describe('ChunkedBytes', () => {
  it.each([
    ['no chunks', []],
    ['empty chunks', [new Uint8Array(0), new Uint8Array(0)]],
  ])('has nothing in %s', (_name, chunks) => {
    const bytes = new ChunkedBytes(chunks);

    expect(bytes.size).toBe(0);
    expect(() => bytes.at(0)).toThrow(EndOfBytes);
    expect(() => bytes.indexOf(0, 0)).toThrow(EndOfBytes);
    expect(bytes.spells('')).toBe(true);
    expect(bytes.spells('x')).toBe(false);
  });

  it('B16 reads a slice of a pooled buffer and not its neighbours', () => {
    const pool = bytesOf('secret', 0xff, 'secret');

    const bytes = new ChunkedBytes([pool.subarray(6, 7)]);

    expect(bytes.size).toBe(1);
    expect(bytes.at(0)).toBe(0xff);
    expect(() => bytes.at(1)).toThrow(EndOfBytes);
    expect(() => bytes.indexOf('s'.charCodeAt(0), 0)).toThrow(EndOfBytes);
  });

  it('reads any chunks, in any order, like the joined bytes', () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 5 }), { maxLength: 12 });
    const offsets = fc.array(fc.nat(70), { minLength: 1, maxLength: 20 });

    fc.assert(
      fc.property(chunks, offsets, (parts, places) => {
        const joined = Buffer.concat(parts);
        const bytes = new ChunkedBytes(parts);

        expect(bytes.size).toBe(joined.length);
        expect(places.map((offset) => attempt(() => bytes.at(offset)))).toEqual(
          places.map((offset) => joined[offset] ?? 'end'),
        );
        expect(places.map((offset) => attempt(() => bytes.indexOf(0, offset)))).toEqual(
          places.map((offset) => endUnlessFound(joined.indexOf(0, offset))),
        );
      }),
    );
  });
});

function attempt(read: () => number): number | 'end' {
  try {
    return read();
  } catch (error) {
    expect(error).toBeInstanceOf(EndOfBytes);
    return 'end';
  }
}

function endUnlessFound(index: number): number | 'end' {
  return index < 0 ? 'end' : index;
}
