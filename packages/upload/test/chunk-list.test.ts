import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { ChunkList } from '../src/chunk-list.js';

describe('ChunkList', () => {
  it('gives back every byte in order, however the pieces are cut', () => {
    const sizes = fc.array(fc.oneof(fc.nat(40), fc.integer({ min: 4_000, max: 20_000 })), { maxLength: 60 });

    fc.assert(
      fc.property(sizes, (lengths) => {
        const list = new ChunkList();
        const pieces = lengths.map((length, index) => Buffer.alloc(length, index));

        for (const piece of pieces) list.append(piece);

        expect(list.size).toBe(Buffer.concat(pieces).length);
        expect(Buffer.concat(list.toChunks()).equals(Buffer.concat(pieces))).toBe(true);
      }),
    );
  });

  it('keeps a large piece as it is, without a copy', () => {
    const list = new ChunkList();
    const piece = Buffer.alloc(64 * 1024);

    list.append(piece);

    expect(list.toChunks()[0]).toBe(piece);
  });

  it('A11 holds a picture that comes byte by byte in few objects', () => {
    const list = new ChunkList();

    for (let sent = 0; sent < 100_000; sent++) list.append(Buffer.of(sent));

    expect(list.toChunks().length).toBeLessThanOrEqual(Math.ceil(100_000 / 16_384));
  });

  it('goes on with a slab after a large piece, so that alternating sizes waste nothing', () => {
    const list = new ChunkList();

    for (let round = 0; round < 100; round++) {
      list.append(Buffer.of(round));
      list.append(Buffer.alloc(4 * 1024));
    }

    const small = list.toChunks().filter((chunk) => chunk.length === 1);
    expect(new Set(small.map((chunk) => chunk.buffer)).size).toBe(1);
  });

  it('lets go of everything when cleared, but not of what it gave away', () => {
    const list = new ChunkList();
    list.append(Buffer.from('picture'));
    const given = list.toChunks();

    list.clear();

    expect(list.size).toBe(0);
    expect(list.toChunks()).toEqual([]);
    expect(Buffer.concat(given).toString()).toBe('picture');
  });
});
