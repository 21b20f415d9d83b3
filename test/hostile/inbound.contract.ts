import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { BOUNDARY, FORM_TYPE, file, form, part, text } from '../../packages/upload/test/support/forms.js';
import {
  type Arena,
  type Expected,
  expectProblem,
  formRequest,
  type HostTraits,
  longestStallMs,
  type StartArena,
  tell,
  useArena,
} from './arena.js';
import { GOOD_FORM, pictureOfSize, SMALL_PICTURE } from './pictures.js';
import { chunkedRequestOf, requestOf } from './raw-request.js';

const MALFORMED = { status: 400, code: 'malformed-upload' };
const MISSING = { status: 400, code: 'selfie-missing' };
const DUPLICATED = { status: 400, code: 'selfie-duplicated' };
const UNSUPPORTED = { status: 415, code: 'unsupported-media-type' };
const TOO_LARGE = { status: 413, code: 'selfie-too-large' };

const MIB = 1024 * 1024;
const selfie = file('selfie', SMALL_PICTURE);
const fileHeader = (rest: string) => `Content-Disposition: form-data; name="selfie"${rest}`;
const typed = (type: string | undefined) => requestOf(GOOD_FORM, { headers: { 'Content-Type': type } });
const many = (count: number, make: (index: number) => Buffer) =>
  Array.from({ length: count }, (_, index) => make(index));

/** Types other than a form, with a body that the parsers of the frameworks can read too. */
const OTHER_TYPES: readonly (readonly [string, string])[] = [
  ['application/json', '{"selfie":"/9j/"}'],
  ['application/x-www-form-urlencoded', 'selfie=x'],
  ['text/plain', 'selfie'],
  ['text/html', '<p>'],
  ['text/csv', 'selfie'],
  ['application/xml', '<selfie/>'],
  ['application/octet-stream', 'x'],
  ['application/pdf', '%PDF-1.7'],
  ['application/json; charset=utf-8', '{}'],
  ['application/graphql', '{selfie}'],
  ['multipartform-data', 'x'],
  ['multipart/form-datax; boundary=form-boundary', GOOD_FORM.toString('latin1')],
];

const BAD_BOUNDARIES: readonly (readonly [row: string, type: string])[] = [
  ['A04', 'multipart/form-data'],
  ['A04', 'multipart/form-data; boundary='],
  ['A04', 'multipart/form-data; boundary=""'],
  ['A04', 'multipart/form-data; charset=utf-8'],
  ['A05', `multipart/form-data; boundary=${'b'.repeat(71)}`],
  ['A05', `multipart/form-data; boundary=${'b'.repeat(300)}`],
  ['A05', 'multipart/form-data; boundary="a@b"'],
  ['A05', 'multipart/form-data; boundary="ends with a space "'],
  ['A05', `multipart/form-data; boundary=${BOUNDARY}; boundary=other`],
  ['A05', `multipart/form-data; boundary=${BOUNDARY}; BOUNDARY=${BOUNDARY}`],
];

