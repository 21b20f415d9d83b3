import { once } from 'node:events';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import multer from 'multer';
import { readSelfie, type SelfieReading, type UploadOptions } from '../src/index.js';
import { type EarlierParse, filesLeftBefore, hasParsedForm, selfieFromFiles } from '../src/parsed-before.js';
import { FORM_TYPE, file, form, text } from './support/forms.js';
import { jpegOf, OTHER_FILES, PICTURES } from './support/pictures.js';

const OPTIONS = { field: 'selfie', limitBytes: 10_000 };
const PICTURE = jpegOf(5_000);
const refusal = (code: string) => ({ kind: 'refused', code });
const judge = (files: readonly Record<string, unknown>[], body?: unknown) => selfieFromFiles(files, body, OPTIONS);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'upload-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('filesLeftBefore', () => {
  const ours = { fieldname: 'selfie', buffer: PICTURE };
  const other = { fieldname: 'document', buffer: PICTURE };
  const plain = { data: PICTURE };

  it.each([
    ['req.file of multer', { file: ours }, [ours]],
    ['req.file without a field', { file: plain }, [plain]],
    ['a list', { files: [other, ours] }, [ours]],
    ['a map of lists', { files: { document: [other], selfie: [ours] } }, [ours]],
    ['a map of single files', { files: { document: plain, selfie: ours } }, [ours]],
    ['the same file twice', { file: ours, files: [ours] }, [ours]],
    ['two files in the field', { files: { selfie: [ours, plain] } }, [ours, plain]],
    ['files in other fields alone', { files: { document: [other] } }, []],
    ['another field in req.file', { file: other }, []],
    ['no file', { files: [] }, undefined],
    ['an empty map', { files: {} }, undefined],
    ['null', { file: null, files: null }, undefined],
    ['nothing', {}, undefined],
    ['text', { file: 'selfie.jpg', files: 'selfie.jpg' }, undefined],
  ])('finds the right ones in %s', (_what, request, files) => {
    expect(filesLeftBefore(request, 'selfie')).toEqual(files);
  });
});

describe('hasParsedForm', () => {
  it('knows the traces of multer and express-fileupload, and none in what other parsers leave', () => {
    expect(hasParsedForm({ body: Object.create(null) })).toBe(true);
    expect(hasParsedForm({ body: {}, files: null })).toBe(true);
    expect(hasParsedForm({ body: {} })).toBe(false);
    expect(hasParsedForm({ body: null })).toBe(false);
    expect(hasParsedForm({})).toBe(false);
  });
});

