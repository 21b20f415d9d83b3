import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  animatedPng,
  animatedWebp,
  baselineJpeg,
  bigTiff,
  bytesOf,
  filled,
  jpegOf,
  loopedTiff,
  lossyWebp,
  multiPageTiff,
  otherFormats,
  pngHeader,
  pngOf,
  pngPixels,
  progressiveJpeg,
  rawPictures,
  scan,
  segment,
  startOfFrame,
  stillPng,
  tiffOf,
  uint,
  vp8,
  vp8x,
  webpOf,
} from '../../packages/core/test/support/pictures.js';
import { noise } from '../../packages/core/test/support/real-pictures.js';
import { BOUNDARY, FORM_TYPE, file, form, text } from '../../packages/upload/test/support/forms.js';
import { type Arena, formRequest, longestStallMs, type StartArena, useArena, WATCHDOG_MS } from './arena.js';
import { within } from './raw-client.js';
import { requestOf } from './raw-request.js';

const UNREADABLE = { status: 422, code: 'selfie-unreadable' };
const UNSUPPORTED = { status: 415, code: 'unsupported-media-type' };

type Named = readonly (readonly [name: string, bytes: Uint8Array])[];

const FOUR: readonly (readonly [type: string, extension: string, bytes: Uint8Array])[] = [
  ['image/jpeg', 'jpg', baselineJpeg],
  ['image/png', 'png', stillPng],
  ['image/webp', 'webp', lossyWebp],
  ['image/tiff', 'tiff', tiffOf()],
];

/** Every true type with every declared one, and two that are not pictures at all. */
const DECLARED = [...FOUR.map(([type]) => type), 'text/html', 'image/svg+xml'];
const LIES = FOUR.flatMap(([type, extension, bytes]) =>
  DECLARED.map((declared) => [type, declared, { extension, bytes }] as const),
);

const BROKEN: Named = [
  ['no bytes', new Uint8Array(0)],
  ['three bytes', bytesOf(0xff, 0xd8, 0xff)],
  ['a JPEG signature and zeros', bytesOf(0xff, 0xd8, 0xff, new Uint8Array(5_000))],
  ['a PNG signature and zeros', bytesOf(stillPng.subarray(0, 8), new Uint8Array(5_000))],
  ['a WebP signature and zeros', bytesOf('RIFF', 0, 0, 0, 0, 'WEBP', new Uint8Array(5_000))],
  ['a TIFF signature and zeros', bytesOf('II*\0', new Uint8Array(5_000))],
  ...FOUR.map(([type, , bytes]) => [`half of ${type}`, bytes.subarray(0, bytes.length >> 1)] as const),
  ...FOUR.map(([type, , bytes]) => [`all but the last byte of ${type}`, bytes.subarray(0, -1)] as const),
];

/** What stands behind a picture for those who take the file for something else. */
const TAILS: Named = [
  ['HTML', bytesOf('<script>alert(1)</script>')],
  ['PHP', bytesOf('<?php system($_GET["c"]); ?>')],
  ['JavaScript', bytesOf('*/=1;alert(1);/*')],
  ['ZIP', bytesOf('PK', 3, 4, new Uint8Array(30), 'PK', 5, 6, new Uint8Array(18))],
  ['another picture', stillPng],
];

const sized = (width: number, height: number): Named => [
  [`a JPEG of ${width} x ${height}`, jpegOf(startOfFrame({ width, height }), scan())],
  [`a PNG of ${width} x ${height}`, pngOf(pngHeader({ width, height }), pngPixels)],
];

const BOMBS: Named = [
  ...sized(60_000, 60_000),
  ...sized(12_001, 64),
  ...sized(8_000, 8_000),
  ['a WebP of 16383 x 16383', webpOf(vp8x({ width: 16_383, height: 16_383 }), vp8({ width: 16_383, height: 16_383 }))],
  ['a PNG of as many pixels as a number holds', pngOf(pngHeader({ width: 0xffffffff, height: 0xffffffff }), pngPixels)],
];

const TOO_SMALL: Named = [...sized(0, 0), ...sized(1, 1), ...sized(8, 8), ...sized(63, 64), ...sized(64, 63)];

const SEVERAL: Named = [
  ['B09 an animated WebP', animatedWebp],
  ['B09 an animated PNG', animatedPng],
  ['B10 a TIFF of two pages', multiPageTiff],
  ['B10 a TIFF that is its own next page', loopedTiff],
  ['B10 a BigTIFF', bigTiff],
  ...rawPictures.map(([name, bytes]) => [`B10 ${name}`, bytes] as const),
];

const thumbnail = jpegOf(startOfFrame({ width: 160, height: 120 }), scan());
const multiPicture = segment(0xe2, bytesOf('MPF\0', 'II*\0', uint(4, 8, true), new Uint8Array(20)));

