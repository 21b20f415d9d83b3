import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import multer from 'multer';
import { multipartSink } from '../src/multipart-body.js';
import { resolveUploadOptions, type UploadOptions } from '../src/options.js';
import type { BodyOutcome } from '../src/reading.js';
import { BOUNDARY, FORM_TYPE, file, form, part, text } from './support/forms.js';
import { jpegOf, OTHER_FILES, PICTURES } from './support/pictures.js';
import { pourPieces } from './support/pour-pieces.js';
import { startUploadServer, type UploadServer } from './support/upload-server.js';

const PICTURE = jpegOf(300);

/** Whoever reads, the outcome is the same, but for parts that multer skips. */
const READERS = [
  { who: 'this package', reader: {}, unreadable: 'malformed-upload' },
  { who: 'a multer of the application', reader: { multer }, unreadable: 'selfie-missing' },
] as const;

/** Reads a form in pieces of the given size, without a connection. */
function readWith(body: Buffer, options: UploadOptions, pieceBytes: number): Promise<BodyOutcome> {
  return pourPieces(body, pieceBytes, multipartSink(BOUNDARY, resolveUploadOptions(options)));
}

const edge = (bytes: number) => Buffer.alloc(bytes, 'x');
const refusal = (code: string) => ({ kind: 'refused', code });
const accepted = (fields: Record<string, unknown> = {}) => ({ kind: 'selfie', selfie: { size: 300, fields } });
const joined = (outcome: BodyOutcome) => (outcome.kind === 'selfie' ? Buffer.concat(outcome.selfie.chunks) : undefined);

