import { describe, expect, it } from '@jest/globals';
import { inspectImage } from '../src/image/inspect.js';
import {
  animatedWebp,
  bytesOf,
  filled,
  lossyWebp,
  prefixOf,
  riffChunk,
  uint,
  vp8,
  vp8l,
  vp8x,
  webpOf,
} from './support/pictures.js';
import { encodeFrames } from './support/real-pictures.js';

describe('the WebP walk', () => {
  it.each([
    [1, 1],
    [64, 16_383],
    [16_383, 64],
  ])('reads %d x %d from either bitstream', (width, height) => {
    expect(inspectImage([webpOf(vp8({ width, height }))])).toMatchObject({ width, height });
    expect(inspectImage([webpOf(vp8l({ width, height }))])).toMatchObject({ width, height });
  });

  it('reads the dimensions of a lossless bitstream whatever its alpha bit says', () => {
    expect(inspectImage([webpOf(vp8l({ alpha: 0 }))])).toMatchObject({ width: 640, height: 480 });
    expect(inspectImage([webpOf(vp8l({ alpha: 1 }))])).toMatchObject({ width: 640, height: 480 });
  });

  it('B07 takes the larger of canvas and bitstream', () => {
    const largeCanvas = webpOf(vp8x({ width: 2 ** 24, height: 7 }), vp8({ width: 640, height: 480 }));
    const largeBitstream = webpOf(vp8x({ width: 7, height: 7 }), vp8({ width: 640, height: 480 }));

    expect(inspectImage([largeCanvas])).toMatchObject({ width: 2 ** 24, height: 480 });
    expect(inspectImage([largeBitstream])).toMatchObject({ width: 640, height: 480 });
  });

  it.each([
    ['frames', animatedWebp],
    ['the flag alone', webpOf(vp8x({ flags: 0x02 }), vp8())],
    ['an ANIM chunk alone', webpOf(vp8x(), riffChunk('ANIM', new Uint8Array(6)), vp8())],
    ['an ANMF chunk alone', webpOf(vp8x(), riffChunk('ANMF', bytesOf(new Uint8Array(16), vp8())))],
  ])('B09 takes a picture with %s for animated', (_name, bytes) => {
    expect(inspectImage([bytes])).toMatchObject({ animated: true, width: 640, height: 480, malformed: undefined });
  });

  it('B09 takes what an encoder animates for animated', async () => {
    const bytes = await encodeFrames('webp');

    expect(inspectImage([bytes])).toMatchObject({ animated: true, truncated: false, malformed: undefined });
  });

  it('skips the padding of a chunk of odd length, and chunks that nobody knows', () => {
    const bytes = webpOf(vp8x(), riffChunk('JUNK', bytesOf('VP8X ANIM')), vp8());

    expect(inspectImage([bytes])).toMatchObject({ animated: false, width: 640, height: 480, malformed: undefined });
  });

  it('B05 ends with the container, whatever follows', () => {
    const image = inspectImage([lossyWebp, animatedWebp, bytesOf('<script>')]);

    expect(image).toMatchObject({ animated: false, truncated: false, malformed: undefined });
  });

  it.each([
    ['no chunk', webpOf(), 'there is no bitstream'],
    ['a canvas and no bitstream', webpOf(vp8x()), 'there is no bitstream'],
    ['a canvas, an ANIM chunk and no frame', webpOf(vp8x(), riffChunk('ANIM')), 'there is no bitstream'],
    ['a bitstream only after the container', bytesOf(webpOf(vp8x()), vp8()), 'there is no bitstream'],
    ['a container of length 0', bytesOf('RIFF', uint(4, 0), 'WEBP', vp8()), 'there is no bitstream'],
    [
      'a chunk larger than its container',
      webpOf(bytesOf('VP8 ', uint(4, 30, true), new Uint8Array(29))),
      'a chunk is larger than its container',
    ],
    ['a chunk of 4 GiB', webpOf(bytesOf('JUNK', uint(4, 0xffffffff))), 'a chunk is larger than its container'],
    ['no VP8 start code', webpOf(riffChunk('VP8 ', new Uint8Array(20))), 'the VP8 start code is missing'],
    ['no VP8L signature', webpOf(riffChunk('VP8L', new Uint8Array(20))), 'the VP8L signature is missing'],
  ])('B04 calls a picture with %s malformed', (_name, bytes, malformed) => {
    expect(inspectImage([bytes])).toMatchObject({ malformed, truncated: false, width: 0, height: 0 });
  });

  it.each([
    ['VP8X', bytesOf(0x10, 0, 0, 0, 63, 0, 0, 63, 0, 0)],
    ['VP8 ', bytesOf(0, 0, 0, 0x9d, 0x01, 0x2a, 64, 0, 64, 0)],
    ['VP8L', bytesOf(0x2f, uint(4, 63 + 63 * 2 ** 14, true))],
  ])('B04 reads the header of %s, and none that is a byte too short', (type, header) => {
    const pixels = type === 'VP8X' ? [vp8({ width: 64, height: 64 })] : [];
    const short = riffChunk(type, prefixOf(header, header.length - 1));

    expect(inspectImage([webpOf(riffChunk(type, header), ...pixels)])).toMatchObject({ width: 64, height: 64 });
    expect(inspectImage([webpOf(short, ...pixels, vp8())])).toMatchObject({
      malformed: 'a chunk is shorter than its header',
    });
  });

  it('B09 takes an ANIM chunk without data, at the very end, for animated', () => {
    expect(inspectImage([webpOf(vp8(), riffChunk('ANIM'))])).toMatchObject({ animated: true, malformed: undefined });
  });

  it.each(['JUNK', 'ANMF'])('B14 takes a picture of 4,096 chunks, and none of more: %s', (type) => {
    const chunk = riffChunk(type);
    const withChunks = (count: number) => webpOf(vp8(), filled(count * chunk.length, chunk));

    expect(inspectImage([withChunks(4_096 - 1)])).toMatchObject({ width: 640, malformed: undefined, truncated: false });
    expect(inspectImage([withChunks(4_096)])).toMatchObject({
      malformed: 'it has too many chunks',
      truncated: false,
      width: 0,
      height: 0,
    });
  });

  it.each([
    ['the last byte missing', prefixOf(lossyWebp, lossyWebp.length - 1)],
    ['a container longer than the file', bytesOf('RIFF', uint(4, 1_000, true), 'WEBP', vp8())],
    ['a container of 4 GiB', bytesOf('RIFF', uint(4, 0xffffffff), 'WEBP', vp8())],
  ])('B04 calls a picture with %s truncated', (_name, bytes) => {
    expect(inspectImage([bytes])).toMatchObject({ truncated: true, malformed: undefined, width: 0, height: 0 });
  });
});
