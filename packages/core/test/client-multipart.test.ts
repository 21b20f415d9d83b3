import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { EncodedBody } from '../src/client/body.js';
import { encodeForm, filePartsOf } from '../src/client/multipart.js';

const NO_FIELDS: ReadonlyMap<string, string> = new Map();

function boundaryOf({ contentType }: EncodedBody): string {
  return contentType.replace('multipart/form-data; boundary=', '');
}

function bodyOf({ chunks }: EncodedBody): Buffer {
  return Buffer.concat(chunks);
}

/** Read by the parser of the runtime, which is not ours. */
async function parsed(form: EncodedBody): Promise<FormData> {
  return new Response(Uint8Array.from(bodyOf(form)), { headers: { 'content-type': form.contentType } }).formData();
}

const types = [
  ['jpeg', 'selfie.jpg', 'image/jpeg'],
  ['png', 'selfie.png', 'image/png'],
  ['webp', 'selfie.webp', 'image/webp'],
  ['tiff', 'selfie.tiff', 'image/tiff'],
] as const;

describe('encodeForm', () => {
  it.each(types)('writes a %s as %s, byte for byte', (type, fileName, mediaType) => {
    const form = encodeForm(new Map([['rotate_image', 'false']]), [
      { name: 'user_image', type, chunks: [Buffer.from('first'), Buffer.from(' second')] },
    ]);

    const boundary = boundaryOf(form);
    expect(bodyOf(form).toString('latin1')).toBe(
      `--${boundary}\r\n` +
        `content-disposition: form-data; name="user_image"; filename="${fileName}"\r\n` +
        `content-type: ${mediaType}\r\n\r\n` +
        `first second\r\n` +
        `--${boundary}\r\n` +
        `content-disposition: form-data; name="rotate_image"\r\n\r\n` +
        `false\r\n` +
        `--${boundary}--\r\n`,
    );
  });

  it('knows the length of what it wrote', () => {
    const form = encodeForm(new Map([['vendor_data', 'caf\u00e9 \u{1f642}']]), [
      { name: 'user_image', type: 'png', chunks: [new Uint8Array(1_000), new Uint8Array(0), new Uint8Array(24)] },
    ]);

    expect(form.contentLength).toBe(bodyOf(form).length);
  });

  it('uses a new boundary of at most 70 harmless characters each time (A05)', () => {
    const boundaries = [1, 2, 3].map(() => boundaryOf(encodeForm(NO_FIELDS, [])));

    expect(new Set(boundaries).size).toBe(3);
    for (const boundary of boundaries) expect(boundary).toMatch(/^[a-z0-9-]{20,70}$/);
  });

  it('keeps the chunks of the picture as they are, without a copy', () => {
    const chunks = [new Uint8Array(3), new Uint8Array(4)];

    const form = encodeForm(NO_FIELDS, [{ name: 'user_image', type: 'jpeg', chunks }]);

    expect(form.chunks[1]).toBe(chunks[0]);
    expect(form.chunks[2]).toBe(chunks[1]);
  });

  it('writes an empty form as its last delimiter', () => {
    const form = encodeForm(NO_FIELDS, []);

    expect(bodyOf(form).toString()).toBe(`--${boundaryOf(form)}--\r\n`);
  });

  it('is read back by another parser, whatever the values and the bytes are', async () => {
    const value = fc.string({ unit: 'grapheme' });
    const chunks = fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 4 });

    await fc.assert(
      fc.asyncProperty(value, value, chunks, async (vendorData, metadata, picture) => {
        const fields = new Map([
          ['vendor_data', vendorData],
          ['metadata', metadata],
        ]);
        const form = await parsed(encodeForm(fields, [{ name: 'user_image', type: 'webp', chunks: picture }]));

        const file = form.get('user_image') as File;
        expect(Buffer.from(await file.arrayBuffer())).toEqual(Buffer.concat(picture));
        expect([file.name, file.type]).toEqual(['selfie.webp', 'image/webp']);
        expect([form.get('vendor_data'), form.get('metadata')]).toEqual([vendorData, metadata]);
        expect([...form.keys()]).toEqual(['user_image', 'vendor_data', 'metadata']);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the file that a handler gets', () => {
  it.each(types)('from a picture of type %s is called %s and is %s', (type, originalname, mimetype) => {
    const chunks = [new Uint8Array(3)];

    expect(filePartsOf({ type, chunks })).toEqual({ originalname, mimetype, chunks });
  });
});
