import { MARKED_PICTURE_BYTES } from '../../../../test/support/canary.js';
import { crc32, deflateSync } from 'node:zlib';

/** A picture built by hand, and what the inspector must say of it. */
export interface BuiltPicture {
  readonly name: string;
  readonly type: 'jpeg' | 'png' | 'webp' | 'tiff';
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

/** Bytes in a row: a number is one byte, a string is Latin-1. */
export function bytesOf(...parts: readonly (number | string | Uint8Array)[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts.map(toBytes)));
}

function toBytes(part: number | string | Uint8Array): Uint8Array {
  if (typeof part === 'number') return Uint8Array.of(part);
  return typeof part === 'string' ? Buffer.from(part, 'latin1') : part;
}

/** An unsigned number in 2, 3 or 4 bytes. */
export function uint(length: 2 | 3 | 4, value: number, littleEndian = false): Uint8Array {
  const buffer = Buffer.alloc(length);
  if (littleEndian) buffer.writeUIntLE(value, 0, length);
  else buffer.writeUIntBE(value, 0, length);
  return Uint8Array.from(buffer);
}

/** `size` bytes of a pattern, over and over; the last time perhaps in part. */
export function filled(size: number, pattern: Uint8Array): Uint8Array {
  return Uint8Array.from(Buffer.alloc(size, pattern));
}

/** The first `length` bytes. */
export function prefixOf(bytes: Uint8Array, length: number): Uint8Array {
  return bytes.subarray(0, length);
}

/** The bytes cut at these places, which may repeat and lie outside. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const cuts = [0, ...places.map((place) => Math.min(place, bytes.length)).sort((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
}

/** One chunk per byte, with empty ones in between. */
export function byteByByte(bytes: Uint8Array): readonly Uint8Array[] {
  return [...bytes.keys()].flatMap((index) => [new Uint8Array(0), bytes.subarray(index, index + 1)]);
}

export const JPEG_START = bytesOf(0xff, 0xd8);
export const JPEG_END = bytesOf(0xff, 0xd9);

/** A marker segment of a JPEG. */
export function segment(marker: number, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  return bytesOf(0xff, marker, uint(2, data.length + 2), data);
}

/** A start of frame with three components. */
export function startOfFrame({ width = 640, height = 480, marker = 0xc0, precision = 8 } = {}): Uint8Array {
  const components = bytesOf(3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1);
  return segment(marker, bytesOf(precision, uint(2, height), uint(2, width), components));
}

/** A start of scan and its entropy-coded data. */
export function scan(data: Uint8Array = bytesOf(0x12, 0x34, 0xff, 0x00, 0x56)): Uint8Array {
  return bytesOf(segment(0xda, bytesOf(3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0)), data);
}

const JFIF = segment(0xe0, bytesOf('JFIF\0', 1, 1, 0, 0, 1, 0, 1, 0, 0));

/** A whole JPEG out of its segments. */
export function jpegOf(...segments: readonly Uint8Array[]): Uint8Array {
  return bytesOf(JPEG_START, JFIF, ...segments, JPEG_END);
}

/** Values that hold 0xFF, among them whole markers, to be skipped and not read. */
const quantisation = segment(0xdb, bytesOf(0, 0xff, 0xd9, 0xff, 0xda, 0xff, 0xff));

/** It carries the canary of the suites. */
export const baselineJpeg = jpegOf(
  segment(0xfe, MARKED_PICTURE_BYTES),
  quantisation,
  startOfFrame(),
  segment(0xc4, bytesOf(0, 1, 2)),
  scan(),
);

export const progressiveJpeg = jpegOf(
  startOfFrame({ marker: 0xc2 }),
  scan(),
  segment(0xc4, bytesOf(0x10, 1)),
  scan(bytesOf(0xff, 0x00, 0xff, 0x00)),
  scan(new Uint8Array(0)),
);

const builtJpegs: readonly (readonly [string, Uint8Array])[] = [
  ['baseline', baselineJpeg],
  ['progressive, three scans', progressiveJpeg],
  [
    'restart markers in the data',
    jpegOf(
      segment(0xdd, uint(2, 4)),
      startOfFrame(),
      scan(bytesOf(0x01, 0xff, 0xd0, 0x02, 0xff, 0xd1, 0xff, 0x00, 0xff, 0xd7, 0x03)),
    ),
  ],
  [
    'fill bytes before markers',
    bytesOf(JPEG_START, 0xff, 0xff, startOfFrame(), 0xff, scan(bytesOf(1, 0xff, 0xff, 0xff)), 0xff, JPEG_END),
  ],
  ['markers without a length', jpegOf(bytesOf(0xff, 0x01), bytesOf(0xff, 0xd3), startOfFrame(), scan())],
  ['extended sequential, 12 bits', jpegOf(startOfFrame({ marker: 0xc1, precision: 12 }), scan())],
  ['lossless', jpegOf(startOfFrame({ marker: 0xc3 }), scan())],
  ['arithmetic coding', jpegOf(segment(0xcc, bytesOf(0, 1)), startOfFrame({ marker: 0xc9 }), scan())],
  ['the last start of frame', jpegOf(segment(0xc8), startOfFrame({ marker: 0xcf }), scan())],
  [
    'a thumbnail of other dimensions',
    jpegOf(
      segment(0xe1, bytesOf('Exif\0\0', jpegOf(startOfFrame({ width: 9, height: 9 }), scan()))),
      startOfFrame(),
      scan(),
    ),
  ],
  ['a comment', jpegOf(segment(0xfe, bytesOf('\xff\xd9 didit')), startOfFrame(), scan())],
];

