import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { inspectImage } from '../src/image/inspect.js';
import {
  bigTiff,
  bytesOf,
  loopedTiff,
  multiPageTiff,
  prefixOf,
  rawPictures,
  tiffHead,
  tiffOf,
  uint,
} from './support/pictures.js';
import { encodeFrames, noise } from './support/real-pictures.js';

const WIDTH = 256;
const HEIGHT = 257;
const STRIP_OFFSETS = 273;
const STRIP_LENGTHS = 279;
const TILE_OFFSETS = 324;
const TILE_LENGTHS = 325;

describe.each([
  ['little-endian', true],
  ['big-endian', false],
])('the TIFF walk, %s', (_name, littleEndian) => {
  it.each([
    ['shorts', 3],
    ['longs', 4],
  ])('reads dimensions that are %s', (_type, type) => {
    const fields = [
      { tag: WIDTH, type, values: [800] },
      { tag: HEIGHT, type, values: [1_000] },
    ];

    expect(inspectImage([tiffOf({ littleEndian, fields })])).toMatchObject({ width: 800, height: 1_000 });
  });

  it('reads the first of two fields of one tag, as a decoder does', () => {
    const fields = [800, 7].map((width) => ({ tag: WIDTH, type: 3, values: [width] }));

    expect(inspectImage([tiffOf({ littleEndian, fields })])).toMatchObject({ width: 800 });
  });

  it('B10 takes a second directory for a second page', () => {
    const image = inspectImage([tiffOf({ littleEndian, next: 8 })]);

    expect(image).toMatchObject({ animated: true, truncated: false, malformed: undefined });
  });

  it.each([
    ['no width', [WIDTH], 'the directory does not give the dimensions'],
    ['no height', [HEIGHT], 'the directory does not give the dimensions'],
    ['no offsets of strips', [STRIP_OFFSETS], 'the directory does not say where the pixels are'],
    ['no lengths of strips', [STRIP_LENGTHS], 'the directory does not say where the pixels are'],
  ])('B04 calls a picture with %s malformed', (_what, without, malformed) => {
    expect(inspectImage([tiffOf({ littleEndian, without })])).toMatchObject({ malformed, truncated: false, width: 0 });
  });

  it.each([
    ['no offsets of tiles', [TILE_OFFSETS]],
    ['no lengths of tiles', [TILE_LENGTHS]],
  ])('B04 calls a picture in tiles with %s malformed', (_what, without) => {
    const malformed = 'the directory does not say where the pixels are';

    expect(inspectImage([tiffOf({ littleEndian, without, tiled: true })])).toMatchObject({ malformed });
  });

  it.each([
    ['an empty width', { tag: WIDTH, type: 3, values: [] }, 'the directory does not give the dimensions'],
    ['an empty height', { tag: HEIGHT, type: 4, values: [] }, 'the directory does not give the dimensions'],
    ['no strips', { tag: STRIP_OFFSETS, type: 4, values: [] }, 'the directory does not say where the pixels are'],
    [
      'fewer lengths than strips',
      { tag: STRIP_LENGTHS, type: 4, values: [9] },
      'the directory does not say where the pixels are',
    ],
  ])('B04 calls a picture with %s malformed', (_what, field, malformed) => {
    expect(inspectImage([tiffOf({ littleEndian, fields: [field] })])).toMatchObject({ malformed, truncated: false });
  });

  it.each([
    ['no strips and no lengths', []],
    ['strips without a byte', [0, 0]],
  ])('B04 calls a picture of %s malformed', (_what, values) => {
    const fields = [
      { tag: STRIP_OFFSETS, type: 4, values },
      { tag: STRIP_LENGTHS, type: 4, values },
    ];

    expect(inspectImage([tiffOf({ littleEndian, fields })])).toMatchObject({
      malformed: 'there are no pixels',
    });
  });

  it.each([
    ['a strip past the end', { tag: STRIP_OFFSETS, type: 4, values: [8, 1_000_000] }],
    ['a strip that ends past the end', { tag: STRIP_LENGTHS, type: 4, values: [8, 1_000_000] }],
    ['a strip of 4 GiB', { tag: STRIP_LENGTHS, type: 4, values: [8, 0xffffffff] }],
    ['values past the end', { tag: 270, type: 2, values: [1], count: 1_000_000_000 }],
    ['more values than fit any file', { tag: 270, type: 12, values: [1], count: 0xffffffff }],
    ['strips without end', { tag: STRIP_OFFSETS, type: 4, values: [8, 8], count: 0xffffffff }],
  ])('B04 calls a picture with %s truncated', (_what, field) => {
    expect(inspectImage([tiffOf({ littleEndian, fields: [field] })])).toMatchObject({
      truncated: true,
      malformed: undefined,
      width: 0,
      height: 0,
    });
  });

  it('B04 wants the values of a field to their last byte, which may be that of the file', () => {
    const bytes = tiffHead(
      [
        { tag: WIDTH, type: 3, values: [64] },
        { tag: HEIGHT, type: 3, values: [64] },
        { tag: 270, type: 2, values: [...Buffer.from('a comment')] },
        { tag: STRIP_OFFSETS, type: 4, values: [8] },
        { tag: STRIP_LENGTHS, type: 4, values: [4] },
      ],
      0,
      littleEndian,
    );

    expect(inspectImage([bytes])).toMatchObject({ width: 64, truncated: false, malformed: undefined });
    expect(inspectImage([prefixOf(bytes, bytes.length - 1)])).toMatchObject({ truncated: true });
  });

  it('B14 ends the walk of strips that no field type bounds', () => {
    const fields = [
      { tag: STRIP_OFFSETS, type: 99, values: [0], count: 0xffffffff },
      { tag: STRIP_LENGTHS, type: 99, values: [0], count: 0xffffffff },
    ];

    expect(inspectImage([tiffOf({ littleEndian, fields })])).toMatchObject({
      malformed: 'it has too many strips or tiles',
      truncated: false,
    });
  });

  it('looks for no pixels of a strip of length 0', () => {
    const fields = [
      { tag: STRIP_OFFSETS, type: 4, values: [8, 0xffffffff] },
      { tag: STRIP_LENGTHS, type: 4, values: [1, 0] },
    ];

    expect(inspectImage([tiffOf({ littleEndian, fields })])).toMatchObject({ truncated: false, malformed: undefined });
  });

  it.each([
    ['a directory past the end', uint(4, 1_000_000, littleEndian)],
    ['a directory of 4,096 entries', bytesOf(uint(4, 8, littleEndian), uint(2, 4_096, littleEndian))],
  ])('B04 calls a picture with %s truncated', (_what, rest) => {
    const bytes = bytesOf(prefixOf(tiffOf({ littleEndian }), 4), rest, new Uint8Array(100));

    expect(inspectImage([bytes])).toMatchObject({ truncated: true, malformed: undefined, width: 0, height: 0 });
  });

  it.each([
    ['a directory of 65,535 entries', bytesOf(uint(4, 8, littleEndian), 0xff, 0xff)],
    ['a directory of 4,097 entries', bytesOf(uint(4, 8, littleEndian), uint(2, 4_097, littleEndian))],
    ['a directory in the header', uint(4, 0, littleEndian)],
  ])('B04 B14 calls a picture with %s malformed', (_what, rest) => {
    const bytes = bytesOf(prefixOf(tiffOf({ littleEndian }), 4), rest, new Uint8Array(100));

    expect(inspectImage([bytes])).toMatchObject({
      malformed: 'it has too many directory entries',
      truncated: false,
      width: 0,
      height: 0,
    });
  });

  it.each([
    [4_096, undefined],
    [4_097, 'it has too many directory entries'],
  ])('B14 of a picture with %i entries says: %p', (count, malformed) => {
    const more = Array.from({ length: count - 9 }, (_, index) => ({ tag: 10_000 + index, type: 3, values: [0] }));

    expect(inspectImage([tiffOf({ littleEndian, fields: more })])).toMatchObject({ malformed, truncated: false });
  });

  it('B04 calls a directory without a place for the next one truncated', () => {
    const bytes = prefixOf(tiffOf({ littleEndian }), 8 + 2 + 9 * 12 + 3);

    expect(inspectImage([bytes])).toMatchObject({ truncated: true });
  });
});

