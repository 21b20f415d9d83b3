import type { ChunkedBytes } from './chunked-bytes.js';
import { type Format, type Frame, MalformedImage, MAX_PARTS } from './format.js';

const FIRST_CHUNK = 8;
/** Length, type and checksum around the data of a chunk. */
const CHUNK_OVERHEAD = 12;

/** PNG, after ISO/IEC 15948: a signature, then chunks from IHDR to IEND. APNG announces itself with acTL. */
export const png: Format = {
  type: 'png',
  matches: (bytes) => bytes.spells('\x89PNG\r\n\x1a\n'),
  walk,
};

function walk(bytes: ChunkedBytes): Frame {
  const { width, height } = readHeader(bytes);
  let animated = false;
  let hasPixels = false;
  let parts = 0;
  for (let offset = FIRST_CHUNK; ; parts += 1) {
    if (parts >= MAX_PARTS) throw new MalformedImage('it has too many chunks');
    const length = bytes.uint32(offset);
    const end = offset + CHUNK_OVERHEAD + length;
    bytes.at(end - 1);
    animated ||= bytes.spells('acTL', offset + 4);
    hasPixels ||= length > 0 && bytes.spells('IDAT', offset + 4);
    if (bytes.spells('IEND', offset + 4)) break;
    offset = end;
  }
  if (!hasPixels) throw new MalformedImage('there are no pixels');
  return { width, height, animated };
}

function readHeader(bytes: ChunkedBytes): { width: number; height: number } {
  const header = { width: bytes.uint32(FIRST_CHUNK + 8), height: bytes.uint32(FIRST_CHUNK + 12) };
  if (!bytes.spells('IHDR', FIRST_CHUNK + 4) || bytes.uint32(FIRST_CHUNK) !== 13) {
    throw new MalformedImage('the first chunk is not IHDR');
  }
  return header;
}