/** One chunk of a PNG, with its checksum. */
export function pngChunk(type: string, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const body = bytesOf(type, data);
  return bytesOf(uint(4, data.length), body, uint(4, crc32(body)));
}

/** The header chunk of a PNG; grey with 8 bits unless told otherwise. */
export function pngHeader({ width = 640, height = 480, depth = 8, colour = 0 } = {}): Uint8Array {
  return pngChunk('IHDR', bytesOf(uint(4, width), uint(4, height), depth, colour, 0, 0, 0));
}

export const PNG_START = bytesOf(0x89, 'PNG\r\n', 0x1a, '\n');
export const PNG_END = pngChunk('IEND');

/** A black picture, 640 x 480, grey with 8 bits. */
export const pngPixels = pngChunk('IDAT', deflateSync(Buffer.alloc(480 * 641)));

/** A whole PNG out of its chunks. */
export function pngOf(...chunks: readonly Uint8Array[]): Uint8Array {
  return bytesOf(PNG_START, ...chunks, PNG_END);
}

const animationControl = pngChunk('acTL', bytesOf(uint(4, 2), uint(4, 0)));
const frameControl = (sequence: number) =>
  pngChunk(
    'fcTL',
    bytesOf(uint(4, sequence), uint(4, 640), uint(4, 480), uint(4, 0), uint(4, 0), uint(2, 1), uint(2, 10), 0, 0),
  );

export const stillPng = pngOf(pngHeader(), pngPixels);

export const animatedPng = pngOf(
  pngHeader(),
  animationControl,
  frameControl(0),
  pngPixels,
  frameControl(1),
  pngChunk('fdAT', bytesOf(uint(4, 2), deflateSync(Buffer.alloc(480 * 641)))),
);

const builtPngs: readonly (readonly [string, Uint8Array])[] = [
  ['still', stillPng],
  ['text and EXIF', pngOf(pngHeader(), pngChunk('tEXt', bytesOf('Comment\0acTL IEND')), pngChunk('eXIf'), pngPixels)],
  ['pixels in several chunks', pngOf(pngHeader(), pngPixels, pngChunk('IDAT'), pngChunk('IDAT', bytesOf(1)))],
];

/** One chunk of a RIFF container, padded to an even length. */
export function riffChunk(type: string, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  return bytesOf(type, uint(4, data.length, true), data, new Uint8Array(data.length % 2));
}

/** A whole WebP out of its chunks. */
export function webpOf(...chunks: readonly Uint8Array[]): Uint8Array {
  return bytesOf(riffChunk('RIFF', bytesOf('WEBP', ...chunks)));
}

/** A lossy bitstream: header only, the rest is noise. */
export function vp8({ width = 640, height = 480, scale = 0 } = {}): Uint8Array {
  const sides = bytesOf(uint(2, width + scale * 0x4000, true), uint(2, height + scale * 0x4000, true));
  return riffChunk('VP8 ', bytesOf(0x30, 0x01, 0x00, 0x9d, 0x01, 0x2a, sides, 7, 7, 7));
}

/** A lossless bitstream: header only, the rest is noise. */
export function vp8l({ width = 640, height = 480, alpha = 1 } = {}): Uint8Array {
  const bits = width - 1 + (height - 1) * 2 ** 14 + alpha * 2 ** 28;
  return riffChunk('VP8L', bytesOf(0x2f, uint(4, bits, true), 7, 7));
}

/** The header of an extended WebP. */
export function vp8x({ width = 640, height = 480, flags = 0x10 } = {}): Uint8Array {
  return riffChunk('VP8X', bytesOf(flags, 0, 0, 0, uint(3, width - 1, true), uint(3, height - 1, true)));
}

const frame = riffChunk('ANMF', bytesOf(new Uint8Array(16), vp8()));

export const lossyWebp = webpOf(vp8());