describe.each(READERS)('a form that $who reads', ({ reader, unreadable }) => {
  const read = (body: Buffer, options: UploadOptions = {}, pieceBytes = 65_536) =>
    readWith(body, { ...reader, ...options }, pieceBytes);

  it('gives the picture and the text fields', async () => {
    const outcome = await read(form(text('email', 'a@example.com'), file('selfie', PICTURE), text('plan', 'free')));

    expect(outcome).toMatchObject(accepted({ email: 'a@example.com', plan: 'free' }));
    expect(joined(outcome)?.equals(PICTURE)).toBe(true);
  });

  it.each(Object.entries(PICTURES))('takes %s whatever type is declared', async (_type, picture) => {
    const outcome = await read(form(file('selfie', picture, 'application/pdf')));

    expect(outcome).toMatchObject({ kind: 'selfie', selfie: { declaredType: 'application/pdf' } });
  });

  it.each(Object.entries(OTHER_FILES))('B03 refuses %s whatever type is declared', async (_type, bytes) => {
    expect(await read(form(file('selfie', bytes, 'image/jpeg')))).toEqual(refusal('unsupported-media-type'));
  });

  it.each([
    ['A01', 'has no part but text', [text('email', 'a')]],
    ['A01', 'has no part at all', []],
    [
      'A08',
      'has a file with an empty name',
      [
        part(
          ['Content-Disposition: form-data; name="selfie"; filename=""', 'Content-Type: application/octet-stream'],
          '',
        ),
      ],
    ],
    [
      'A08',
      'has an image with an empty name',
      [part(['Content-Disposition: form-data; name="selfie"; filename=""', 'Content-Type: image/jpeg'], PICTURE)],
    ],
    [
      'A08',
      'has an image without a name',
      [part(['Content-Disposition: form-data; name="selfie"', 'Content-Type: image/jpeg'], PICTURE)],
    ],
    [
      'A08',
      'has bytes without a name',
      [part(['Content-Disposition: form-data; name="selfie"', 'Content-Type: application/octet-stream'], PICTURE)],
    ],
    ['A08', 'has text in the field', [text('selfie', 'a face')]],
    [
      'A17',
      'has a form in the field',
      [
        part(
          ['Content-Disposition: form-data; name="selfie"', 'Content-Type: multipart/mixed; boundary=x'],
          '--x\r\n\r\n\r\n--x--',
        ),
      ],
    ],
  ])('%s is missing its selfie when it %s', async (_row, _what, parts) => {
    expect(await read(form(...parts))).toEqual(refusal('selfie-missing'));
  });

  it.each([
    [
      'A15',
      'has text of an unknown charset',
      part(['Content-Disposition: form-data; name="a"', 'Content-Type: text/plain; charset=utf-7'], '+AGE-'),
    ],
    ['A32', 'has a part that says nothing of itself', part(['X: y'], PICTURE)],
    [
      'A32',
      'has a part of another disposition',
      part(['Content-Disposition: attachment; name="selfie"; filename="a.jpg"'], PICTURE),
    ],
  ])('%s is refused when it has nothing else and %s', async (_row, _what, only) => {
    expect(await read(form(only))).toEqual(refusal(unreadable));
  });

  it('A08 takes a file that is named by filename* alone', async () => {
    const named = part([`Content-Disposition: form-data; name="selfie"; filename*=utf-8''face.jpg`], PICTURE);

    expect(await read(form(named))).toMatchObject(accepted());
  });

  it.each([
    ['A09', 'text in the field after the file', [file('selfie', PICTURE), text('selfie', 'x')], 'malformed-upload'],
    ['A09', 'text in the field before the file', [text('selfie', 'x'), file('selfie', PICTURE)], 'malformed-upload'],
    ['A09', 'text nested in the field', [text('selfie[a]', 'x'), file('selfie', PICTURE)], 'malformed-upload'],
    ['A10', 'two files in the field', [file('selfie', PICTURE), file('selfie', PICTURE)], 'selfie-duplicated'],
    ['A10', 'a file in another field', [file('selfie', PICTURE), file('avatar', PICTURE)], 'malformed-upload'],
    ['A10', 'only a file in another field', [file('avatar', PICTURE)], 'malformed-upload'],
    ['A10', 'ten thousand parts', Array.from({ length: 10_000 }, () => part(['X: y'], '')), 'malformed-upload'],
    [
      'A11',
      'ten thousand fields',
      Array.from({ length: 10_000 }, (_, index) => text(`f${index}`, '')),
      'malformed-upload',
    ],
    [
      'A11',
      'a field of one megabyte',
      [text('email', 'x'.repeat(1_000_000)), file('selfie', PICTURE)],
      'malformed-upload',
    ],
    [
      'A11',
      'part headers of 80 KB',
      [part([`X: ${'y'.repeat(80_000)}`], ''), file('selfie', PICTURE)],
      'malformed-upload',
    ],
    ['A11', 'a name of 101 bytes', [text('x'.repeat(101), ''), file('selfie', PICTURE)], 'malformed-upload'],
    ['A12', 'a name of five levels', [text('a[b][c][d][e][f]', ''), file('selfie', PICTURE)], 'malformed-upload'],
    ['A12', 'an index of nine digits', [text('a[999999999]', ''), file('selfie', PICTURE)], 'malformed-upload'],
    [
      'A12',
      'an index beyond every array',
      [text('a[99999999999999999999]', ''), file('selfie', PICTURE)],
      'malformed-upload',
    ],
    [
      'A32',
      'a field without a name',
      [part(['Content-Disposition: form-data'], 'x'), file('selfie', PICTURE)],
      'malformed-upload',
    ],
    [
      'A32',
      'a file without a name of its field',
      [part(['Content-Disposition: form-data; filename="a.jpg"'], PICTURE)],
      'malformed-upload',
    ],
    [
      'A32',
      'a bare line feed in a header',
      [part(['Content-Disposition: form-data; name="a"\nX: y'], '')],
      'malformed-upload',
    ],
    [
      'A32',
      'a header without a colon',
      [part(['Content-Disposition'], ''), file('selfie', PICTURE)],
      'malformed-upload',
    ],
    ['B01', 'an empty file', [file('selfie', '')], 'selfie-unreadable'],
    ['B04', 'a file cut within its signature', [file('selfie', PICTURE.subarray(0, 2))], 'selfie-unreadable'],
    [
      'A16',
      'a picture in base64',
      [
        part(
          ['Content-Disposition: form-data; name="selfie"; filename="a.jpg"', 'Content-Transfer-Encoding: base64'],
          PICTURE.toString('base64'),
        ),
      ],
      'unsupported-media-type',
    ],
  ])('%s is refused for %s', async (_row, _what, parts, code) => {
    expect(await read(form(...parts))).toEqual(refusal(code));
  });

  it('A19 passes at exactly the limit and is refused one byte above', async () => {
    const limitBytes = 5 * 1024 * 1024;

    expect(await read(form(file('selfie', jpegOf(limitBytes))))).toMatchObject({ selfie: { size: limitBytes } });
    expect(await read(form(file('selfie', jpegOf(limitBytes + 1))))).toEqual(refusal('selfie-too-large'));
  });

  it.each([
    [{ maxFields: 2 }, [text('a', '1'), text('b', '2')], [text('c', '3')]],
    [{ maxParts: 2 }, [text('a', '1')], [text('b', '2')]],
    [{ maxFieldBytes: 4 }, [text('a', '1234')], [text('b', '12345')]],
    [{ maxFieldDepth: 1 }, [text('a[b]', '1')], [text('a[b][c]', '1')]],
    [{ maxFields: 3 }, [text('a[3]', '1')], [text('a[4]', '1')]],
  ] satisfies [UploadOptions, Buffer[], Buffer[]][])('A34 holds to %j exactly', async (options, allowed, beyond) => {
    expect(await read(form(...allowed, file('selfie', PICTURE)), options)).toMatchObject({ kind: 'selfie' });
    expect(await read(form(...allowed, ...beyond, file('selfie', PICTURE)), options)).toEqual(
      refusal('malformed-upload'),
    );
  });

  it.each(['__proto__', 'a[__proto__][x]', '__proto__[x]', 'a[0][__proto__]'])(
    'A13 refuses a field named %s, which a copy of the fields would turn into a prototype',
    async (name) => {
      expect(await read(form(text(name, 'polluted'), file('selfie', PICTURE)))).toEqual(refusal('malformed-upload'));
    },
  );

  it.each(['constructor', 'prototype', 'constructor[prototype][x]', 'toString'])(
    'A13 takes a field named %s without touching a prototype',
    async (name) => {
      const outcome = await read(form(text(name, 'polluted'), file('selfie', PICTURE)));

      expect(outcome.kind).toBe('selfie');
      expect(outcome.kind === 'selfie' && Object.getPrototypeOf(outcome.selfie.fields)).toBeNull();
      expect(({} as Record<string, unknown>)['x']).toBeUndefined();
      expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('x');
    },
  );

  it('gives a repeated field as a list and a nested one as an object', async () => {
    const outcome = await read(
      form(text('tag', 'a'), text('tag', 'b'), text('at[city]', 'c'), file('selfie', PICTURE)),
    );

    expect(outcome).toMatchObject(accepted({ tag: ['a', 'b'], at: { city: 'c' } }));
  });

  it('reads names and values in UTF-8', async () => {
    const outcome = await read(form(text('pr\u00e9nom', 'Zo\u00eb'), file('gesicht\u00df', PICTURE)), {
      field: 'gesicht\u00df',
    });

    expect(outcome).toMatchObject(accepted({ pr\u00e9nom: 'Zo\u00eb' }));
  });

  it('A14 keeps the name of the file nowhere, whatever it is', async () => {
    const names = fc.oneof(
      fc.constantFrom(
        'a%0D%0AX-Evil: 1%22.jpg',
        '../../etc/passwd',
        'CANARY\u202Egpj.exe',
        'a\\"b',
        'CANARY'.repeat(2_000),
      ),
      fc.string({ unit: 'grapheme', maxLength: 40 }),
    );
    await fc.assert(
      fc.asyncProperty(names, async (name) => {
        const header = `Content-Disposition: form-data; name="selfie"; filename="CANARY${name.replaceAll(/["\r\n]/g, '')}"`;
        const outcome = await read(form(part([header], PICTURE)));

        expect(JSON.stringify({ ...outcome, chunks: undefined })).not.toContain('CANARY');
        expect(['selfie', 'refused']).toContain(outcome.kind);
      }),
      { numRuns: 50 },
    );
  });

  it('B15 reads the same picture however the body is cut into pieces', async () => {
    const picture = Buffer.concat([
      PICTURES.png,
      randomBytes(3_000),
      Buffer.from(`\r\n--${BOUNDARY.slice(0, -1)}-`),
      randomBytes(50),
    ]);
    const body = form(text('email', 'a@example.com'), file('selfie', picture), text('plan', 'free'));

    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 700 }), async (pieceBytes) => {
        const outcome = await read(body, {}, pieceBytes);

        expect(outcome).toMatchObject({ selfie: { fields: { email: 'a@example.com', plan: 'free' } } });
        expect(joined(outcome)?.equals(picture)).toBe(true);
      }),
      { numRuns: 40, examples: [[1], [2], [3]] },
    );
  });

  it('A31 ignores 4 KiB before the form and after it, and refuses more', async () => {
    const body = form(file('selfie', PICTURE));

    // The line break that ends the form is part of what follows its last delimiter.
    expect(await read(Buffer.concat([edge(4_094), Buffer.from('\r\n'), body, edge(4_094)]))).toMatchObject(accepted());
    expect(await read(Buffer.concat([body, edge(4_095)]))).toEqual(refusal('malformed-upload'));
    expect(await read(Buffer.concat([edge(4_095), Buffer.from('\r\n'), body]))).toEqual(refusal('malformed-upload'));
  });

  it('A32 comes to an outcome for any damage done to a form', async () => {
    const body = form(text('email', 'a@example.com'), file('selfie', PICTURE), text('plan[a][0]', 'free'));
    const edits = fc.array(
      fc.record({ at: fc.nat(body.length), remove: fc.nat(6), insert: fc.uint8Array({ maxLength: 6 }) }),
      {
        minLength: 1,
        maxLength: 4,
      },
    );

    await fc.assert(
      fc.asyncProperty(edits, fc.integer({ min: 1, max: 600 }), async (list, pieceBytes) => {
        const damaged = list.reduce(
          (bytes, { at, remove, insert }) =>
            Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]),
          body,
        );

        expect(['selfie', 'refused']).toContain((await read(damaged, {}, pieceBytes)).kind);
      }),
      { numRuns: 300 },
    );
  });
});