describe('selfieFromFiles', () => {
  it.each([
    ['chunks of our own', { chunks: [PICTURE.subarray(0, 100), PICTURE.subarray(100)], size: 5_000 }],
    ['a buffer', { buffer: PICTURE, size: 5_000, mimetype: 'image/jpeg' }],
    ['data of express-fileupload', { data: PICTURE, size: 5_000, tempFilePath: '' }],
    ['a buffer without a size', { buffer: new Uint8Array(PICTURE) }],
  ])('takes %s', async (_what, left) => {
    const outcome = await judge([left], { email: 'a@example.com' });

    expect(outcome).toMatchObject({ kind: 'selfie', selfie: { size: 5_000, fields: { email: 'a@example.com' } } });
    expect(outcome.kind === 'selfie' && Buffer.concat(outcome.selfie.chunks).equals(PICTURE)).toBe(true);
  });

  it.each(['path', 'filepath', 'tempFilePath'])('reads the file that %s names', async (key) => {
    const path = join(folder, key);
    await writeFile(path, PICTURE);

    const outcome = await judge([{ [key]: path, size: 5_000, data: Buffer.alloc(0), mimetype: 'image/png' }]);

    expect(outcome).toMatchObject({ selfie: { size: 5_000, declaredType: 'image/png' } });
  });

  it('reads a stored file of many pieces to its end', async () => {
    const path = join(folder, 'large');
    await writeFile(path, jpegOf(200_000));

    const outcome = await selfieFromFiles([{ path, size: 200_000 }], undefined, { ...OPTIONS, limitBytes: 200_000 });

    expect(outcome).toMatchObject({ selfie: { size: 200_000 } });
  });

  it.each([7, ['image/png'], null])('takes no media type from %j, which is no text', async (mimetype) => {
    expect(await judge([{ buffer: PICTURE, mimetype }])).toMatchObject({ selfie: { declaredType: undefined } });
  });

  it('goes by the one path that is text', async () => {
    const path = join(folder, 'plain');
    await writeFile(path, PICTURE);

    expect(await judge([{ path: 7, filepath: path }])).toMatchObject({ selfie: { size: 5_000 } });
  });

  it.each([
    ['A01', 'none', [], 'selfie-missing'],
    ['A10', 'two', [{ buffer: PICTURE }, { buffer: PICTURE }], 'selfie-duplicated'],
    ['A19', 'one above the limit', [{ buffer: jpegOf(10_001), size: 10_001 }], 'selfie-too-large'],
    ['A19', 'one cut at another limit', [{ data: PICTURE, size: 5_000, truncated: true }], 'selfie-too-large'],
    ['B01', 'an empty one', [{ buffer: Buffer.alloc(0), size: 0 }], 'selfie-unreadable'],
    ['B03', 'another type', [{ buffer: OTHER_FILES.pdf }], 'unsupported-media-type'],
    ['B15', 'one that has changed since', [{ buffer: PICTURE, size: 5_001 }], 'selfie-unreadable'],
  ] as [string, string, Record<string, unknown>[], string][])('%s refuses %s', async (_row, _what, files, code) => {
    expect(await judge(files)).toEqual(refusal(code));
  });

  it('A19 reads a stored file no further than the limit', async () => {
    const path = join(folder, 'huge');
    await writeFile(path, PICTURE);
    await truncate(path, 1024 ** 4).catch(() => truncate(path, 1024 ** 3));

    expect(await judge([{ path }])).toEqual(refusal('selfie-too-large'));
  });

  it('B15 refuses a stored file that was cut after it was counted', async () => {
    const path = join(folder, 'cut');
    await writeFile(path, PICTURE.subarray(0, 4_999));

    expect(await judge([{ path, size: 5_000 }])).toEqual(refusal('selfie-unreadable'));
  });

  it('A09 refuses text in the field beside the file', async () => {
    expect(await judge([{ buffer: PICTURE }], { selfie: 'text' })).toEqual(refusal('malformed-upload'));
  });

  it('A13 gives fields without a prototype, and none that could become one', async () => {
    const outcome = await judge([{ buffer: PICTURE }], { plan: 'pro' });

    expect(await judge([{ buffer: PICTURE }], JSON.parse('{"__proto__":{"x":1}}'))).toEqual(
      refusal('malformed-upload'),
    );
    expect(outcome.kind === 'selfie' && Object.getPrototypeOf(outcome.selfie.fields)).toBeNull();
  });

  it('A14 says that a stored file is gone without saying where it was', async () => {
    const attempt = judge([{ path: join(folder, 'CANARY-gone.jpg') }]);

    await expect(attempt).rejects.toMatchObject({
      code: 'request-body-consumed',
      message: expect.stringMatching(/ cannot be read \(ENOENT\)\. It has to stay in place/),
    });
    await expect(attempt).rejects.not.toMatchObject({ message: expect.stringContaining('CANARY') });
  });

  it.each([
    {},
    { buffer: 'text' },
    { path: '' },
    { chunks: ['a'] },
    { chunks: [jpegOf(20), 'a'] },
    { location: 's3://bucket/key' },
  ])('G08 says what to do about a file kept as %j', async (left) => {
    await expect(judge([left])).rejects.toMatchObject({
      message: expect.stringMatching(/left a file with neither a buffer nor a path\. Let it keep .*memoryStorage/),
    });
  });
});

type Middleware = (request: http.IncomingMessage & EarlierParse & { body?: unknown }) => Promise<void>;

