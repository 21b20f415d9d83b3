import { describe, expect, it } from '@jest/globals';
import multer from 'multer';
import { multerSink } from '../src/multer-body.js';
import { resolveUploadOptions } from '../src/options.js';
import { BOUNDARY, file, form, part, text } from './support/forms.js';
import { jpegOf } from './support/pictures.js';
import { pourPieces } from './support/pour-pieces.js';

const options = { ...resolveUploadOptions(), multer };

const read = (body: Buffer, pieceBytes: number) => pourPieces(body, pieceBytes, multerSink(BOUNDARY, options));

describe('a form that multer reads', () => {
  it('A12 A32 is malformed, and nothing worse, where the parser within multer throws', async () => {
    // A delimiter within a head makes it read on in the middle of one, and for heads in pieces it counts backwards.
    const body = Buffer.concat([
      Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n--${BOUNDARY}\r\n\r\n`),
      Buffer.from('\r\nX: yyyyyyyyyyyyyyyy\r\n'),
      form(file('selfie', jpegOf(100))),
    ]);

    expect(await read(body, 1)).toEqual({ kind: 'refused', code: 'malformed-upload' });
  });

  it('A31 is malformed when it opens or ends too late, which multer would not mind', async () => {
    const sound = form(text('a', 'b'), file('selfie', jpegOf(100)));
    const edge = Buffer.alloc(5_000, 'x');

    expect((await read(sound, 60_000)).kind).toBe('selfie');
    expect((await read(Buffer.concat([edge, Buffer.from('\r\n'), sound]), 60_000)).kind).toBe('refused');
    expect((await read(Buffer.concat([sound, edge]), 60_000)).kind).toBe('refused');
  });

  it('A32 skips a part that says nothing of itself', async () => {
    expect(await read(form(part(['X: y'], 'z'), file('selfie', jpegOf(100))), 60_000)).toMatchObject({
      kind: 'selfie',
      selfie: { size: 100, declaredType: 'image/jpeg', fields: {} },
    });
  });
});