/** Pictures that some readers stumble over, and that are not for us to judge. */
const UNUSUAL: Named = [
  [
    'B11 a JPEG with another in its EXIF',
    jpegOf(segment(0xe1, bytesOf('Exif\0\0', thumbnail)), startOfFrame(), scan()),
  ],
  ['B11 a multi-picture JPEG', bytesOf(jpegOf(multiPicture, startOfFrame(), scan()), baselineJpeg)],
  ['B11 a motion photo', bytesOf(baselineJpeg, 0, 0, 0, 24, 'ftypmp42', new Uint8Array(2_000))],
  ['B12 a progressive JPEG', progressiveJpeg],
  ['B12 a JPEG with 12 bits', jpegOf(startOfFrame({ marker: 0xc1, precision: 12 }), scan())],
  ['B12 an arithmetic-coded JPEG', jpegOf(segment(0xcc, bytesOf(0, 1)), startOfFrame({ marker: 0xc9 }), scan())],
  ['B12 a PNG with 16 bits', pngOf(pngHeader({ depth: 16 }), pngPixels)],
  ['B08 a JPEG of the smallest size', jpegOf(startOfFrame({ width: 64, height: 64 }), scan())],
];

/** Shapes on which parsers of pictures have looped or grown without end. */
const ENDLESS: Named = [
  [
    'B14 55 bytes of empty segments',
    bytesOf(0xff, 0xd8, ...Array.from({ length: 13 }, () => bytesOf(0xff, 0xe0, 0, 0)), 0xff),
  ],
  ['B14 a JPEG of a million fill bytes', bytesOf(0xff, 0xd8, new Uint8Array(1_000_000).fill(0xff))],
  [
    'B14 a PNG of a hundred thousand empty chunks',
    pngOf(pngHeader(), filled(100_000 * 12, bytesOf(0, 0, 0, 0, 'tEXt', 0, 0, 0, 0))),
  ],
  [
    'B14 a WebP of chunks without a length',
    bytesOf(
      'RIFF',
      uint(4, 400_000, true),
      'WEBP',
      ...Array.from({ length: 50_000 }, () => bytesOf('JUNK', 0, 0, 0, 0)),
    ),
  ],
  ['B14 a TIFF with a directory at itself', bytesOf('II*\0', 0, 0, 0, 0, new Uint8Array(47))],
  ['B14 a TIFF of 65,535 entries', bytesOf('II*\0', 8, 0, 0, 0, 0xff, 0xff, new Uint8Array(65_535 * 12 + 4))],
];

const pictureRequest = (bytes: Uint8Array, declared = 'image/jpeg') =>
  formRequest(form(file('selfie', Buffer.from(bytes), declared)));