/** Forms that are refused: the row, what they are, and their parts. */
const BAD_FORMS: readonly (readonly [row: string, what: string, parts: readonly Buffer[], expected: Expected])[] = [
  ['A01', 'has no part but text', [text('email', 'a')], MISSING],
  ['A01', 'has no part at all', [], MISSING],
  [
    'A08',
    'has a file with an empty name',
    [part([fileHeader('; filename=""'), 'Content-Type: image/jpeg'], SMALL_PICTURE)],
    MISSING,
  ],
  ['A08', 'has a picture without a name', [part([fileHeader(''), 'Content-Type: image/jpeg'], SMALL_PICTURE)], MISSING],
  [
    'A08',
    'has bytes without a name',
    [part([fileHeader(''), 'Content-Type: application/octet-stream'], SMALL_PICTURE)],
    MISSING,
  ],
  ['A08', 'has the picture as text', [text('selfie', SMALL_PICTURE.toString('base64'))], MISSING],
  ['A09', 'has text in the field before the file', [text('selfie', 'x'), selfie], MALFORMED],
  ['A09', 'has text in the field after the file', [selfie, text('selfie', 'x')], MALFORMED],
  ['A10', 'has two files', [selfie, selfie], DUPLICATED],
  ['A10', 'has a file in another field', [file('avatar', SMALL_PICTURE)], MALFORMED],
  ['A10', 'has a file in another field too', [selfie, file('avatar', SMALL_PICTURE)], MALFORMED],
  ['A10', 'has ten thousand parts', many(10_000, () => part(['X: y'], '')), MALFORMED],
  ['A10', 'has ten thousand files', many(10_000, () => file('selfie', Buffer.of(0xff, 0xd8, 0xff))), DUPLICATED],
  ['A11', 'has ten thousand fields', many(10_000, (index) => text(`f${index}`, '')), MALFORMED],
  ['A11', 'has a field of one megabyte', [text('email', 'x'.repeat(1_000_000)), selfie], MALFORMED],
  ['A11', 'has part headers of 80 KB', [part([`X: ${'y'.repeat(80_000)}`], ''), selfie], MALFORMED],
  [
    'A11',
    'has 8 KB of header that almost matches',
    many(60, () => part([`Content-Disposition: form-data;${' '.repeat(8_000)}x`], '')),
    MALFORMED,
  ],
  ['A12', 'has a name of ten thousand levels', [text(`a${'[b]'.repeat(10_000)}`, ''), selfie], MALFORMED],
  ['A12', 'has a name of six levels', [text('a[b][c][d][e][f]', ''), selfie], MALFORMED],
  ['A12', 'has an index of nine digits', [text('a[999999999]', ''), selfie], MALFORMED],
  ['A12', 'has an index beyond every array', [text('a[4294967296]', ''), selfie], MALFORMED],
  ['A13', 'has a field named __proto__', [text('__proto__', 'x'), selfie], MALFORMED],
  ['A13', 'has a field in __proto__', [text('__proto__[polluted]', 'x'), selfie], MALFORMED],
  ['A13', 'has a field in a nested __proto__', [text('a[__proto__][polluted]', 'x'), selfie], MALFORMED],
  [
    'A15',
    'has text in a charset that nobody knows',
    [part(['Content-Disposition: form-data; name="a"', 'Content-Type: text/plain; charset=utf-7'], '+AGE-'), selfie],
    MALFORMED,
  ],
  [
    'A15',
    'has text in UTF-16',
    [
      part(
        ['Content-Disposition: form-data; name="a"', 'Content-Type: text/plain; charset=utf-16le'],
        Buffer.from('a', 'utf16le'),
      ),
      selfie,
    ],
    MALFORMED,
  ],
  [
    'A16',
    'has a file that only claims to be base64',
    [part([fileHeader('; filename="a.jpg"'), 'Content-Transfer-Encoding: base64'], SMALL_PICTURE)],
    UNSUPPORTED,
  ],
  [
    'A16',
    'has the picture in base64',
    [part([fileHeader('; filename="a.jpg"'), 'Content-Transfer-Encoding: base64'], SMALL_PICTURE.toString('base64'))],
    UNSUPPORTED,
  ],
  [
    'A16',
    'has the picture quoted-printable',
    [part([fileHeader('; filename="a.jpg"'), 'Content-Transfer-Encoding: quoted-printable'], '=FF=D8=FF')],
    UNSUPPORTED,
  ],
  [
    'A17',
    'has a form in the field',
    [part([fileHeader(''), 'Content-Type: multipart/mixed; boundary=x'], '--x\r\n\r\n\r\n--x--')],
    MISSING,
  ],
  ['A32', 'has a line feed alone in a header', [part([`${fileHeader('')}\nX: y`], ''), selfie], MALFORMED],
  [
    'A32',
    'has a carriage return alone in a name',
    [part(['Content-Disposition: form-data; name="a\rb"'], ''), selfie],
    MALFORMED,
  ],
  ['A32', 'has a header without a colon', [part(['Content-Disposition'], ''), selfie], MALFORMED],
  ['A32', 'has a field without a name', [part(['Content-Disposition: form-data'], ''), selfie], MALFORMED],
];

