import type { ChunkedBytes } from './chunked-bytes.js';
import { type Format, type Frame, MalformedImage, MAX_PARTS } from './format.js';

const TAG = {
  imageWidth: 256,
  imageLength: 257,
  stripOffsets: 273,
  stripByteCounts: 279,
  tileOffsets: 324,
  tileByteCounts: 325,
  subIfds: 330,
  dngVersion: 50706,
} as const;

/** Bytes of one value by field type, TIFF 6.0 section 2; index 0 is unused, 13 is IFD. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4] as const;
/** More than the rows of the tallest picture that is accepted. */
const MAX_STRIPS = 65_536;
const SHORT = 3;
const ENTRY_BYTES = 12;

interface Entry {
  readonly type: number;
  readonly count: number;
  /** Offset of the first value. */
  readonly values: number;
}

interface Directory {
  readonly bytes: ChunkedBytes;
  readonly littleEndian: boolean;
  readonly entries: ReadonlyMap<number, Entry>;
  readonly hasNext: boolean;
}

/** TIFF 6.0, one page. Camera raw files look like TIFF and are refused: their first picture is only a preview. */
export const tiff: Format = {
  type: 'tiff',
  matches: (bytes) => bytes.spells('II*\0') || bytes.spells('MM\0*') || isBigTiff(bytes),
  walk,
};

/** Announces itself as TIFF with another version; the API names only TIFF, and decoders differ. */
function isBigTiff(bytes: ChunkedBytes): boolean {
  return bytes.spells('II+\0') || bytes.spells('MM\0+');
}

function walk(bytes: ChunkedBytes): Frame {
  if (isBigTiff(bytes)) throw new MalformedImage('it is a BigTIFF');
  const directory = readDirectory(bytes);
  const { entries } = directory;
  if (entries.has(TAG.subIfds) || entries.has(TAG.dngVersion) || bytes.spells('CR', 8)) {
    throw new MalformedImage('it is a camera raw file');
  }
  requirePixels(directory);
  return {
    width: firstValue(directory, TAG.imageWidth),
    height: firstValue(directory, TAG.imageLength),
    animated: directory.hasNext,
  };
}

/** Reads the first directory only, so a directory that points at itself cannot keep anyone busy. */
function readDirectory(bytes: ChunkedBytes): Directory {
  const littleEndian = bytes.spells('II');
  const start = bytes.uint32(4, littleEndian);
  const count = bytes.uint16(start, littleEndian);
  if (count > MAX_PARTS) throw new MalformedImage('it has too many directory entries');
  const end = start + 2 + count * ENTRY_BYTES;
  const hasNext = bytes.uint32(end, littleEndian) !== 0;

  const entries = new Map<number, Entry>();
  for (let offset = start + 2; offset < end; offset += ENTRY_BYTES) {
    const tag = bytes.uint16(offset, littleEndian);
    // The first of two wins, as in libtiff.
    if (!entries.has(tag)) entries.set(tag, readEntry(bytes, offset, littleEndian));
  }
  return { bytes, littleEndian, entries, hasNext };
}

/** Values of up to four bytes stand in the entry itself, others where it points; either way they must exist. */
function readEntry(bytes: ChunkedBytes, offset: number, littleEndian: boolean): Entry {
  const type = bytes.uint16(offset + 2, littleEndian);
  const count = bytes.uint32(offset + 4, littleEndian);
  const length = (TYPE_BYTES[type] ?? 0) * count;
  const values = length <= 4 ? offset + 8 : bytes.uint32(offset + 8, littleEndian);
  bytes.at(values + length - 1);
  return { type, count, values };
}

/** @throws EndOfBytes or {@link MalformedImage} unless the pixels are where the directory says */
function requirePixels(directory: Directory): void {
  const { offsets, lengths } = pixelTables(directory);
  if (offsets.count > MAX_STRIPS) throw new MalformedImage('it has too many strips or tiles');
  let hasPixels = false;
  for (let index = 0; index < offsets.count; index += 1) {
    const length = valueAt(directory, lengths, index);
    if (length > 0) directory.bytes.at(valueAt(directory, offsets, index) + length - 1);
    hasPixels ||= length > 0;
  }
  if (!hasPixels) throw new MalformedImage('there are no pixels');
}

/** Where the strips or tiles begin, and how long they are. */
function pixelTables({ entries }: Directory): { readonly offsets: Entry; readonly lengths: Entry } {
  const offsets = entries.get(TAG.stripOffsets) ?? entries.get(TAG.tileOffsets);
  const lengths = entries.get(TAG.stripByteCounts) ?? entries.get(TAG.tileByteCounts);
  if (!offsets || !lengths || offsets.count !== lengths.count) {
    throw new MalformedImage('the directory does not say where the pixels are');
  }
  return { offsets, lengths };
}

function firstValue(directory: Directory, tag: number): number {
  const entry = directory.entries.get(tag);
  if (!entry || entry.count === 0) throw new MalformedImage('the directory does not give the dimensions');
  return valueAt(directory, entry, 0);
}

function valueAt({ bytes, littleEndian }: Directory, entry: Entry, index: number): number {
  return entry.type === SHORT
    ? bytes.uint16(entry.values + index * 2, littleEndian)
    : bytes.uint32(entry.values + index * 4, littleEndian);
}
