import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { InvalidOptionError, isDiditLivenessError } from '../src/errors.js';
import { inspectImage } from '../src/image/inspect.js';
import {
  digestOf,
  type ImageInput,
  ImageRefusedError,
  MAX_IMAGE_BYTES,
  parsePicture,
  refusalOf,
  sha256Of,
  toChunks,
} from '../src/image/picture.js';
import {
  animatedPng,
  animatedWebp,
  baselineJpeg,
  bigTiff,
  builtPictures,
  bytesOf,
  cutAt,
  filled,
  JPEG_START,
  jpegOf,
  loopedTiff,
  multiPageTiff,
  otherFormats,
  pngHeader,
  pngOf,
  pngPixels,
  prefixOf,
  rawPictures,
  riffChunk,
  scan,
  segment,
  startOfFrame,
  stillPng,
  uint,
  vp8,
  vp8x,
  webpOf,
} from './support/pictures.js';
import { samplePictures } from './support/real-pictures.js';

const largestJpeg = bytesOf(baselineJpeg, new Uint8Array(MAX_IMAGE_BYTES - baselineJpeg.length));

describe('parsePicture', () => {
  it.each(builtPictures)('gives a $name with its facts', ({ bytes, type, width, height }) => {
    const chunks = cutAt(bytes, [3, 30]);

    const parsed = parsePicture(chunks);

    expect(parsed).toEqual({ kind: 'picture', picture: { type, size: bytes.length, width, height, chunks } });
  });

  it.each(samplePictures)('gives the sample $name', ({ bytes }) => {
    expect(parsePicture([bytes])).toMatchObject({ kind: 'picture' });
  });

  it('B15 gives the very chunks that it inspected, frozen together with the facts', () => {
    const chunks = [stillPng];

    const parsed = parsePicture(chunks);

    expect(parsed.kind === 'picture' && parsed.picture.chunks).toBe(chunks);
    expect(parsed.kind === 'picture' && Object.isFrozen(parsed.picture)).toBe(true);
  });

  it.each([
    ['B01 no chunks', [], 'empty'],
    ['B01 empty chunks', [new Uint8Array(0), new Uint8Array(0)], 'empty'],
    ['one byte over 5 MiB', [largestJpeg, bytesOf(0)], 'too-large'],
    ['over 5 MiB of zeros', [new Uint8Array(MAX_IMAGE_BYTES + 1)], 'too-large'],
    ['B04 three bytes of a JPEG', [bytesOf(0xff, 0xd8, 0xff)], 'truncated'],
    ['B04 half a PNG', [prefixOf(stillPng, stillPng.length / 2)], 'truncated'],
    ['B04 a JPEG without a frame', [jpegOf(scan())], 'malformed'],
    ['B09 an animated PNG', [animatedPng], 'animated'],
    ['B09 an animated WebP', [animatedWebp], 'animated'],
    ['B10 a TIFF of two pages', [multiPageTiff], 'animated'],
    ['B10 a TIFF whose directory names itself', [loopedTiff], 'animated'],
  ])('refuses %s', (_name, chunks, reason) => {
    expect(parsePicture(chunks)).toEqual({ kind: 'refused', reason });
  });

  it.each(otherFormats)('B03 B06 refuses %s as another format', (_name, bytes) => {
    expect(parsePicture([bytes])).toEqual({ kind: 'refused', reason: 'unsupported-type' });
  });

  it.each(rawPictures)('B10 refuses a %s', (_name, bytes) => {
    expect(parsePicture([bytes])).toEqual({ kind: 'refused', reason: 'malformed' });
  });

  it('B10 refuses BigTIFF', () => {
    expect(parsePicture([bigTiff])).toEqual({ kind: 'refused', reason: 'malformed' });
  });

  it.each([
    ['a WebP of empty chunks', webpOf(filled(MAX_IMAGE_BYTES - 12, riffChunk('JUNK')))],
    ['a JPEG of empty segments', bytesOf(JPEG_START, filled(MAX_IMAGE_BYTES - 2, segment(0xfe)))],
    ['a JPEG of restart markers', bytesOf(JPEG_START, filled(MAX_IMAGE_BYTES - 2, bytesOf(0xff, 0xd0)))],
    [
      'a TIFF of entries',
      bytesOf('II*\0', uint(4, 8, true), 0xff, 0xff, filled(MAX_IMAGE_BYTES - 10, bytesOf(0x0e, 1, 4, 0))),
    ],
  ])('B14 refuses 5 MiB of %s as malformed', (_name, bytes) => {
    expect(bytes).toHaveLength(MAX_IMAGE_BYTES);
    expect(parsePicture([bytes])).toEqual({ kind: 'refused', reason: 'malformed' });
  });

  it('accepts 5 MiB to the byte', () => {
    expect(largestJpeg.length).toBe(5_242_880);
    expect(parsePicture([largestJpeg])).toMatchObject({ kind: 'picture', picture: { size: 5_242_880 } });
  });

  it.each([
    ['64 x 64', 64, 64, 'picture'],
    ['63 x 64', 63, 64, 'too-few-pixels'],
    ['64 x 63', 64, 63, 'too-few-pixels'],
    ['8 x 8', 8, 8, 'too-few-pixels'],
    ['1 x 1', 1, 1, 'too-few-pixels'],
    ['0 x 0', 0, 0, 'too-few-pixels'],
    ['0 x 640', 0, 640, 'too-few-pixels'],
    ['12000 x 64', 12_000, 64, 'picture'],
    ['64 x 12000', 64, 12_000, 'picture'],
    ['12001 x 64', 12_001, 64, 'too-many-pixels'],
    ['64 x 12001', 64, 12_001, 'too-many-pixels'],
    ['10000 x 4000', 10_000, 4_000, 'picture'],
    ['10000 x 4001', 10_000, 4_001, 'too-many-pixels'],
    ['16384 x 16384', 16_384, 16_384, 'too-many-pixels'],
    ['60000 x 60000', 60_000, 60_000, 'too-many-pixels'],
    ['4294967295 x 4294967295', 0xffffffff, 0xffffffff, 'too-many-pixels'],
    ['-1 x 64, as a signed reader sees it', 0xffffffff, 64, 'too-many-pixels'],
  ])('B07 B08 answers %s by its header', (_name, width, height, answer) => {
    const parsed = parsePicture([pngOf(pngHeader({ width, height }), pngPixels)]);

    expect(parsed.kind === 'picture' ? 'picture' : parsed.reason).toBe(answer);
  });

  it.each([
    ['JPEG', jpegOf(startOfFrame({ width: 60_000, height: 60_000 }), scan())],
    ['WebP canvas', webpOf(vp8x({ width: 60_000, height: 60_000 }), vp8())],
    ['WebP bitstream', webpOf(vp8({ width: 16_383, height: 16_383 }))],
  ])('B07 refuses a pixel bomb in a %s', (_name, bytes) => {
    expect(parsePicture([bytes])).toEqual({ kind: 'refused', reason: 'too-many-pixels' });
  });

  it('B04 refuses every strict prefix of every hand-built picture', () => {
    const accepted = builtPictures.flatMap(({ name, bytes }) =>
      [...bytes.keys()]
        .filter((length) => parsePicture([prefixOf(bytes, length)]).kind === 'picture')
        .map((length) => ({ name, length })),
    );

    expect(accepted).toEqual([]);
  });

  it('answers any bytes with a picture or a reason', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }), (chunks) => {
        expect(['picture', 'refused']).toContain(parsePicture(chunks).kind);
      }),
    );
  });
});

