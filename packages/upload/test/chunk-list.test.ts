import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { ChunkList } from '../src/chunk-list.js';

/** Bytes that stay in memory for these pieces. */
function memoryOf(chunks: readonly Uint8Array[]): number {
  return [...new Set(chunks.map(({ buffer }) => buffer))].reduce((total, { byteLength }) => total + byteLength, 0);
}

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

  it('keeps what a form leaves of a large piece as it is: all but its head, or its end', () => {
    const list = new ChunkList();
    const piece = Buffer.alloc(64 * 1024);
    const [first, last] = [piece.subarray(200), Buffer.alloc(32 * 1024).subarray(0, 16 * 1024)];

    list.append(first);
    list.append(last);

    const [keptFirst, keptLast] = list.toChunks();
    expect(keptFirst).toBe(first);
    expect(keptLast).toBe(last);
  });

  it('A33 E18 copies a piece that is less than half of its memory', () => {
    const list = new ChunkList();
    const piece = Buffer.alloc(64 * 1024, 7).subarray(0, 32 * 1024 - 1);

    list.append(piece);

    expect(Buffer.concat(list.toChunks()).equals(piece)).toBe(true);
    expect(list.toChunks().map(({ buffer }) => buffer)).not.toContain(piece.buffer);
  });

  it('A33 E18 holds no more than twice its bytes and one slab, whatever memory the pieces are cut out of', () => {
    const slices = fc.record({
      before: fc.nat(80_000),
      length: fc.oneof(fc.nat(40), fc.integer({ min: 4_000, max: 70_000 })),
      behind: fc.nat(80_000),
    });

    fc.assert(
      fc.property(fc.array(slices, { maxLength: 30 }), (cuts) => {
        const list = new ChunkList();
        const pieces = cuts.map(({ before, length, behind }, index) =>
          Buffer.alloc(before + length + behind, index).subarray(before, before + length),
        );

        for (const piece of pieces) list.append(piece);

        expect(Buffer.concat(list.toChunks()).equals(Buffer.concat(pieces))).toBe(true);
        expect(memoryOf(list.toChunks())).toBeLessThanOrEqual(2 * list.size + 16 * 1024);
      }),
    );
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