export const animatedWebp = webpOf(vp8x({ flags: 0x02 }), riffChunk('ANIM', new Uint8Array(6)), frame, frame);

const builtWebps: readonly (readonly [string, Uint8Array])[] = [
  ['lossy', lossyWebp],
  ['lossy, with a scale to ignore', webpOf(vp8({ scale: 3 }))],
  ['lossless', webpOf(vp8l())],
  ['extended, with alpha', webpOf(vp8x(), riffChunk('ALPH', bytesOf(1, 2, 3)), vp8())],
  [
    'extended, lossless, with metadata',
    webpOf(vp8x({ flags: 0x0c }), vp8l(), riffChunk('EXIF', bytesOf('MM\0*')), riffChunk('XMP ')),
  ],
  ['less than a chunk left at the end', webpOf(vp8(), bytesOf(1, 2))],
];

/** One field of a TIFF directory. Types: 1 byte, 2 text, 3 short, 4 long, 5 fraction. */
export interface TiffField {
  readonly tag: number;
  readonly type: number;
  readonly values: readonly number[];
  /** In place of the number of values. */
  readonly count?: number;
}

export interface TiffParts {
  readonly littleEndian?: boolean;
  readonly fields?: readonly TiffField[];
  /** Fields to leave out. */
  readonly without?: readonly number[];
  /** Offset of the next directory. */
  readonly next?: number;
  readonly tiled?: boolean;
}

const TIFF_DIRECTORY = 8;
const TIFF_SIDE = 64;
/** Pixels in two pieces of 64 x 32, grey with 8 bits. */
const TIFF_PIECE = (TIFF_SIDE * TIFF_SIDE) / 2;

/** A whole TIFF of 64 x 64 pixels: the directory, then the values that do not fit into it, then the pixels. */
export function tiffOf({
  littleEndian = true,
  fields = [],
  without = [],
  next = 0,
  tiled = false,
}: TiffParts = {}): Uint8Array {
  const list = (pixels: number) =>
    [...pictureFields(pixels, tiled).filter(({ tag }) => !fields.some((field) => field.tag === tag)), ...fields]
      .filter(({ tag }) => !without.includes(tag))
      .sort((a, b) => a.tag - b.tag);
  const pixelsAt = tiffHead(list(0), next, littleEndian).length;
  return bytesOf(tiffHead(list(pixelsAt), next, littleEndian), new Uint8Array(2 * TIFF_PIECE).fill(0x55));
}

/** Header, directory and outlying values of a TIFF. */
export function tiffHead(fields: readonly TiffField[], next: number, littleEndian: boolean): Uint8Array {
  const directoryEnd = TIFF_DIRECTORY + 2 + fields.length * 12 + 4;
  let outlying: Uint8Array = new Uint8Array(0);
  const entries = fields.map(({ tag, type, values, count = values.length }) => {
    const data = bytesOf(...values.map((value) => tiffValue(type, value, littleEndian)));
    const inline = data.length <= 4;
    const place = inline
      ? bytesOf(data, new Uint8Array(4 - data.length))
      : uint(4, directoryEnd + outlying.length, littleEndian);
    if (!inline) outlying = bytesOf(outlying, data);
    return bytesOf(uint(2, tag, littleEndian), uint(2, type, littleEndian), uint(4, count, littleEndian), place);
  });
  return bytesOf(
    littleEndian ? 'II*\0' : 'MM\0*',
    uint(4, TIFF_DIRECTORY, littleEndian),
    uint(2, fields.length, littleEndian),
    ...entries,
    uint(4, next, littleEndian),
    outlying,
  );
}

function tiffValue(type: number, value: number, littleEndian: boolean): Uint8Array {
  if (type === 1 || type === 2) return bytesOf(value);
  return type === 3 ? uint(2, value, littleEndian) : uint(4, value, littleEndian);
}

function pictureFields(pixels: number, tiled: boolean): readonly TiffField[] {
  const offsets = [pixels, pixels + TIFF_PIECE];
  const lengths = [TIFF_PIECE, TIFF_PIECE];
  return [
    { tag: 256, type: 3, values: [TIFF_SIDE] },
    { tag: 257, type: 4, values: [TIFF_SIDE] },
    { tag: 258, type: 3, values: [8] },
    { tag: 259, type: 3, values: [1] },
    { tag: 262, type: 3, values: [1] },
    { tag: 277, type: 3, values: [1] },
    ...(tiled
      ? [
          { tag: 322, type: 3, values: [TIFF_SIDE] },
          { tag: 323, type: 3, values: [TIFF_SIDE / 2] },
          { tag: 324, type: 4, values: offsets },
          { tag: 325, type: 4, values: lengths },
        ]
      : [
          { tag: 273, type: 4, values: offsets },
          { tag: 278, type: 3, values: [TIFF_SIDE / 2] },
          { tag: 279, type: 3, values: lengths },
        ]),
  ];
}