describe('refusalOf', () => {
  const image = inspectImage([stillPng]);

  it('has no reason to refuse a good picture', () => {
    expect(refusalOf(image)).toBeUndefined();
  });

  it.each([
    ['empty', { size: 0, type: undefined }],
    ['too-large', { size: MAX_IMAGE_BYTES + 1, type: undefined, truncated: true }],
    ['unsupported-type', { type: undefined, truncated: true }],
    ['truncated', { truncated: true, width: 0, height: 0 }],
    ['malformed', { malformed: '', width: 0, height: 0 }],
    ['animated', { animated: true, width: 1, height: 1 }],
    ['too-few-pixels', { width: 63, height: 60_000 }],
    ['too-many-pixels', { width: 12_001, height: 12_001 }],
  ])('names %s before what is less to the point', (reason, facts) => {
    expect(refusalOf({ ...image, ...facts })).toBe(reason);
  });
});

describe('toChunks', () => {
  const content = bytesOf('a picture');

  it.each<[string, ImageInput]>([
    ['a Uint8Array', content],
    ['a Buffer', Buffer.from(content)],
    ['an ArrayBuffer', Uint8Array.from(content).buffer],
    ['a Blob', new Blob([Uint8Array.from(content)])],
    ['a File', new File([Uint8Array.from(content)], '../../etc/passwd.jpg', { type: 'text/html' })],
    ['an array of chunks', cutAt(content, [1, 4, 4])],
  ])('gives the bytes of %s', async (_name, input) => {
    const chunks = await toChunks(input);

    expect(Buffer.concat(chunks)).toEqual(Buffer.from(content));
  });

  it('gives no chunks for an empty array', async () => {
    expect(await toChunks([])).toEqual([]);
  });

  it('B16 keeps a view and reads none of its neighbours', async () => {
    const pool = bytesOf('secret', content, 'secret');
    const view = pool.subarray(6, 6 + content.length);

    const chunks = await toChunks(view);

    expect(chunks).toEqual([view]);
    expect(chunks[0]).toBe(view);
  });

  it.each([
    ['a string', 'selfie.jpg'],
    ['null', null],
    ['undefined', undefined],
    ['a number', 5],
    ['an object', { buffer: content }],
    ['an array of strings', ['selfie.jpg']],
    ['an array of numbers', [0xff, 0xd8]],
    ['an array with one chunk that is none', [content, 'selfie.jpg']],
    ['a DataView', new DataView(new ArrayBuffer(8))],
    ['a Uint16Array', new Uint16Array(4)],
    ['a SharedArrayBuffer', new SharedArrayBuffer(8)],
  ])('refuses %s', async (_name, input) => {
    const refused = toChunks(input as ImageInput);

    await expect(refused).rejects.toThrow(InvalidOptionError);
    await expect(refused).rejects.toMatchObject({
      option: 'userImage',
      message:
        'userImage is not a picture; allowed: a Buffer, Uint8Array, ArrayBuffer, Blob, File, or an array of Uint8Array',
    });
  });
});