/** What pictures hold, told by their bytes. */
export function describePictures(name: string, start: StartArena): void {
  describe(`hostile pictures to ${name}`, () => {
    const arena = useArena(start);

    it.each(LIES)('B02 sends %s, declared %s, as what it is', async (type, declared, { extension, bytes }) => {
      await arena.pass(pictureRequest(bytes, declared));

      expectSent(arena, bytes, { filename: `selfie.${extension}`, contentType: type });
    });

    it.each(FOUR)(
      'B02 takes a body that is %s by itself, whatever it is declared as',
      async (type, extension, bytes) => {
        await arena.pass(requestOf(bytes, { headers: { 'Content-Type': 'image/gif' } }));

        expectSent(arena, bytes, { filename: `selfie.${extension}`, contentType: type });
      },
    );

    it.each(otherFormats)('B03 P6 refuses %s', async (_name, bytes) => {
      await arena.refuse(pictureRequest(bytes), UNSUPPORTED);
    });

    it('B06 P6 refuses HTML in front of a picture', async () => {
      await arena.refuse(pictureRequest(bytesOf('<html>', baselineJpeg)), UNSUPPORTED);
    });

    it.each(BROKEN)('B01 B04 P6 refuses %s', async (_name, bytes) => {
      await arena.refuse(pictureRequest(bytes), UNREADABLE);
    });

    it('B04 P6 refuses whatever a picture is cut to', async () => {
      for (const [, , bytes] of FOUR) {
        const step = Math.max(1, Math.floor(bytes.length / 25));
        for (let length = 12; length < bytes.length; length += step) {
          await arena.refuse(pictureRequest(bytes.subarray(0, length)), UNREADABLE);
        }
      }
    });

    it.each(TAILS)(
      'B05 passes a picture with %s behind it, as it is, and leaves no file behind',
      async (_name, tail) => {
        const marker = randomUUID();
        const bytes = bytesOf(baselineJpeg, tail, marker);

        await arena.pass(pictureRequest(bytes));

        expectSent(arena, bytes, JPEG);
        expect(filesWith(marker)).toEqual([]);
      },
    );

    it.each(BOMBS)('B07 P6 P11 refuses %s without decoding it', async (_name, bytes) => {
      const before = process.memoryUsage();

      await arena.refuse(pictureRequest(bytes), UNREADABLE);

      const { arrayBuffers, heapUsed } = process.memoryUsage();
      expect(arrayBuffers + heapUsed - before.arrayBuffers - before.heapUsed).toBeLessThan(64 * 1024 * 1024);
    });

    it.each(TOO_SMALL)('B08 P6 refuses %s', async (_name, bytes) => {
      await arena.refuse(pictureRequest(bytes), UNREADABLE);
    });

    it.each(SEVERAL)('%s is refused: nobody could tell what was judged', async (_name, bytes) => {
      await arena.refuse(pictureRequest(bytes), UNREADABLE);
    });

    it.each(UNUSUAL)('%s passes as it is', async (_name, bytes) => {
      await arena.pass(pictureRequest(bytes));

      expect(arena.emulator.calls().map(({ image }) => image?.sha256)).toEqual([sha256Of(bytes)]);
    });

    it.each(ENDLESS)('%s is refused in time', async (_name, bytes) => {
      const stallMs = await longestStallMs(() => arena.refuse(pictureRequest(bytes), UNREADABLE));

      expect(stallMs).toBeLessThan(1_000);
    });

    describe('made by an encoder', () => {
      let pictures: Named = [];
      beforeAll(async () => {
        const cmyk = await noise(80, 80).toColourspace('cmyk').jpeg().toBuffer();
        const located = await noise(80, 80)
          .withExif({ IFD3: { GPSLatitude: '52/1 30/1 0/1', GPSLatitudeRef: 'N' } })
          .jpeg()
          .toBuffer();
        pictures = [
          ['CMYK', cmyk],
          ['GPS', located],
        ];
      });

      it('B12 passes CMYK, and B13 forwards a place in EXIF, unchanged', async () => {
        for (const [, bytes] of pictures) {
          await arena.pass(pictureRequest(bytes));
          expectSent(arena, bytes, JPEG);
          arena.emulator.reset();
        }
      });
    });

    it('B15 B16 P4 judges and hands on the very bytes, among any neighbours, however they come', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ maxLength: 3_000 }),
          fc.integer({ min: 1, max: 900 }),
          async (tail, pieceBytes) => {
            const bytes = bytesOf(baselineJpeg, tail, '\r\n--', BOUNDARY.slice(0, -1));
            // Small enough to share a pool with what surrounds it.
            const body = form(
              text('before', 'SECRET'.repeat(50)),
              file('selfie', Buffer.from(bytes)),
              text('after', 'SECRET'.repeat(50)),
            );
            const client = await arena.open();

            await client.writeInPieces(formRequest(body), pieceBytes);
            const { answers } = await within(WATCHDOG_MS, 'The answer', client.answered());
            client.close();

            const handled = JSON.parse(answers[0]?.body ?? '{}') as Record<string, Record<string, unknown>>;
            const sha256 = sha256Of(bytes);
            expect(handled['liveness']?.['imageSha256']).toBe(sha256);
            expect(handled['file']).toMatchObject({ sha256, size: bytes.length });
            expect(arena.emulator.calls().at(-1)?.image).toMatchObject({ sha256, bytes: bytes.length });
          },
        ),
        { numRuns: 20 },
      );
    });

    it('B01 P6 refuses a body without a picture where the picture is all there is to it', async () => {
      await arena.refuse(requestOf('', { headers: { 'Content-Type': 'image/jpeg' } }), {
        status: 400,
        code: 'selfie-missing',
      });
    });

    it('B14 refuses or passes any bytes behind any signature, in time', async () => {
      const signatures = fc.constantFrom(...FOUR.map(([, , bytes]) => bytes.subarray(0, 12)));
      await fc.assert(
        fc.asyncProperty(signatures, fc.uint8Array({ maxLength: 400 }), async (signature, rest) => {
          const { answers } = await arena.send(pictureRequest(bytesOf(signature, rest)));

          expect([201, 422]).toContain(answers[0]?.status);
        }),
        { numRuns: 40 },
      );
      expect(arena.host.handled()).toBeGreaterThanOrEqual(arena.emulator.calls().length);
    });

    it('A02 takes a form for a form whatever its type is spelled like', async () => {
      await arena.pass(
        requestOf(form(file('selfie', Buffer.from(baselineJpeg))), {
          headers: { 'Content-Type': FORM_TYPE.replace('multipart/form-data', 'Multipart/FORM-Data') },
        }),
      );
    });
  });
}

const JPEG = { filename: 'selfie.jpg', contentType: 'image/jpeg' };

/** The one call was about exactly these bytes, under this name and type. */
function expectSent(
  arena: Arena,
  bytes: Uint8Array,
  named: { readonly filename: string; readonly contentType: string },
): void {
  expect(arena.emulator.calls().map(({ image }) => image)).toEqual([
    { sha256: sha256Of(bytes), bytes: bytes.length, ...named },
  ]);
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Files in the folder for temporary ones that hold this text; uploads are nowhere else written to. */
function filesWith(marker: string): readonly string[] {
  return readdirSync(tmpdir()).filter((entry) => {
    const path = join(tmpdir(), entry);
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() && stats.size < 100_000 && readFileSync(path).includes(marker);
  });
}
