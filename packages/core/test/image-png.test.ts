import { describe, expect, it } from '@jest/globals';
import { inspectImage } from '../src/image/inspect.js';
import {
  animatedPng,
  bytesOf,
  filled,
  PNG_END,
  PNG_START,
  pngChunk,
  pngHeader,
  pngOf,
  pngPixels,
  prefixOf,
  stillPng,
  uint,
} from './support/pictures.js';

describe('the PNG walk', () => {
  it.each([
    ['1 bit grey', { depth: 1, colour: 0 }],
    ['16 bits grey', { depth: 16, colour: 0 }],
    ['16 bits RGB', { depth: 16, colour: 2 }],
    ['a palette', { depth: 8, colour: 3 }],
    ['16 bits RGB with alpha', { depth: 16, colour: 6 }],
  ])('B12 reads a picture of %s', (_name, shape) => {
    const image = inspectImage([pngOf(pngHeader({ ...shape, width: 800, height: 1_000 }), pngPixels)]);

    expect(image).toMatchObject({ width: 800, height: 1_000, animated: false, truncated: false, malformed: undefined });
  });

  it('B09 takes a picture with acTL for animated', () => {
    expect(inspectImage([animatedPng])).toMatchObject({
      animated: true,
      width: 640,
      height: 480,
      malformed: undefined,
    });
  });

  it.each([
    ['with a single frame', pngOf(pngHeader(), pngChunk('acTL', bytesOf(uint(4, 1), uint(4, 0))), pngPixels)],
    ['after the pixels', pngOf(pngHeader(), pngPixels, pngChunk('acTL'))],
  ])('B09 takes acTL %s for animated too', (_name, bytes) => {
    expect(inspectImage([bytes])).toMatchObject({ animated: true });
  });

  it.each(['tEXt', 'eXIf', 'zzZZ', 'acTl', 'IENd'])('skips the data of %s, whatever it spells', (type) => {
    const chunk = pngChunk(type, bytesOf(PNG_END, 'acTL IEND'));

    expect(inspectImage([pngOf(pngHeader(), chunk, pngPixels)])).toMatchObject({
      animated: false,
      truncated: false,
      malformed: undefined,
    });
  });

  it('B05 ends at IEND, whatever follows', () => {
    const image = inspectImage([stillPng, animatedPng, bytesOf('<script>')]);

    expect(image).toMatchObject({ animated: false, truncated: false, malformed: undefined });
  });

  it.each([
    ['no IDAT', pngOf(pngHeader()), 'there are no pixels'],
    ['an IDAT without data', pngOf(pngHeader(), pngChunk('IDAT')), 'there are no pixels'],
    ['IDAT only after IEND', bytesOf(pngOf(pngHeader()), pngPixels, PNG_END), 'there are no pixels'],
    ['no IHDR', pngOf(pngPixels), 'the first chunk is not IHDR'],
    [
      'another chunk as long as IHDR',
      pngOf(pngChunk('tEXt', new Uint8Array(13)), pngHeader(), pngPixels),
      'the first chunk is not IHDR',
    ],
    ['IHDR as the second chunk', pngOf(pngChunk('tEXt'), pngHeader(), pngPixels), 'the first chunk is not IHDR'],
    ['an IHDR that is too short', pngOf(pngChunk('IHDR', uint(4, 64)), pngPixels), 'the first chunk is not IHDR'],
    ['an IHDR that is too long', pngOf(pngChunk('IHDR', new Uint8Array(14)), pngPixels), 'the first chunk is not IHDR'],
  ])('B04 calls a picture with %s malformed', (_name, bytes, malformed) => {
    expect(inspectImage([bytes])).toMatchObject({ malformed, truncated: false, width: 0, height: 0 });
  });

  it.each([
    ['half an IHDR', prefixOf(stillPng, 24)],
    ['no IEND', bytesOf(PNG_START, pngHeader(), pngPixels)],
    ['half an IEND', prefixOf(stillPng, stillPng.length - 4)],
    ['an IEND longer than the file', bytesOf(PNG_START, pngHeader(), pngPixels, uint(4, 1), 'IEND', 0, 0, 0, 0)],
    ['a chunk longer than the file', bytesOf(PNG_START, pngHeader(), uint(4, 1_000_000), 'IDAT', PNG_END)],
    ['a chunk of 4 GiB', bytesOf(PNG_START, pngHeader(), uint(4, 0xffffffff), 'IDAT', PNG_END)],
  ])('B04 calls a picture with %s truncated', (_name, bytes) => {
    expect(inspectImage([bytes])).toMatchObject({ truncated: true, malformed: undefined, width: 0, height: 0 });
  });

  it('B14 takes a picture of 4,096 chunks, and none of more', () => {
    const text = pngChunk('tEXt');
    const withChunks = (count: number) => pngOf(pngHeader(), filled(count * text.length, text), pngPixels);

    expect(inspectImage([withChunks(4_096 - 3)])).toMatchObject({ width: 640, malformed: undefined, truncated: false });
    expect(inspectImage([withChunks(4_096 - 2)])).toMatchObject({
      malformed: 'it has too many chunks',
      truncated: false,
      width: 0,
      height: 0,
    });
  });

  it.each([
    [0, 0],
    [1, 1],
    [60_000, 60_000],
    [0xffffffff, 0x80000000],
  ])('B07 B08 reports %d x %d as the header claims', (width, height) => {
    expect(inspectImage([pngOf(pngHeader({ width, height }), pngPixels)])).toMatchObject({ width, height });
  });
});
