import type { ChunkedBytes } from './chunked-bytes.js';
import { type Format, type Frame, MalformedImage, MAX_PARTS } from './format.js';

const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

/** JPEG, after ITU-T T.81 annex B: marker segments, and entropy-coded data after each start of scan. */
export const jpeg: Format = {
  type: 'jpeg',
  matches: (bytes) => bytes.spells('\xff\xd8\xff'),
  walk,
};

function walk(bytes: ChunkedBytes): Frame {
  let frame: Frame | undefined;
  let scanned = false;
  let offset = 2;
  for (let parts = 0; parts < MAX_PARTS; parts += 1) {
    const { marker, end } = readMarker(bytes, offset);
    if (marker === END_OF_IMAGE) {
      if (!frame || !scanned) throw new MalformedImage('the picture ends before its pixels');
      return frame;
    }
    offset = standsAlone(marker) ? end : endOfSegment(bytes, end);
    if (isStartOfFrame(marker)) frame ??= readFrame(bytes, end);
    if (marker === START_OF_SCAN) {
      scanned = true;
      offset = endOfEntropyCodedData(bytes, offset);
    }
  }
  throw new MalformedImage('it has too many segments');
}

function readMarker(bytes: ChunkedBytes, offset: number): { marker: number; end: number } {
  if (bytes.at(offset) !== 0xff) throw new MalformedImage('a segment does not begin with a marker');
  let at = offset + 1;
  while (bytes.at(at) === 0xff) at += 1; // fill bytes, T.81 B.1.1.2
  const marker = bytes.at(at);
  if (marker === 0x00) throw new MalformedImage('a segment does not begin with a marker');
  return { marker, end: at + 1 };
}

/** Markers without a length: TEM, and RST0 to RST7 and SOI, which have no business between segments but do no harm. */
function standsAlone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/** SOF0 to SOF15; C4, C8 and CC in between mean tables. */
function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function endOfSegment(bytes: ChunkedBytes, start: number): number {
  const length = bytes.uint16(start);
  if (length < 2) throw new MalformedImage('a segment is shorter than its own length');
  return start + length;
}

function readFrame(bytes: ChunkedBytes, segment: number): Frame {
  if (bytes.uint16(segment) < 8) throw new MalformedImage('the start of frame is too short');
  return { height: bytes.uint16(segment + 3), width: bytes.uint16(segment + 5), animated: false };
}

/** Offset of the first marker after entropy-coded data, in which 0xFF is stuffed with 0x00 or begins a restart. */
function endOfEntropyCodedData(bytes: ChunkedBytes, start: number): number {
  let offset = start;
  for (;;) {
    offset = bytes.indexOf(0xff, offset);
    const next = bytes.at(offset + 1);
    if (next === 0xff) offset += 1;
    else if (next === 0x00 || (next >= 0xd0 && next <= 0xd7)) offset += 2;
    else return offset;
  }
}