describe('the TIFF walk', () => {
  it('is tried on pictures that a decoder can read', async () => {
    const little = await sharp(tiffOf()).metadata();
    const big = await sharp(tiffOf({ littleEndian: false, tiled: true })).metadata();
    const pages = await sharp(multiPageTiff).metadata();

    expect(little).toMatchObject({ format: 'tiff', width: 64, height: 64, pages: 1 });
    expect(big).toMatchObject({ format: 'tiff', width: 64, height: 64, pages: 1 });
    expect(pages).toMatchObject({ format: 'tiff', pages: 2 });
  });

  it.each([
    ['two pages', multiPageTiff],
    ['a directory that names itself as the next', loopedTiff],
  ])('B10 takes a picture with %s for one of several pages', (_name, bytes) => {
    expect(inspectImage([bytes])).toMatchObject({ animated: true, width: 64, height: 64 });
  });

  it('B10 takes what an encoder writes in pages for several pages', async () => {
    const pages = await encodeFrames('tiff');
    const pyramid = await noise(300, 300).tiff({ pyramid: true, tile: true, compression: 'deflate' }).toBuffer();

    expect(inspectImage([pages])).toMatchObject({ animated: true, truncated: false, malformed: undefined });
    expect(inspectImage([pyramid])).toMatchObject({ animated: true, truncated: false, malformed: undefined });
  });

  it.each(rawPictures)('B10 calls a %s malformed', (_name, bytes) => {
    expect(inspectImage([bytes])).toMatchObject({
      type: 'tiff',
      malformed: 'it is a camera raw file',
      truncated: false,
    });
  });

  it('B10 calls a BigTIFF malformed', async () => {
    const encoded = await noise(64, 64).tiff({ bigtiff: true }).toBuffer();

    expect(inspectImage([bigTiff])).toMatchObject({ type: 'tiff', malformed: 'it is a BigTIFF' });
    expect(inspectImage([encoded])).toMatchObject({ type: 'tiff', malformed: 'it is a BigTIFF' });
  });

  it('B05 needs no end of file where the picture ends', () => {
    expect(inspectImage([tiffOf(), bytesOf('<script>')])).toMatchObject({ truncated: false, malformed: undefined });
  });
});