const run =
  (handler: ReturnType<multer.Multer['none']>): Middleware =>
  async (request) => {
    // Multer reads nothing but what a plain Node request has.
    const express = request as unknown as Parameters<typeof handler>[0];
    await new Promise<void>((resolve, reject) => {
      void handler(express, undefined as never, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
    });
  };

const toBuffer: Middleware = async (request) => {
  Object.assign(request, { body: Buffer.concat(await request.toArray()) });
};
const toObject: Middleware = async (request) => {
  request.body = JSON.parse(await readText(request));
};
const drainedTo =
  (left: unknown): Middleware =>
  async (request) => {
    await request.toArray();
    Object.assign(request, { body: left });
  };
const untouched: Middleware = async (request) => {
  request.body = {};
};

describe('a request that another parser read first', () => {
  let server: http.Server;
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  /** Posts a body to a server that runs a middleware before `readSelfie`; gives what `readSelfie` came to. */
  async function readAfter(
    middleware: Middleware,
    [type, body]: [string, Buffer],
    options: UploadOptions = {},
  ): Promise<SelfieReading> {
    server = http.createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // An address of a listening TCP server is never a pipe name.
    const { port } = server.address() as AddressInfo;
    const read = async () => {
      const [request, response] = (await once(server, 'request')) as [http.IncomingMessage, http.ServerResponse];
      await middleware(request);
      return readSelfie(request, options).finally(() => response.end());
    };
    const sent = fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers: { 'Content-Type': type }, body });
    const [reading] = await Promise.all([read(), sent]);
    return reading;
  }

  const memory = multer({ storage: multer.memoryStorage() });
  const filled: [string, Buffer] = [FORM_TYPE, form(text('email', 'a@example.com'), file('selfie', PICTURE))];
  const withDocument: [string, Buffer] = [FORM_TYPE, form(file('document', '%PDF'), file('selfie', PICTURE))];
  const selfie = { kind: 'selfie', selfie: { size: 5_000, declaredType: 'image/jpeg' } };

  it.each([
    ['single', memory.single('selfie'), filled],
    ['array', memory.array('selfie'), filled],
    ['any', memory.any(), withDocument],
    ['fields', memory.fields([{ name: 'selfie' }, { name: 'document' }]), withDocument],
  ])('takes the picture from multer().%s()', async (_name, handler, body) => {
    expect(await readAfter(run(handler), body)).toMatchObject(selfie);
  });

  it('takes the picture and the fields from files on disk', async () => {
    const reading = await readAfter(run(multer({ dest: folder }).single('selfie')), filled);

    expect(reading).toMatchObject({ ...selfie, selfie: { fields: { email: 'a@example.com' } } });
  });

  it.each([
    ['single', memory.single('selfie')],
    ['array', memory.array('selfie')],
    ['none', memory.none()],
  ])('A01 knows that multer().%s() ran and there was no file', async (_name, handler) => {
    const reading = await readAfter(run(handler), [FORM_TYPE, form(text('email', 'a'))]);

    expect(reading).toEqual({ kind: 'refused', code: 'selfie-missing', closeConnection: false });
  });

  const json: [string, Buffer] = [
    'application/json',
    Buffer.from(JSON.stringify({ selfie: PICTURE.toString('base64'), a: 1 })),
  ];

  it('takes a raw picture from a buffer in req.body', async () => {
    expect(await readAfter(toBuffer, ['image/png', PICTURES.png])).toMatchObject({
      selfie: { declaredType: 'image/png' },
    });
  });

  it('takes parsed JSON from req.body where it is switched on, and refuses it where not', async () => {
    expect(await readAfter(toObject, json, { accept: ['json'] })).toMatchObject({
      selfie: { size: 5_000, fields: { a: 1 } },
    });
    server.close();
    expect(await readAfter(toObject, json)).toMatchObject({ code: 'unsupported-media-type' });
  });

  it.each([
    ['a form left as a buffer', toBuffer, filled],
    ['a form that was drained', async (request) => void (await request.toArray()), filled],
    ['a picture that was drained', async (request) => void (await request.toArray()), ['image/png', PICTURES.png]],
    ['JSON left as a buffer', toBuffer, json],
    ['JSON left as text', async (request) => void (request.body = await readText(request)), json],
    ['JSON that was drained', async (request) => void (await request.toArray()), json],
    ['JSON left as nothing', drainedTo(null), json],
    ['a picture of which an empty object was left', drainedTo({}), ['image/png', PICTURES.png]],
    ['a picture of which what multer leaves was left', drainedTo(Object.create(null)), ['image/png', PICTURES.png]],
    ['a form of which JSON was left', drainedTo({ selfie: PICTURE.toString('base64') }), filled],
    [
      'a body of which a piece was taken',
      async (request) => void (await once(request, 'readable'), request.read()),
      filled,
    ],
    ['a body that comes as text', async (request) => void request.setEncoding('utf8'), filled],
  ] as [string, Middleware, [string, Buffer]][])(
    'G08 says at once what to do about %s',
    async (_what, middleware, body) => {
      const attempt = readAfter(middleware, body, { accept: ['multipart', 'image', 'json'] });

      await expect(attempt).rejects.toMatchObject({
        name: 'UploadConfigurationError',
        code: 'request-body-consumed',
        message: expect.stringMatching(/^The body of this request was read before .*upload\.single\('selfie'\)/),
      });
    },
  );

  it('reads a body that a parser saw and left alone', async () => {
    expect(await readAfter(untouched, filled)).toMatchObject(selfie);
  });
});
