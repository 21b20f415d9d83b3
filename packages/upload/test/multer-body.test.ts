import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import multer from 'multer';
import { multerSink } from '../src/multer-body.js';
import { type MulterFunction, resolveUploadOptions } from '../src/options.js';
import { BOUNDARY, file, form, part, text } from './support/forms.js';
import { jpegOf, OTHER_FILES } from './support/pictures.js';
import { pourPieces } from './support/pour-pieces.js';

const options = { ...resolveUploadOptions(), multer };

interface Given extends multer.Options {
  readonly storage: multer.StorageEngine;
  readonly streamHandler: (request: unknown, parser: Writable) => void;
}

/** The real multer, with something between it and the options that it is given. */
function multerWith(change: (given: Given) => Given): MulterFunction {
  return (given: Given) => multer(change(given));
}

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

  it('A25 ends the parser of an upload that is given up', () => {
    let parser: Writable | undefined;
    const watched = multerWith(({ streamHandler, ...given }) => ({
      ...given,
      streamHandler: (request, made) => {
        parser = made;
        streamHandler(request, made);
      },
    }));
    const sink = multerSink(BOUNDARY, { ...options, multer: watched })(() => undefined);
    sink.write(form(file('selfie', jpegOf(1_000))).subarray(0, 500));

    sink.abandon();

    expect(parser?.destroyed).toBe(true);
  });

  it('tells multer once that a file is refused, as storage engines have to', async () => {
    const told: unknown[] = [];
    const streams: Readable[] = [];
    const watched = multerWith(({ storage, ...given }) => ({
      ...given,
      storage: {
        ...storage,
        _handleFile: (request, taken, callback) => {
          streams.push(taken.stream);
          // oxlint-disable-next-line no-underscore-dangle -- the name that multer gave it
          storage._handleFile(request, taken, (error, info) => {
            told.push(error);
            callback(error, info);
          });
        },
      },
    }));
    const body = form(file('selfie', Buffer.concat([OTHER_FILES.pdf, Buffer.alloc(1_000)])));
    const sink = multerSink(BOUNDARY, { ...options, multer: watched })(() => undefined);

    // All at once, so that more is on its way to the storage engine when it refuses.
    sink.write(body.subarray(0, 500));
    sink.write(body.subarray(500));
    sink.end();
    await Promise.all(streams.map((stream) => once(stream, 'end')));

    expect(told).toStrictEqual([expect.objectContaining({ refusalCode: 'unsupported-media-type' })]);
  });

  it('A32 skips a part that says nothing of itself', async () => {
    expect(await read(form(part(['X: y'], 'z'), file('selfie', jpegOf(100))), 60_000)).toMatchObject({
      kind: 'selfie',
      selfie: { size: 100, declaredType: 'image/jpeg', fields: {} },
    });
  });
});