describe.each(READERS)('a form over HTTP that $who reads', ({ reader }) => {
  let server: UploadServer;
  beforeAll(async () => {
    server = await startUploadServer(reader);
  });
  afterAll(() => server.close());

  const body = form(text('email', 'a@example.com'), file('selfie', PICTURE));
  // The line break after the closing delimiter belongs to the epilogue, which RFC 2046 makes optional.
  const complete = body.length - 2;

  it('A06 answers a body cut at any byte, and takes it for a selfie only when nothing but the last line break is gone', async () => {
    const cuts = Array.from({ length: body.length + 1 }, (_, length) => length);

    const readings = await Promise.all(
      cuts.map(async (length) => (await server.post(body.subarray(0, length), { 'Content-Type': FORM_TYPE })).reading),
    );

    expect(readings.map(({ kind, code }) => code ?? kind)).toEqual(
      cuts.map((length) => (length >= complete ? 'selfie' : 'malformed-upload')),
    );
  });

  it('A06 A25 takes a connection that ends at any byte of the body for an abort', async () => {
    const head = `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: ${FORM_TYPE}\r\nContent-Length: ${body.length}\r\n\r\n`;

    for (let length = 0; length < body.length; length += 7) {
      const socket = net.connect(server.port, '127.0.0.1');
      const decided = server.nextReading();
      socket.end(Buffer.concat([Buffer.from(head), body.subarray(0, length)]));

      expect([length, await decided]).toEqual([length, { kind: 'aborted' }]);
      socket.destroy();
    }
  });

  it.each([{ 'Content-Length': '0' }, { 'Transfer-Encoding': 'chunked' }, undefined])(
    'A07 calls an empty body with %j malformed',
    async (framing) => {
      const socket = net.connect(server.port, '127.0.0.1');
      const decided = server.nextReading();
      const lines = Object.entries({ Host: 'x', 'Content-Type': FORM_TYPE, ...framing }).map(
        ([name, value]) => `${name}: ${value}\r\n`,
      );
      socket.write(
        `POST / HTTP/1.1\r\n${lines.join('')}\r\n${framing?.['Transfer-Encoding'] === undefined ? '' : '0\r\n\r\n'}`,
      );

      expect(await decided).toEqual({ kind: 'refused', code: 'malformed-upload', closeConnection: false });
      socket.destroy();
    },
  );

  it('A11 keeps the event loop free while it refuses ten thousand fields', async () => {
    const hostile = form(...Array.from({ length: 10_000 }, (_, index) => text(`a[${index}]`, 'x')));
    const started = process.cpuUsage();

    const { reading } = await server.post(hostile, { 'Content-Type': FORM_TYPE });

    expect(reading).toEqual({ kind: 'refused', code: 'malformed-upload' });
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(1_000);
  });

  it('keeps the connection for the next request after a form that was read to its end', async () => {
    const socket = net.connect(server.port, '127.0.0.1');
    const bad = form(text('email', 'a'));
    for (const content of [bad, body]) {
      socket.write(
        `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: ${FORM_TYPE}\r\nContent-Length: ${content.length}\r\n\r\n`,
      );
      socket.write(content);
      const [answer] = (await once(socket, 'data')) as [Buffer];

      expect(answer.toString()).toContain(content === bad ? 'selfie-missing' : '"kind":"selfie"');
      expect(answer.toString().toLowerCase()).not.toContain('connection: close');
    }
    socket.destroy();
  });
});
