import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { FormEdges } from '../src/form-edges.js';

const BOUNDARY = 'edge';
const LIMIT = 4 * 1024;

function watch(body: Buffer, pieceBytes: number): { readonly opens: boolean; readonly ends: boolean } {
  const edges = new FormEdges(BOUNDARY);
  let opens = true;
  for (let offset = 0; offset < body.length; offset += pieceBytes) {
    opens = edges.see(body.subarray(offset, offset + pieceBytes)) && opens;
  }
  return { opens, ends: edges.endsInTime() };
}

const bodyOf = (before: number, within: number, after: number) =>
  Buffer.concat([
    Buffer.alloc(before, 'x'),
    Buffer.from(`--${BOUNDARY}\r\n`),
    Buffer.alloc(within, 'y'),
    Buffer.from(`\r\n--${BOUNDARY}--`),
    Buffer.alloc(after, 'z'),
  ]);

describe('FormEdges', () => {
  it('A31 allows 4 KiB before the first delimiter and after the last, not a byte more', () => {
    const lengths = fc.oneof(fc.nat(2 * LIMIT), fc.constantFrom(0, LIMIT - 1, LIMIT, LIMIT + 1));

    fc.assert(
      fc.property(
        lengths,
        fc.nat(3 * LIMIT),
        lengths,
        fc.integer({ min: 1, max: 70_000 }),
        (before, within, after, piece) => {
          const { opens, ends } = watch(bodyOf(before, within, after), piece);

          expect(opens).toBe(before <= LIMIT);
          expect(ends).toBe(after <= LIMIT);
        },
      ),
    );
  });

  it.each([1, 7, 4_096, 1_000_000])('A31 finds both ends in pieces of %d bytes', (piece) => {
    expect(watch(bodyOf(LIMIT, 20_000, LIMIT), piece)).toEqual({ opens: true, ends: true });
    expect(watch(bodyOf(LIMIT + 1, 20_000, LIMIT + 1), piece)).toEqual({ opens: false, ends: false });
  });

  it('A31 finds the end wherever in the body it is', () => {
    const places = Array.from({ length: LIMIT + BOUNDARY.length + 4 }, (_, within) => within);

    expect(places.filter((within) => !watch(bodyOf(0, within, 10), 1_000).ends)).toEqual([]);
  });

  it('A06 does not put an end together from the last bytes and what stands 4 KiB before them', () => {
    const [end, start] = [`--${BOUNDARY}-`, '-'];
    const last = `${start}${'x'.repeat(LIMIT + BOUNDARY.length + 4 - end.length - 1)}${end}`;

    expect(watch(Buffer.from(`--${BOUNDARY}\r\n${'y'.repeat(1_500)}${last}`), 1_000).ends).toBe(false);
  });

  it('A06 knows that a body without its closing delimiter does not end', () => {
    expect(watch(Buffer.from(`--${BOUNDARY}\r\n\r\n--${BOUNDARY}-`), 100).ends).toBe(false);
  });
});
