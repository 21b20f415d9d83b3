import type { ChunkedBytes } from './chunked-bytes.js';
import { type Format, type Frame, MalformedImage, MAX_PARTS } from './format.js';

const FIRST_CHUNK = 12;
const ANIMATION_FLAG = 0x02;

/** WebP, after RFC 9649: a RIFF container with a VP8 or VP8L bitstream, or VP8X and more. */
export const webp: Format = {
  type: 'webp',
  matches: (bytes) => bytes.spells('RIFF') && bytes.spells('WEBP', 8),
  walk,
};

function walk(bytes: ChunkedBytes): Frame {
  let found: Frame | undefined;
  let hasPixels = false;
  for (const offset of chunkOffsets(bytes)) {
    const frame = readFrame(bytes, offset);
    if (frame) found = found ? largerOf(found, frame) : frame;
    hasPixels ||= bytes.spells('VP8 ', offset) || bytes.spells('VP8L', offset) || bytes.spells('ANMF', offset);
  }
  if (!hasPixels || !found) throw new MalformedImage('there is no bitstream');
  return found;
}

/** Where the chunks of the container begin; each lies in it, and is as long as what is read of it. */
function* chunkOffsets(bytes: ChunkedBytes): Generator<number> {
  const end = 8 + bytes.uint32(4, true);
  bytes.at(end - 1);
  let parts = 0;
  for (let offset = FIRST_CHUNK; offset + 8 <= end; parts += 1) {
    if (parts >= MAX_PARTS) throw new MalformedImage('it has too many chunks');
    const size = bytes.uint32(offset + 4, true);
    if (offset + 8 + size > end) throw new MalformedImage('a chunk is larger than its container');
    if (size < headerBytes(bytes, offset)) throw new MalformedImage('a chunk is shorter than its header');
    yield offset;
    offset += 8 + size + (size % 2);
  }
}

function readFrame(bytes: ChunkedBytes, chunk: number): Frame | undefined {
  const data = chunk + 8;
  if (bytes.spells('VP8X', chunk)) {
    const animated = (bytes.at(data) & ANIMATION_FLAG) !== 0;
    return { width: bytes.uint24(data + 4) + 1, height: bytes.uint24(data + 7) + 1, animated };
  }
  if (bytes.spells('VP8 ', chunk)) return readLossy(bytes, data);
  if (bytes.spells('VP8L', chunk)) return readLossless(bytes, data);
  if (bytes.spells('ANIM', chunk) || bytes.spells('ANMF', chunk)) return { width: 0, height: 0, animated: true };
  return undefined;
}

/** RFC 6386 9.1: a frame tag, a start code, and 14 bits each of width and height. */
function readLossy(bytes: ChunkedBytes, data: number): Frame {
  if (!bytes.spells('\x9d\x01\x2a', data + 3)) throw new MalformedImage('the VP8 start code is missing');
  return {
    width: bytes.uint16(data + 6, true) & 0x3fff,
    height: bytes.uint16(data + 8, true) & 0x3fff,
    animated: false,
  };
}

/** RFC 9649 3.4: a signature byte, then 14 bits each of width minus one and height minus one. */
function readLossless(bytes: ChunkedBytes, data: number): Frame {
  if (bytes.at(data) !== 0x2f) throw new MalformedImage('the VP8L signature is missing');
  const bits = bytes.uint32(data + 1, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, animated: false };
}

/** Canvas and bitstream may disagree; the larger of the two is what a decoder might have to hold. */
function largerOf(one: Frame, other: Frame): Frame {
  return {
    width: Math.max(one.width, other.width),
    height: Math.max(one.height, other.height),
    animated: one.animated || other.animated,
  };
}

/** Bytes that are read of each chunk, and so must be in it. */
const HEADERS = [
  ['VP8X', 10],
  ['VP8 ', 10],
  ['VP8L', 5],
] as const;

function headerBytes(bytes: ChunkedBytes, offset: number): number {
  return HEADERS.find(([name]) => bytes.spells(name, offset))?.[1] ?? 0;
}
