import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { jsonSink, selfieFromJson } from '../src/json-body.js';
import type { BodyOutcome } from '../src/reading.js';
import { jpegOf, OTHER_FILES, PICTURES } from './support/pictures.js';
import { startUploadServer, type UploadServer } from './support/upload-server.js';

const OPTIONS = { field: 'selfie', limitBytes: 1_000, maxFieldDepth: 2 };
const JPEG = PICTURES.jpeg.toString('base64');
const base64 = (bytes: Buffer) => ({ selfie: bytes.toString('base64') });
const read = (body: unknown) => selfieFromJson(body, OPTIONS);

describe('selfieFromJson', () => {
  it('takes plain base64, and the other properties as fields', () => {
    const outcome = read({ selfie: JPEG, email: 'a@example.com', age: 7 });

    expect(outcome).toMatchObject({
      kind: 'selfie',
      selfie: { declaredType: undefined, fields: { email: 'a@example.com', age: 7 } },
    });
    expect(outcome.kind === 'selfie' && Buffer.concat(outcome.selfie.chunks).equals(PICTURES.jpeg)).toBe(true);
  });

  it('takes a data URL and the type it declares', () => {
    expect(read({ selfie: `data:image/PNG;base64,${JPEG}` })).toMatchObject({ selfie: { declaredType: 'image/png' } });
  });

  it.each([undefined, null, ''])('calls %j a missing selfie', (selfie) => {
    expect(read({ selfie })).toEqual({ kind: 'refused', code: 'selfie-missing' });
  });

  it.each([
    7,
    true,
    [JPEG],
    { data: JPEG },
    'not base64!',
    JPEG.slice(1),
    ` ${JPEG}`,
    `data:image/png,${JPEG}`,
    `data:text/plain;base64,${JPEG}`,
    `data:image/png;charset=x;base64,${JPEG}`,
    `data:;base64,${JPEG}`,
  ])('calls %j malformed', (selfie) => {
    expect(read({ selfie })).toEqual({ kind: 'refused', code: 'malformed-upload' });
  });

  it.each([null, [], 'text', 7, undefined])('calls %j, which is no object, malformed', (body) => {
    expect(read(body)).toEqual({ kind: 'refused', code: 'malformed-upload' });
  });

  it('holds the picture against the same rules as any other', () => {
    expect(read(base64(jpegOf(1_000)))).toMatchObject({ selfie: { size: 1_000 } });
    expect(read(base64(jpegOf(1_001)))).toMatchObject({ code: 'selfie-too-large' });
    expect(read(base64(OTHER_FILES.pdf))).toMatchObject({ code: 'unsupported-media-type' });
    expect(read(base64(PICTURES.jpeg.subarray(0, 2)))).toMatchObject({ code: 'selfie-unreadable' });
    expect(read({ selfie: 'data:image/jpeg;base64,' })).toMatchObject({ code: 'selfie-unreadable' });
  });

  it('A12 holds to the nesting allowed exactly', () => {
    expect(read({ selfie: JPEG, a: { b: {} } })).toMatchObject({ kind: 'selfie' });
    expect(read({ selfie: JPEG, a: { b: [] } })).toMatchObject({ kind: 'selfie' });
    expect(read({ selfie: JPEG, a: { b: { c: {} } } })).toMatchObject({ code: 'malformed-upload' });
  });

  it.each(['"__proto__":{"x":1}', '"a":{"__proto__":{"x":1}}', '"a":[{"__proto__":1}]'])(
    'A13 refuses %s',
    (property) => {
      expect(read(JSON.parse(`{"selfie":"${JPEG}",${property}}`))).toEqual({
        kind: 'refused',
        code: 'malformed-upload',
      });
    },
  );

  it('A13 gives fields without a prototype for any object, and touches none', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 })), (fields) => {
        const outcome = read(JSON.parse(JSON.stringify({ ...fields, selfie: JPEG })));

        expect(outcome.kind === 'selfie' ? Object.getPrototypeOf(outcome.selfie.fields) : null).toBeNull();
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
    );
  });
});

describe('jsonSink', () => {
  it('A25 lets go of a body that is given up', () => {
    const outcomes: BodyOutcome[] = [];
    const sink = jsonSink(OPTIONS)((outcome) => outcomes.push(outcome));
    sink.write(Buffer.from(JSON.stringify({ selfie: JPEG })));
    sink.end();

    sink.abandon();
    sink.end();

    expect(outcomes).toMatchObject([{ kind: 'selfie' }, { kind: 'refused', code: 'malformed-upload' }]);
  });
});

describe('a body in JSON', () => {
  let server: UploadServer;
  beforeAll(async () => {
    server = await startUploadServer({ accept: ['json'], field: 'photo', limitBytes: 200_000 });
  });
  afterAll(() => server.close());

  const post = async (body: Buffer | string, headers = {}) =>
    (await server.post(body, { 'Content-Type': 'application/json', ...headers })).reading;

  it('gives the picture and the fields', async () => {
    const body = JSON.stringify({ photo: jpegOf(200_000).toString('base64'), email: 'a@example.com' });

    expect(await post(body)).toEqual({ kind: 'selfie', size: 200_000, fields: { email: 'a@example.com' } });
  });

  it.each(['', '{', 'null', '"text"', '[]', '{"photo":"\uFFFF', '\uFEFF\uFEFF{}'])(
    'calls %j malformed',
    async (body) => {
      expect(await post(body)).toEqual({ kind: 'refused', code: 'malformed-upload' });
    },
  );

  it('calls bytes that are not UTF-8 malformed', async () => {
    const body = JSON.stringify({ photo: JPEG, name: 'Ren\u00e9' });

    expect(await post(Buffer.from(body))).toMatchObject({ kind: 'selfie', fields: { name: 'Ren\u00e9' } });
    expect(await post(Buffer.from(body, 'latin1'))).toMatchObject({ code: 'malformed-upload' });
  });

  it('A12 comes through a hundred thousand levels', async () => {
    expect(await post(`{"photo":"${JPEG}","a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)).toMatchObject({
      code: 'malformed-upload',
    });
  });

  it('A20 refuses by its length a body that no allowed picture can fill', async () => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': String(267_000 + 1024 * 1024) };

    expect((await server.post('{', headers)).reading.code).toBe('selfie-too-large');
  });

  it('A21 refuses such a body of unknown length as soon as it is too long', async () => {
    const body = Buffer.alloc(2 * 1024 * 1024, ' ');

    expect(await post(body, { 'Transfer-Encoding': 'chunked' })).toMatchObject({ code: 'selfie-too-large' });
  });

  it.each(['multipart/form-data; boundary=x', 'image/jpeg'])(
    'A02 refuses %s where JSON alone is accepted',
    async (type) => {
      expect((await server.post('x', { 'Content-Type': type })).reading.code).toBe('unsupported-media-type');
    },
  );
});
