import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { imageSink, selfieFromBuffer } from '../src/image-body.js';
import type { BodyOutcome } from '../src/reading.js';
import { jpegOf, OTHER_FILES, PICTURES } from './support/pictures.js';
import { startUploadServer, type UploadServer } from './support/upload-server.js';

describe('a body that is the picture', () => {
  let server: UploadServer;
  beforeAll(async () => {
    server = await startUploadServer({ limitBytes: 100_000 });
  });
  afterAll(() => server.close());

  it.each(Object.entries(PICTURES))('takes %s, and no fields', async (_type, picture) => {
    const { reading } = await server.post(picture, { 'Content-Type': 'image/jpeg' });

    expect(reading).toEqual({ kind: 'selfie', size: picture.length, fields: {} });
  });

  it('B02 goes by the bytes and passes the declared type on', async () => {
    const decided = server.nextReading();

    await server.post(PICTURES.png, { 'Content-Type': 'Image/GIF; x=y' });

    expect(await decided).toMatchObject({ selfie: { declaredType: 'image/gif' } });
  });

  it.each(Object.entries(OTHER_FILES))('B03 refuses %s', async (_type, bytes) => {
    const { reading } = await server.post(bytes, { 'Content-Type': 'image/jpeg' });

    expect(reading.code).toBe('unsupported-media-type');
  });

  it('A07 calls an empty body a missing selfie', async () => {
    const { reading } = await server.post('', { 'Content-Type': 'image/jpeg' });

    expect(reading.code).toBe('selfie-missing');
  });

  it('B04 calls a body cut within its signature unreadable', async () => {
    const { reading } = await server.post(PICTURES.png.subarray(0, 7), { 'Content-Type': 'image/png' });

    expect(reading.code).toBe('selfie-unreadable');
  });

  it.each([{}, { 'Transfer-Encoding': 'chunked' }])(
    'A19 A20 passes at exactly the limit and is refused one byte above (%j)',
    async (framing) => {
      const headers = { 'Content-Type': 'image/jpeg', ...framing };

      expect((await server.post(jpegOf(100_000), headers)).reading.kind).toBe('selfie');
      expect((await server.post(jpegOf(100_001), headers)).reading.code).toBe('selfie-too-large');
    },
  );
});

describe('imageSink', () => {
  it('A25 lets go of a picture that is given up', () => {
    const outcomes: BodyOutcome[] = [];
    const sink = imageSink('image/jpeg', 100)((outcome) => outcomes.push(outcome));
    sink.write(jpegOf(100));
    sink.end();

    sink.abandon();
    sink.end();

    expect(outcomes).toMatchObject([{ kind: 'selfie' }, { kind: 'refused', code: 'selfie-missing' }]);
  });
});

describe('selfieFromBuffer', () => {
  it('holds a buffer against the same rules', () => {
    expect(selfieFromBuffer(jpegOf(100), 'image/jpeg', 100)).toMatchObject({ selfie: { size: 100 } });
    expect(selfieFromBuffer(jpegOf(101), 'image/jpeg', 100)).toMatchObject({ code: 'selfie-too-large' });
    expect(selfieFromBuffer(OTHER_FILES.pdf, 'image/jpeg', 100)).toMatchObject({ code: 'unsupported-media-type' });
    expect(selfieFromBuffer(Buffer.alloc(0), 'image/jpeg', 100)).toMatchObject({ code: 'selfie-missing' });
  });
});