/** Forms that are odd, and pass. */
const ODD_FORMS: readonly (readonly [row: string, what: string, body: Buffer])[] = [
  [
    'A08',
    'has a file that only filename* names',
    form(part([fileHeader(`; filename*=utf-8''face.jpg`)], SMALL_PICTURE)),
  ],
  [
    'A13',
    'has fields named like properties',
    form(...['constructor', 'prototype', 'toString'].map((name) => text(name, 'x')), selfie),
  ],
  [
    'A15',
    'has text in ISO-8859-1',
    form(
      part(['Content-Disposition: form-data; name="a"', 'Content-Type: text/plain; charset=ISO-8859-1'], '\xeb'),
      selfie,
    ),
  ],
  ['A15', 'has a field _charset_', form(text('_charset_', 'utf-7'), selfie)],
  [
    'A16',
    'has a file that says it is not encoded',
    form(part([fileHeader('; filename="a.jpg"'), 'Content-Transfer-Encoding: binary'], SMALL_PICTURE)),
  ],
  ['A31', 'has 4 KB before it', Buffer.concat([Buffer.alloc(4_094, 'x'), Buffer.from('\r\n'), form(selfie)])],
  ['A31', 'has 4 KB behind it', Buffer.concat([form(selfie), Buffer.alloc(4_094, 'x')])],
];

const ODD_NAMES: readonly (readonly [what: string, name: string])[] = [
  ['with escaped line breaks', 'a%0D%0AX-Evil: 1%22HOLIDAY.jpg'],
  ['with a way up', '../../etc/HOLIDAY.jpg'],
  ['written from right to left', 'HOLIDAY\u202Egpj.exe'],
  ['with quotes', 'HOLIDAY\\".php'],
  ['with a zero byte', 'HOLIDAY\0.jpg'],
  ['of 64 KB', `HOLIDAY${'x'.repeat(64_000)}`],
];

/** A good form, and twenty megabytes of zeros, in each encoding. */
const BOMB = form(file('selfie', Buffer.alloc(20 * MIB)));
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
const COMPRESSED: readonly (readonly [encoding: string, bodies: readonly Buffer[]])[] = [
  ['gzip', [gzipSync(GOOD_FORM), gzipSync(BOMB)]],
  ['deflate', [deflateSync(GOOD_FORM), deflateSync(BOMB)]],
  ['br', [brotliCompressSync(GOOD_FORM, BROTLI), brotliCompressSync(BOMB, BROTLI)]],
];

