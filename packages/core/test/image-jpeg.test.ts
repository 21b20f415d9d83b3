import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { ChunkedBytes } from '../src/image/chunked-bytes.js';
import { inspectImage } from '../src/image/inspect.js';
import { jpeg } from '../src/image/jpeg.js';
import {
  baselineJpeg,
  bytesOf,
  filled,
  JPEG_END,
  JPEG_START,
  jpegOf,
  prefixOf,
  progressiveJpeg,
  scan,
  segment,
  startOfFrame,
  stillPng,
  uint,
} from './support/pictures.js';
import { noise } from './support/real-pictures.js';

const START_OF_FRAME = [0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf];
const TABLES = [0xc4, 0xc8, 0xcc];

describe('the JPEG walk', () => {
  it.each(START_OF_FRAME)('B12 reads the dimensions from the start of frame %#x', (marker) => {
    const image = inspectImage([jpegOf(startOfFrame({ marker, width: 800, height: 1_000 }), scan())]);

    expect(image).toMatchObject({ width: 800, height: 1_000, truncated: false, malformed: undefined });
  });

  it.each(TABLES)('takes %#x for a table and not for a start of frame', (marker) => {
    const tables = startOfFrame({ marker, width: 7, height: 7 });

    expect(inspectImage([jpegOf(tables, startOfFrame(), scan())])).toMatchObject({ width: 640, height: 480 });
    expect(inspectImage([jpegOf(tables, scan())])).toMatchObject({ malformed: 'the picture ends before its pixels' });
  });

  it('reads the first frame of a picture with several', () => {
    const image = inspectImage([jpegOf(startOfFrame(), startOfFrame({ width: 7, height: 7 }), scan())]);

    expect(image).toMatchObject({ width: 640, height: 480 });
  });

  it('B11 reads the outer picture when one lies in a segment', () => {
    const thumbnail = segment(0xe1, bytesOf('Exif\0\0', jpegOf(startOfFrame({ width: 7, height: 7 }), scan())));

    expect(inspectImage([jpegOf(thumbnail, startOfFrame(), scan())])).toMatchObject({ width: 640, height: 480 });
  });

  it.each([
    ['HTML', bytesOf('<script>alert(1)</script>')],
    ['PHP', bytesOf('<?php phpinfo();')],
    ['a ZIP archive', bytesOf('PK\x05\x06', new Uint8Array(18))],
    ['a second JPEG, as MPO has it', progressiveJpeg],
    ['half a JPEG', prefixOf(baselineJpeg, 40)],
    ['a PNG', stillPng],
    ['zeros', new Uint8Array(64)],
  ])('B05 B11 ends at the end of the first picture when %s follows', (_name, tail) => {
    const image = inspectImage([baselineJpeg, tail]);

    expect(image).toMatchObject({ width: 640, height: 480, truncated: false, malformed: undefined });
    expect(image.size).toBe(baselineJpeg.length + tail.length);
  });

  it('B11 reads the picture of a motion photo', async () => {
    const photo = await noise(96, 80).jpeg().toBuffer();

    const image = inspectImage([photo, bytesOf(0, 0, 0, 24, 'ftypmp42'), new Uint8Array(500)]);

    expect(image).toMatchObject({ type: 'jpeg', width: 96, height: 80, truncated: false, malformed: undefined });
  });

  it('reads the dimensions before the orientation is applied, as a decoder does', async () => {
    const turned = await noise(96, 64).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const { orientation, width, height } = await sharp(turned).metadata();

    expect(orientation).toBe(6);
    expect(inspectImage([turned])).toMatchObject({ width, height });
  });

  it.each([
    ['no frame', jpegOf(scan()), 'the picture ends before its pixels'],
    ['no scan', jpegOf(startOfFrame()), 'the picture ends before its pixels'],
    ['nothing at all', jpegOf(), 'the picture ends before its pixels'],
    ['bytes between segments', jpegOf(bytesOf(0x00), startOfFrame(), scan()), 'a segment does not begin with a marker'],
    ['a stuffed byte for a marker', jpegOf(bytesOf(0xff, 0x00), scan()), 'a segment does not begin with a marker'],
    [
      'a start of frame of 7 bytes',
      jpegOf(segment(0xc0, new Uint8Array(5)), scan()),
      'the start of frame is too short',
    ],
    ['a segment of length 0', jpegOf(bytesOf(0xff, 0xfe, 0, 0)), 'a segment is shorter than its own length'],
    ['a segment of length 1', jpegOf(bytesOf(0xff, 0xfe, 0, 1)), 'a segment is shorter than its own length'],
  ])('B04 calls a picture with %s malformed', (_name, bytes, malformed) => {
    expect(inspectImage([bytes])).toMatchObject({ malformed, truncated: false, width: 0, height: 0 });
  });

  it.each([
    ['no end of image', prefixOf(baselineJpeg, baselineJpeg.length - 2)],
    ['half an end of image', prefixOf(baselineJpeg, baselineJpeg.length - 1)],
    ['fill bytes without end', bytesOf(JPEG_START, new Uint8Array(100).fill(0xff))],
    ['a segment longer than the file', bytesOf(JPEG_START, 0xff, 0xfe, uint(2, 0xffff), JPEG_END)],
    ['an end of image only inside a segment', bytesOf(JPEG_START, startOfFrame(), scan(), segment(0xfe, JPEG_END))],
    [
      'an end of image only inside a table behind the pixels',
      bytesOf(JPEG_START, startOfFrame(), scan(), segment(0xc4, JPEG_END)),
    ],
    ['restart markers without end', bytesOf(JPEG_START, startOfFrame(), scan(bytesOf(0xff, 0xd0, 0xff, 0xd7)))],
  ])('B04 calls a picture with %s truncated', (_name, bytes) => {
    expect(inspectImage([bytes])).toMatchObject({ truncated: true, malformed: undefined, width: 0, height: 0 });
  });

  it('reads a start of frame without components', () => {
    const bytes = jpegOf(segment(0xc0, bytesOf(8, uint(2, 480), uint(2, 640), 0)), scan());

    expect(inspectImage([bytes])).toMatchObject({ width: 640, height: 480, truncated: false, malformed: undefined });
  });

  it.each([0x00, 0xd0, 0xd7])('takes fill bytes before %#x in the pixels for pixels', (next) => {
    const bytes = jpegOf(startOfFrame(), scan(bytesOf(0x01, 0xff, 0xff, next, 0x02)));

    expect(inspectImage([bytes])).toMatchObject({ width: 640, height: 480, truncated: false, malformed: undefined });
  });

  it('says that it is the picture that is malformed', () => {
    expect(() => jpeg.walk(new ChunkedBytes([jpegOf()]))).toThrow(expect.objectContaining({ name: 'MalformedImage' }));
  });

  it.each([0, 1, 2, 3, 4])('takes %d fill bytes between the pixels and a marker for none of either', (count) => {
    const bytes = jpegOf(startOfFrame(), scan(), new Uint8Array(count).fill(0xff));

    expect(inspectImage([bytes])).toMatchObject({ truncated: false, malformed: undefined });
    expect(inspectImage([prefixOf(bytes, bytes.length - 1)])).toMatchObject({ truncated: true });
  });

  it.each([0x01, 0xd0, 0xd7, 0xd8])('expects no length after the marker %#x', (marker) => {
    const bytes = jpegOf(bytesOf(0xff, marker), startOfFrame(), scan());

    expect(inspectImage([bytes])).toMatchObject({ width: 640, height: 480, truncated: false, malformed: undefined });
  });

  it.each([
    ['segments', segment(0xfe)],
    ['markers without a length', bytesOf(0xff, 0xd0)],
  ])('B14 takes a picture of 4,096 %s, and none of more', (_name, part) => {
    const withParts = (count: number) => jpegOf(filled(count * part.length, part), startOfFrame(), scan());

    expect(inspectImage([withParts(4_096 - 4)])).toMatchObject({ width: 640, malformed: undefined, truncated: false });
    expect(inspectImage([withParts(4_096 - 3)])).toMatchObject({
      malformed: 'it has too many segments',
      truncated: false,
      width: 0,
      height: 0,
    });
  });

  it('counts no restart markers in the pixels as segments', () => {
    const pixels = scan(filled(20_000, bytesOf(0x01, 0xff, 0xd0)));

    expect(inspectImage([jpegOf(startOfFrame(), pixels)])).toMatchObject({ width: 640, malformed: undefined });
  });

  it('B07 B08 reports the dimensions that the header claims', () => {
    const bomb = jpegOf(startOfFrame({ width: 65_535, height: 65_535 }), scan());
    const dot = jpegOf(startOfFrame({ width: 1, height: 0 }), scan());

    expect(inspectImage([bomb])).toMatchObject({ width: 65_535, height: 65_535 });
    expect(inspectImage([dot])).toMatchObject({ width: 1, height: 0 });
  });
});