describe('toChunks, of one picture among several', () => {
  it('names the option that held none', async () => {
    await expect(toChunks('selfie.jpg' as unknown as ImageInput, 'refImage')).rejects.toMatchObject({
      option: 'refImage',
      message: expect.stringMatching(/^refImage is not a picture;/),
    });
  });
});

describe('sha256Of', () => {
  it('is the digest of no bytes for no chunks', () => {
    expect(sha256Of([])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('B15 is the digest of the joined bytes, however they are chunked', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 10 }), (chunks) => {
        expect(sha256Of(chunks)).toBe(createHash('sha256').update(Buffer.concat(chunks)).digest('hex'));
      }),
    );
  });
});

describe('ImageRefusedError', () => {
  it.each([
    ['empty', 'it has no bytes'],
    ['too-large', 'it has more than 5242880 bytes'],
    ['unsupported-type', 'it is not a JPEG, PNG, WebP or TIFF'],
    ['truncated', 'it is incomplete'],
    ['malformed', 'its structure is broken'],
    ['animated', 'it has more than one frame or page'],
    ['too-few-pixels', 'it has fewer than 64 pixels on a side'],
    ['too-many-pixels', 'it has more than 12000 pixels on a side or 40000000 in all'],
  ] as const)('explains %s', (reason, explanation) => {
    const error = new ImageRefusedError(reason);

    expect(error.message).toBe(`The picture was refused before it was sent: ${explanation}`);
    expect(error.reason).toBe(reason);
  });

  it('says which picture it was, where there are two', () => {
    const error = new ImageRefusedError('empty', 'refImage');

    expect(error.message).toBe('The picture refImage was refused before it was sent: it has no bytes');
    expect([error.picture, new ImageRefusedError('empty').picture]).toEqual(['refImage', 'userImage']);
  });

  it('is an error of this package with a name and a code', () => {
    const error = new ImageRefusedError('animated');

    expect(isDiditLivenessError(error)).toBe(true);
    expect(error.toJSON()).toEqual({ name: 'ImageRefusedError', code: 'image-refused', message: error.message });
    expect(inspect(error)).toContain("code: 'image-refused'");
  });
});

describe('digestOf', () => {
  it('gives the SHA-256 of the bytes, and the same again without reading them', () => {
    const bytes = Uint8Array.from(baselineJpeg);
    const parsed = parsePicture([bytes]);
    if (parsed.kind === 'refused') throw new Error(parsed.reason);
    const expected = createHash('sha256').update(baselineJpeg).digest('hex');

    expect(digestOf(parsed.picture)).toBe(expected);
    bytes.fill(0);
    expect(digestOf(parsed.picture)).toBe(expected);
  });

  it('tells pictures of equal size apart', () => {
    const facts = { type: 'jpeg', size: 1, width: 64, height: 64 } as const;

    const digests = [1, 2].map((byte) => digestOf({ ...facts, chunks: [Uint8Array.of(byte)] }));

    expect(digests[0]).not.toBe(digests[1]);
  });
});