const builtTiffs: readonly (readonly [string, Uint8Array])[] = [
  ['strips, little-endian', tiffOf()],
  ['strips, big-endian', tiffOf({ littleEndian: false })],
  ['tiles, little-endian', tiffOf({ tiled: true })],
  ['tiles, big-endian', tiffOf({ tiled: true, littleEndian: false })],
  [
    'a text, a fraction and a field of an unknown type',
    tiffOf({
      fields: [
        { tag: 270, type: 2, values: [...Buffer.from('didit-scenario=approved\0')] },
        { tag: 282, type: 5, values: [72, 1], count: 1 },
        { tag: 60_000, type: 99, values: [7] },
      ],
    }),
  ],
];

/** A TIFF with a second directory at its end, a copy of the first. */
export const multiPageTiff = bytesOf(
  tiffOf({ next: tiffOf().length }),
  tiffOf().subarray(TIFF_DIRECTORY, TIFF_DIRECTORY + 2 + 9 * 12 + 4),
);
/** A TIFF whose directory names itself as the next one. */
export const loopedTiff = tiffOf({ next: TIFF_DIRECTORY });
export const bigTiff = bytesOf('II+\0', 8, 0, 0, 0, 16, new Uint8Array(7), new Uint8Array(200));

/** Camera raw files, which begin like TIFF. */
export const rawPictures: readonly (readonly [string, Uint8Array])[] = [
  ['DNG', tiffOf({ fields: [{ tag: 50_706, type: 1, values: [1, 4, 0, 0] }] })],
  ['NEF or ARW, with SubIFDs', tiffOf({ fields: [{ tag: 330, type: 4, values: [8] }] })],
  [
    'CR2',
    bytesOf(
      'II*\0',
      16,
      0,
      0,
      0,
      'CR',
      2,
      0,
      0,
      0,
      0,
      0,
      1,
      0,
      uint(2, 256, true),
      uint(2, 3, true),
      uint(4, 1, true),
      64,
      0,
      0,
      0,
      new Uint8Array(4),
    ),
  ],
];

function describeBuilt(
  type: BuiltPicture['type'],
  side: { readonly width: number; readonly height: number },
  pictures: readonly (readonly [string, Uint8Array])[],
): readonly BuiltPicture[] {
  return pictures.map(([name, bytes]) => ({ name: `${type}: ${name}`, type, ...side, bytes }));
}

/** Hand-built pictures of every shape that may be sent. */
export const builtPictures: readonly BuiltPicture[] = [
  ...describeBuilt('jpeg', { width: 640, height: 480 }, builtJpegs),
  ...describeBuilt('png', { width: 640, height: 480 }, builtPngs),
  ...describeBuilt('webp', { width: 640, height: 480 }, builtWebps),
  ...describeBuilt('tiff', { width: TIFF_SIDE, height: TIFF_SIDE }, builtTiffs),
];

/** How files of other formats begin, padded to a size that no length check refuses. */
export const otherFormats: readonly (readonly [string, Uint8Array])[] = (
  [
    ['GIF', bytesOf('GIF89a', 64, 0, 64, 0)],
    ['BMP', bytesOf('BM', 0, 4, 0, 0)],
    ['HEIC', bytesOf(0, 0, 0, 24, 'ftypheic', 0, 0, 0, 0, 'mif1')],
    ['AVIF', bytesOf(0, 0, 0, 24, 'ftypavif', 0, 0, 0, 0, 'mif1')],
    ['SVG', bytesOf('<svg xmlns="http://www.w3.org/2000/svg">')],
    ['PDF', bytesOf('%PDF-1.7\n')],
    ['ZIP', bytesOf('PK', 3, 4)],
    ['JPEG XL, bare', bytesOf(0xff, 0x0a)],
    ['JPEG XL, boxed', bytesOf(0, 0, 0, 12, 'JXL ', 13, 10, 0x87, 10)],
    ['JPEG 2000', bytesOf(0xff, 0x4f, 0xff, 0x51)],
    ['ICO', bytesOf(0, 0, 1, 0, 1, 0)],
    ['WAV', bytesOf('RIFF', 0, 4, 0, 0, 'WAVEfmt ')],
    ['WebP in another container', bytesOf('RIFX', 0, 0, 4, 0, 'WEBPVP8 ')],
    ['HTML and then a JPEG', bytesOf('<html>', baselineJpeg)],
    ['a JPEG after one byte', bytesOf(0, baselineJpeg)],
    ['zeros', new Uint8Array(0)],
  ] as const
).map(([name, start]) => [name, bytesOf(start, new Uint8Array(1024))]);