/** Refusals and oddities of requests and forms, told by their bytes. */
export function describeInbound(name: string, start: StartArena, traits: HostTraits = {}): void {
  describe(`hostile forms to ${name}`, () => {
    const arena = useArena(start);

    it.each(OTHER_TYPES)('A02 P6 refuses %s', async (type, body) => {
      const before = arena.host.handled();

      const { answers } = await arena.send(requestOf(body, { headers: { 'Content-Type': type } }));

      if (traits.refusesMediaTypes) expect(answers[0]?.status).toBe(415);
      else expectProblem(answers[0], UNSUPPORTED);
      arena.expectNothingPaid(before);
    });

    it.each(['mixed', 'related', 'alternative', 'x-mixed-replace'])('A03 P6 refuses multipart/%s', async (subtype) => {
      await arena.refuse(typed(`multipart/${subtype}; boundary=${BOUNDARY}`), UNSUPPORTED);
    });

    it.each(BAD_BOUNDARIES)('%s P6 refuses %s', async (_row, type) => {
      await arena.refuse(typed(type), MALFORMED);
    });

    it('A05 takes any boundary to be one, or refuses it, and asks nobody about a form that has another', async () => {
      const before = arena.host.handled();
      const boundary = fc.string({
        unit: fc.integer({ min: 32, max: 255 }).map((code) => String.fromCharCode(code)),
        maxLength: 90,
      });

      await fc.assert(
        fc.asyncProperty(boundary, async (value) => {
          const { answers } = await arena.send(typed(`multipart/form-data; boundary=${value}`));

          // Fastify knows types that are none, and says so itself.
          expect([400, 415]).toContain(answers[0]?.status);
        }),
        { numRuns: 40 },
      );
      arena.expectNothingPaid(before);
    });

    it.each([
      ['a Content-Length of 0', requestOf('', { headers: { 'Content-Type': FORM_TYPE } })],
      ['no chunk', chunkedRequestOf('', 1, { headers: { 'Content-Type': FORM_TYPE } })],
      ['neither', requestOf('', { headers: { 'Content-Type': FORM_TYPE, 'Content-Length': undefined } })],
    ])('A07 P6 refuses a body of %s', async (_what, request) => {
      await arena.refuse(request, MALFORMED);
    });

    it.each(BAD_FORMS)('%s P6 P14 refuses a form that %s', async (_row, what, parts, expected) => {
      const request = formRequest(form(...parts));

      const stallMs = await longestStallMs(() => arena.refuse(request, expected));

      if (stallMs > 50) tell(`${name}: the event loop stood still for ${stallMs.toFixed(0)} ms at a form that ${what}`);
      expect(stallMs).toBeLessThan(1_000);
    });

    it.each(ODD_FORMS)('%s P4 lets a form pass that %s, and its picture whole', async (_row, _what, body) => {
      await arena.pass(formRequest(body));

      expectSent(arena, SMALL_PICTURE);
    });

    it.each(ODD_NAMES)('A14 sends no name of a file on: one %s', async (_what, filename) => {
      const named = part([fileHeader(`; filename="${filename}"`), 'Content-Type: image/jpeg'], SMALL_PICTURE);

      const { answers } = await arena.send(formRequest(form(named)));

      expect([201, 400]).toContain(answers[0]?.status);
      expect(arena.emulator.calls().map(({ image }) => image?.filename)).toEqual(
        answers[0]?.status === 201 ? ['selfie.jpg'] : [],
      );
      expect(JSON.stringify([answers, arena.events, arena.emulator.calls()])).not.toMatch(/HOLIDAY|Evil/);
    });

    it.each(COMPRESSED)('A18 P6 refuses a form in %s, were it a bomb', async (encoding, bodies) => {
      for (const body of bodies) await arena.refuse(formRequest(body, { 'Content-Encoding': encoding }), UNSUPPORTED);
    });

    it.each([5_000_000, 5 * MIB])('A19 P4 passes a picture of %i bytes', async (bytes) => {
      const picture = pictureOfSize(bytes);

      await arena.pass(formRequest(form(file('selfie', picture))));

      expectSent(arena, picture);
    });

    it('A19 P6 refuses a picture of 5 MiB and one byte, however it comes', async () => {
      const body = form(file('selfie', pictureOfSize(5 * MIB + 1)));

      await arena.refuse(formRequest(body), TOO_LARGE);
      await arena.refuse(chunkedRequestOf(body, 65_536, { headers: { 'Content-Type': FORM_TYPE } }), TOO_LARGE);
    });

    it.each([
      ['more than 4 KB before it', Buffer.concat([Buffer.alloc(4_095, 'x'), Buffer.from('\r\n'), form(selfie)])],
      ['more than 4 KB behind it', Buffer.concat([form(selfie), Buffer.alloc(4_095, 'x')])],
    ])('A31 P6 refuses a form with %s', async (_what, body) => {
      await arena.refuse(formRequest(body), MALFORMED);
    });

    it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'POST'])(
      'A29 runs the handler for %s only with a verdict',
      async (method) => {
        const before = arena.host.handled();

        const { answers } = await arena.send(
          requestOf(GOOD_FORM, { method, headers: { 'Content-Type': FORM_TYPE, Connection: 'close' } }),
        );

        const paid = arena.emulator.calls().filter(({ billed }) => billed).length;
        expect(arena.host.handled() - before).toBe(paid);
        expect((answers[0]?.status ?? 0) === 201).toBe(paid === 1);
        expect(answers[0]?.status ?? 200).toBeLessThan(500);
      },
    );

    it.each([Number.NaN, Infinity, -1, 0, 99, 1.5, 600_001, '5s', null, {}])(
      'A34 P23 does not start with an upload deadline of %p',
      async (uploadTimeoutMs) => {
        const options = {
          apiKey: 'hostile-key',
          baseUrl: arena.emulator.url,
          allowInsecure: true,
          onEvent: () => undefined,
        } as const;

        // What a JavaScript user may write.
        const started = (async () => start({ ...options, uploadTimeoutMs: uploadTimeoutMs as number }))();

        await expect(started).rejects.toThrow(/uploadTimeoutMs/);
      },
    );
  });
}

/** The one call was about exactly these bytes. */
function expectSent(arena: Arena, picture: Uint8Array): void {
  const sha256 = createHash('sha256').update(picture).digest('hex');
  expect(arena.emulator.calls().map(({ image }) => image)).toEqual([
    { sha256, bytes: picture.length, filename: 'selfie.jpg', contentType: 'image/jpeg' },
  ]);
}
