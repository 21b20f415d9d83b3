import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { ChunkedBytes, EndOfBytes } from '../src/image/chunked-bytes.js';
import { MalformedImage } from '../src/image/format.js';
import { inspectImage } from '../src/image/inspect.js';
import { jpeg } from '../src/image/jpeg.js';
import { parsePicture } from '../src/image/picture.js';
import { png } from '../src/image/png.js';
import { tiff } from '../src/image/tiff.js';
import { webp } from '../src/image/webp.js';
import {
  bytesOf,
  filled,
  JPEG_START,
  jpegOf,
  PNG_START,
  pngChunk,
  pngHeader,
  pngOf,
  pngPixels,
  prefixOf,
  riffChunk,
  scan,
  segment,
  startOfFrame,
  tiffOf,
  uint,
  vp8,
  vp8l,
  vp8x,
  webpOf,
} from './support/pictures.js';

const FORMATS = [jpeg, png, webp, tiff];

const data = fc.uint8Array({ maxLength: 60 });
const side = fc.integer({ min: 64, max: 2_000 });

/** Data of a scan: no marker in it but what is stuffed. */
const entropy = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xfe }).map((byte) => bytesOf(byte)),
      fc.constant(bytesOf(0xff, 0x00)),
    ),
    { maxLength: 30 },
  )
  .map((parts) => bytesOf(...parts));

const anyJpeg = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom(0xe1, 0xe2, 0xdb, 0xc4, 0xfe), data), { maxLength: 4 }),
    side,
    side,
    fc.array(entropy, { minLength: 1, maxLength: 3 }),
  )
  .map(([segments, width, height, scans]) => ({
    width,
    height,
    bytes: jpegOf(
      ...segments.map(([marker, content]) => segment(marker, content)),
      startOfFrame({ width, height }),
      ...scans.map(scan),
    ),
  }));

const anyPng = fc
  .tuple(side, side, fc.array(fc.tuple(fc.constantFrom('tEXt', 'gAMA', 'eXIf', 'iCCP'), data), { maxLength: 4 }))
  .map(([width, height, chunks]) => ({
    width,
    height,
    bytes: pngOf(pngHeader({ width, height }), ...chunks.map(([type, content]) => pngChunk(type, content)), pngPixels),
  }));

const anyWebp = fc
  .tuple(
    side,
    side,
    fc.constantFrom('lossy', 'lossless', 'extended'),
    fc.array(fc.tuple(fc.constantFrom('EXIF', 'XMP ', 'ICCP'), data), { maxLength: 3 }),
  )
  .map(([width, height, kind, chunks]) => {
    const others = chunks.map(([type, content]) => riffChunk(type, content));
    const size = { width, height };
    const pixels = kind === 'lossless' ? [vp8l(size)] : [...(kind === 'extended' ? [vp8x(size)] : []), vp8(size)];
    return { width, height, bytes: webpOf(...pixels, ...others) };
  });

const anyTiff = fc
  .tuple(fc.boolean(), fc.boolean(), fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 9 }))
  .map(([littleEndian, tiled, values]) => ({
    width: 64,
    height: 64,
    bytes: tiffOf({ littleEndian, tiled, fields: [{ tag: 37_000, type: 3, values }] }),
  }));

const anyPicture = fc.oneof(anyJpeg, anyPng, anyWebp, anyTiff);

/** Bytes that count how often one of them was looked at; bytes that a search runs over count as well. */
class CountedBytes extends ChunkedBytes {
  reads = 0;

  override at(offset: number): number {
    this.reads += 1;
    return super.at(offset);
  }

  override indexOf(value: number, from: number): number {
    try {
      const found = super.indexOf(value, from);
      this.reads += found - from + 1;
      return found;
    } catch (error) {
      this.reads += Math.max(0, this.size - from);
      throw error;
    }
  }
}

function readsOf(bytes: Uint8Array): number {
  const counted = new CountedBytes([bytes]);
  try {
    FORMATS.find((format) => format.matches(counted))?.walk(counted);
  } catch (error) {
    if (!(error instanceof EndOfBytes || error instanceof MalformedImage)) throw error;
  }
  return counted.reads;
}

describe('the inspector, on pictures of any structure', () => {
  it('B12 reads the dimensions that were written', () => {
    fc.assert(
      fc.property(anyPicture, ({ bytes, width, height }) => {
        expect(inspectImage([bytes])).toMatchObject({
          width,
          height,
          animated: false,
          truncated: false,
          malformed: undefined,
        });
        expect(parsePicture([bytes]).kind).toBe('picture');
      }),
      { numRuns: 100 },
    );
  });

  it('B04 P6 refuses every strict prefix', () => {
    fc.assert(
      fc.property(anyPicture, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), ({ bytes }, share) => {
        expect(parsePicture([prefixOf(bytes, Math.floor(share * bytes.length))]).kind).toBe('refused');
      }),
      { numRuns: 300 },
    );
  });

  it('B05 takes the same of a picture whatever is behind its end', () => {
    fc.assert(
      fc.property(anyPicture, fc.uint8Array({ maxLength: 100 }), ({ bytes }, tail) => {
        const { size, ...facts } = inspectImage([bytes]);

        expect(inspectImage([bytes, tail])).toEqual({ ...facts, size: size + tail.length });
      }),
      { numRuns: 100 },
    );
  });

  it('B14 E19 looks at no byte more than a few times, whatever the bytes are', () => {
    const pieces = fc.array(
      fc.oneof(
        data,
        data.map((content) => segment(0xfe, content)),
        data.map((content) => pngChunk('tEXt', content)),
        data.map((content) => riffChunk('EXIF', content)),
        fc.constantFrom(
          scan(),
          segment(0xda),
          bytesOf(0xff, 0xff, 0xff),
          bytesOf(0xff, 0x00),
          startOfFrame(),
          riffChunk('VP8 '),
        ),
      ),
      { maxLength: 30 },
    );
    const starts = fc.constantFrom(
      JPEG_START,
      bytesOf(PNG_START, pngHeader()),
      bytesOf('RIFF', uint(4, 4_000, true), 'WEBP'),
      tiffOf(),
      bytesOf('II*\0', uint(4, 8, true), uint(2, 20, true)),
    );

    fc.assert(
      fc.property(starts, pieces, fc.integer({ min: 1, max: 20 }), (start, parts, times) => {
        const body = bytesOf(...parts);
        const bytes = bytesOf(start, filled(body.length * times, body.length > 0 ? body : bytesOf(0)));

        // A segment of four bytes takes about five looks, the bytes of a name among them.
        expect(readsOf(bytes)).toBeLessThanOrEqual(8 * bytes.length + 1_000);
      }),
      { numRuns: 200 },
    );
  });
});
