import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import sharp from 'sharp';
import { type ImageInspection, inspectImage, sniffImageType } from '../src/image/inspect.js';
import {
  builtPictures,
  byteByByte,
  bytesOf,
  cutAt,
  filled,
  JPEG_START,
  otherFormats,
  PNG_START,
  pngChunk,
  pngHeader,
  prefixOf,
  riffChunk,
  segment,
  startOfFrame,
  uint,
  webpOf,
} from './support/pictures.js';
import { encodePictures, noise, type RealPicture, samplePictures } from './support/real-pictures.js';

const encodedPictures = await encodePictures();
const everyPicture: readonly RealPicture[] = [...builtPictures, ...encodedPictures, ...samplePictures];
const EVERY_TYPE: readonly ImageInspection['type'][] = ['jpeg', 'png', 'webp', 'tiff', undefined];

/** What is said of bytes that are none of the four formats. */
const NOTHING = { type: undefined, width: 0, height: 0, animated: false, truncated: false, malformed: undefined };

/** Far above what any input takes here, far below what a person or a deadline waits for. */
const WATCHDOG_MS = 20_000;
const LARGE = 256 * 1024;
const FIVE_MIB = 5 * 1024 * 1024;

describe('inspectImage', () => {
  it.each(builtPictures)('reads type and dimensions of a $name', ({ bytes, type, width, height }) => {
    const image = inspectImage([bytes]);

    expect(image).toEqual({
      type,
      size: bytes.length,
      width,
      height,
      animated: false,
      truncated: false,
      malformed: undefined,
    });
  });

  it.each([...encodedPictures, ...samplePictures])('B12 agrees with a decoder on a $name', async ({ bytes }) => {
    const { format, width, height } = await sharp(bytes).metadata();

    const image = inspectImage([bytes]);

    expect(image).toEqual({
      type: format,
      size: bytes.length,
      width,
      height,
      animated: false,
      truncated: false,
      malformed: undefined,
    });
  });

  it('agrees with a decoder on pictures of any dimensions', async () => {
    const side = fc.integer({ min: 1, max: 300 });
    const format = fc.constantFrom('jpeg', 'png', 'webp', 'tiff');

    await fc.assert(
      fc.asyncProperty(side, side, format, async (width, height, type) => {
        const bytes = await noise(width, height).toFormat(type).toBuffer();

        expect(inspectImage([bytes])).toMatchObject({ type, width, height, truncated: false, malformed: undefined });
      }),
      { numRuns: 30 },
    );
  });

  it.each(otherFormats)('B03 takes %s for none of the four formats', (_name, bytes) => {
    expect(inspectImage([bytes])).toEqual({ ...NOTHING, size: bytes.length });
  });

  it.each([
    ['no chunks', []],
    ['an empty chunk', [new Uint8Array(0)]],
  ])('B01 takes %s for none of the four formats', (_name, chunks) => {
    expect(inspectImage(chunks)).toEqual({ ...NOTHING, size: 0 });
  });

  it.each([...builtPictures, ...encodedPictures])('B04 accepts no strict prefix of a $name', ({ bytes }) => {
    expect(acceptedPrefixes(bytes, 1)).toEqual([]);
  });

  it.each(samplePictures)('B04 accepts no strict prefix of $name', ({ bytes }) => {
    expect(acceptedPrefixes(bytes, 7)).toEqual([]);
  });

  it.each([
    ['jpeg', bytesOf(0xff, 0xd8, 0xff)],
    ['png', PNG_START],
    ['webp', bytesOf('RIFF', uint(4, 1_000_000, true), 'WEBP')],
    ['tiff', bytesOf('II*\0')],
    ['tiff', bytesOf('MM\0*')],
  ])('B04 takes the magic number of a %s alone for a part of one', (type, bytes) => {
    expect(inspectImage([bytes])).toMatchObject({ type, truncated: true, width: 0, height: 0 });
  });

  it.each([
    ['JPEG', bytesOf(0xff, 0xd8, 0xff)],
    ['PNG', PNG_START],
    ['WebP', bytesOf('RIFF', 0, 0, 0, 0, 'WEBP')],
    ['little-endian TIFF', bytesOf('II*\0')],
    ['big-endian TIFF', bytesOf('MM\0*')],
  ])('B04 refuses the magic number of a %s and zeros', (_name, magic) => {
    const short = inspectImage([magic, new Uint8Array(100)]);
    const long = inspectImage([magic, new Uint8Array(1_000_000)]);

    expect([short, long].filter(isAccepted)).toEqual([]);
  });

  it('answers the same however the bytes are chunked', () => {
    const cuts = fc.array(fc.nat(40_000), { maxLength: 20 });

    fc.assert(
      fc.property(fc.constantFrom(...everyPicture), cuts, ({ bytes }, places) => {
        expect(inspectImage(cutAt(bytes, places))).toEqual(inspectImage([bytes]));
      }),
      { numRuns: 300 },
    );
  });

  it.each([...builtPictures, ...encodedPictures])(
    'answers the same for a $name in chunks of one byte, with empty ones between',
    ({ bytes }) => {
      expect(inspectImage(byteByByte(bytes))).toEqual(inspectImage([bytes]));
    },
  );

  it('B14 answers for any bytes behind any magic number', () => {
    const magic = fc.constantFrom(
      JPEG_START,
      bytesOf(JPEG_START, startOfFrame()),
      PNG_START,
      bytesOf(PNG_START, pngHeader()),
      bytesOf('RIFF', 64, 0, 0, 0, 'WEBP'),
      bytesOf('RIFF', 64, 0, 0, 0, 'WEBPVP8X'),
      bytesOf('II*\0', 8, 0, 0, 0),
      bytesOf('MM\0*', 0, 0, 0, 8),
    );

    fc.assert(
      fc.property(magic, fc.uint8Array({ maxLength: 200 }), (start, rest) => {
        expect(isInspection(inspectImage([start, rest]), start.length + rest.length)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('B14 answers for any picture with any bytes changed', () => {
    const changes = fc.array(fc.tuple(fc.nat(120), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 });

    fc.assert(
      fc.property(fc.constantFrom(...everyPicture), changes, ({ bytes }, replacements) => {
        const changed = Uint8Array.from(bytes);
        for (const [offset, value] of replacements) changed[offset % changed.length] = value;

        expect(isInspection(inspectImage([changed]), changed.length)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('B14 answers for every shape of 55 bytes whose sizes are zero or the largest', () => {
    const fill = fc.constantFrom(0x00, 0x01, 0x7f, 0x80, 0xff);
    const start = fc.constantFrom(
      JPEG_START,
      PNG_START,
      bytesOf(PNG_START, 0, 0, 0, 13, 'IHDR'),
      bytesOf('RIFF', 47, 0, 0, 0, 'WEBP'),
      bytesOf('II*\0'),
      bytesOf('MM\0*'),
    );

    fc.assert(
      fc.property(start, fc.array(fill, { minLength: 55, maxLength: 55 }), (head, rest) => {
        expect(isInspection(inspectImage([prefixOf(bytesOf(head, Uint8Array.from(rest)), 55)]), 55)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['a JPEG of fill bytes', bytesOf(JPEG_START, filled(LARGE, bytesOf(0xff)))],
    ['a JPEG of stuffed bytes', bytesOf(JPEG_START, segment(0xda), filled(LARGE, bytesOf(0xff, 0x00)))],
    ['a JPEG of restart markers', bytesOf(JPEG_START, segment(0xda), filled(LARGE, bytesOf(0xff, 0xd0)))],
    ['a JPEG of empty segments', bytesOf(JPEG_START, filled(LARGE, segment(0xfe)))],
    ['a JPEG of empty scans', bytesOf(JPEG_START, filled(LARGE, segment(0xda)))],
    ['a PNG of empty chunks', bytesOf(PNG_START, pngHeader(), filled(LARGE, pngChunk('tEXt')))],
    ['a WebP of empty chunks', webpOf(filled(LARGE, riffChunk('JUNK')))],
    ['a TIFF with 65,535 entries', tiffOfEntries(65_535)],
    ['a TIFF with 100,000 strips', tiffOfStrips(100_000)],
  ])('B14 answers at once for %s', (_name, bytes) => {
    const start = process.cpuUsage();

    const image = inspectImage([bytes]);

    expect(process.cpuUsage(start).user / 1000).toBeLessThan(WATCHDOG_MS);
    expect(isInspection(image, bytes.length)).toBe(true);
  });

  it.each([
    ['JPEG segments', bytesOf(JPEG_START, filled(FIVE_MIB, segment(0xfe))), 'it has too many segments'],
    ['JPEG scans', bytesOf(JPEG_START, filled(FIVE_MIB, segment(0xda))), 'it has too many segments'],
    ['JPEG restart markers', bytesOf(JPEG_START, filled(FIVE_MIB, bytesOf(0xff, 0xd0))), 'it has too many segments'],
    ['PNG chunks', bytesOf(PNG_START, pngHeader(), filled(FIVE_MIB, pngChunk('tEXt'))), 'it has too many chunks'],
    ['WebP chunks', webpOf(filled(FIVE_MIB, riffChunk('JUNK'))), 'it has too many chunks'],
    ['WebP frames', webpOf(filled(FIVE_MIB, riffChunk('ANMF'))), 'it has too many chunks'],
    [
      'TIFF entries',
      bytesOf(tiffDirectory(65_535), filled(FIVE_MIB, tiffEntry(270, 4, 0))),
      'it has too many directory entries',
    ],
    ['TIFF strips', tiffOfStrips(FIVE_MIB / 8), 'it has too many strips or tiles'],
  ])('B14 calls 5 MiB of empty %s malformed', (_name, bytes, malformed) => {
    expect(inspectImage([bytes])).toEqual({ ...NOTHING, type: expect.any(String), size: bytes.length, malformed });
  });

  it('B14 takes a TIFF of 65,536 strips, and none of more', () => {
    expect(inspectImage([tiffOfStrips(65_536)])).toMatchObject({ width: 640, malformed: undefined, truncated: false });
    expect(inspectImage([tiffOfStrips(65_537)])).toMatchObject({
      malformed: 'it has too many strips or tiles',
      truncated: false,
    });
  });

  it('B14 answers at once for a picture in very many chunks', () => {
    const chunks = byteByByte(bytesOf(JPEG_START, segment(0xda), filled(50_000, bytesOf(0xff, 0x00))));
    const start = process.cpuUsage();

    const image = inspectImage(chunks);

    expect(process.cpuUsage(start).user / 1000).toBeLessThan(WATCHDOG_MS);
    expect(image.truncated).toBe(true);
  });

  it('lets through an error that is not about the picture', () => {
    class Unreadable extends Uint8Array {
      override indexOf(): number {
        throw new RangeError('out of memory');
      }
    }

    expect(() => inspectImage([JPEG_START, segment(0xda), Unreadable.of(1, 2, 3)])).toThrow(RangeError);
  });
});

describe('sniffImageType', () => {
  it.each(everyPicture)('names the type of a $name by 12 bytes', ({ bytes }) => {
    expect(sniffImageType(prefixOf(bytes, 12))).toBe(inspectImage([bytes]).type);
  });

  it.each(otherFormats)('B03 names none for %s', (_name, bytes) => {
    expect(sniffImageType(bytes)).toBeUndefined();
  });

  it('B03 names none for no bytes', () => {
    expect(sniffImageType(new Uint8Array(0))).toBeUndefined();
  });

  it.each([
    ['jpeg', 3],
    ['png', 8],
    ['webp', 12],
    ['tiff', 4],
  ])('needs the whole signature of a %s', (type, length) => {
    const { bytes } = builtPictures.find((picture) => picture.type === type) ?? { bytes: new Uint8Array(0) };

    expect(sniffImageType(prefixOf(bytes, length - 1))).toBeUndefined();
    expect(sniffImageType(prefixOf(bytes, length))).toBe(type);
  });
});

function isAccepted({ type, animated, truncated, malformed }: ImageInspection): boolean {
  return type !== undefined && !animated && !truncated && malformed === undefined;
}

/** Lengths, every `step` bytes and the last ones, at which the bytes pass as a whole picture. */
function acceptedPrefixes(bytes: Uint8Array, step: number): readonly number[] {
  return [...bytes.keys()]
    .filter((length) => length % step === 0 || length > bytes.length - 100)
    .filter((length) => isAccepted(inspectImage([prefixOf(bytes, length)])));
}

/** Whether every member has a value it may have; dimensions are only given of a structure that was read. */
function isInspection(image: ImageInspection, size: number): boolean {
  const { type, width, height, animated, truncated, malformed } = image;
  const isRead = type !== undefined && !truncated && malformed === undefined;
  return [
    image.size === size,
    EVERY_TYPE.includes(type),
    typeof animated === 'boolean',
    !(truncated && malformed !== undefined),
    [width, height].every((pixels) => Number.isSafeInteger(pixels) && pixels >= 0 && pixels < 2 ** 32),
    isRead || (width === 0 && height === 0 && !animated),
  ].every(Boolean);
}

function tiffOfEntries(count: number): Uint8Array {
  return bytesOf(tiffDirectory(count), filled(count * 12, tiffEntry(270, 4, 0)), uint(4, 0, true));
}

/** Every strip is the byte at 0. */
function tiffOfStrips(count: number): Uint8Array {
  const [offsetsAt, lengthsAt] = [62, 62 + count * 4];
  return bytesOf(
    tiffDirectory(4),
    tiffEntry(256, 1, 640),
    tiffEntry(257, 1, 480),
    tiffEntry(273, count, offsetsAt),
    tiffEntry(279, count, lengthsAt),
    uint(4, 0, true),
    new Uint8Array(count * 4),
    filled(count * 4, uint(4, 1, true)),
  );
}

function tiffDirectory(count: number): Uint8Array {
  return bytesOf('II*\0', uint(4, 8, true), uint(2, count, true));
}

function tiffEntry(tag: number, count: number, value: number): Uint8Array {
  return bytesOf(uint(2, tag, true), uint(2, 4, true), uint(4, count, true), uint(4, value, true));
}
