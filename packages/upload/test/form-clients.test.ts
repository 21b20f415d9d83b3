import { describe, expect, it } from '@jest/globals';
import multer from 'multer';
import type { OpenSink } from '../src/body-front.js';
import { multipartSink } from '../src/multipart-body.js';
import { resolveUploadOptions } from '../src/options.js';
import type { BodyOutcome } from '../src/reading.js';
import { jpegOf } from './support/pictures.js';

const PICTURE = jpegOf(3_000);
const options = resolveUploadOptions();

async function read(openSink: OpenSink, body: Buffer): Promise<BodyOutcome> {
  return new Promise((resolve) => {
    const sink = openSink(resolve);
    sink.write(body);
    sink.end();
  });
}

/** What both readers make of a form. */
async function readTwice(boundary: string, body: Buffer): Promise<readonly BodyOutcome[]> {
  return Promise.all([
    read(multipartSink(boundary, options), body),
    read(multipartSink(boundary, { ...options, multer }), body),
  ]);
}

/** A body as a client writes it, with the picture in the place of its name. */
function bodyOf(lines: readonly string[]): Buffer {
  return Buffer.concat(
    lines.flatMap((line) => [line === 'PICTURE' ? PICTURE : Buffer.from(line), Buffer.from('\r\n')]),
  );
}

const B = {
  chrome: '----WebKitFormBoundary7MA4YWxkTrZu0gW0',
  firefox: '----geckoformboundary1a2b3c4d5e6f7a8b',
  curl: '------------------------d74496d66958873e',
  formData: '--------------------------735323031399963166993862',
  python: '3f1d2c4b5a69788796a5b4c3d2e1f001',
  uuid: '6d2e5b1a-7c8d-4e9f-a0b1-c2d3e4f5a6b7',
  alamofire: 'alamofire.boundary.7e3a9f1c0b2d4856',
  java: 'T9Yk-2mQeVx_0aZbCdEfGhIjKlMnOp',
};

/** What each client sends for a text field `note` with the value `Zo\u00eb`, and the picture in the field `selfie`. */
const CLIENTS: readonly (readonly [who: string, boundary: string, lines: readonly string[]])[] = [
  [
    'Chrome, Edge and Safari',
    B.chrome,
    [
      `--${B.chrome}`,
      'Content-Disposition: form-data; name="note"',
      '',
      'Zo\u00eb',
      `--${B.chrome}`,
      'Content-Disposition: form-data; name="other"; filename=""',
      'Content-Type: application/octet-stream',
      '',
      '',
      `--${B.chrome}`,
      'Content-Disposition: form-data; name="selfie"; filename="gesicht %22\u00fc%22.jpg"',
      'Content-Type: image/jpeg',
      '',
      'PICTURE',
      `--${B.chrome}--`,
    ],
  ],
  [
    'Firefox',
    B.firefox,
    [
      `--${B.firefox}`,
      'Content-Disposition: form-data; name="selfie"; filename="face.jpg"',
      'Content-Type: image/jpeg',
      '',
      'PICTURE',
      `--${B.firefox}`,
      'Content-Disposition: form-data; name="note"',
      '',
      'Zo\u00eb',
      `--${B.firefox}--`,
    ],
  ],
  [
    'curl',
    B.curl,
    [
      `--${B.curl}`,
      'Content-Disposition: form-data; name="note"',
      '',
      'Zo\u00eb',
      `--${B.curl}`,
      'Content-Disposition: form-data; name="selfie"; filename="my \\"face\\".jpg"',
      'Content-Type: image/jpeg',
      '',
      'PICTURE',
      `--${B.curl}--`,
    ],
  ],
  [
    'axios, got and Postman, with form-data',
    B.formData,
    [
      `--${B.formData}`,
      'Content-Disposition: form-data; name="note"',
      '',
      'Zo\u00eb',
      `--${B.formData}`,
      'Content-Disposition: form-data; name="selfie"; filename="face.jpg"',
      'Content-Type: image/jpeg',
      '',
      'PICTURE',
      `--${B.formData}--`,
    ],
  ],
  [
    'requests of Python',
    B.python,
    [
      `--${B.python}`,
      'Content-Disposition: form-data; name="note"',
      '',
      'Zo\u00eb',
      `--${B.python}`,
      'Content-Disposition: form-data; name="selfie"; filename="face.jpg"',
      '',
      'PICTURE',
      `--${B.python}--`,
    ],
  ],
  [
    'okhttp, Retrofit and React Native on Android',
    B.uuid,
    [
      `--${B.uuid}`,
      'Content-Disposition: form-data; name="note"',
      'Content-Transfer-Encoding: binary',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Length: 4',
      '',
      'Zo\u00eb',
      `--${B.uuid}`,
      'Content-Disposition: form-data; name="selfie"; filename="face.jpg"',
      'Content-Type: image/jpeg',
      'Content-Length: 3000',
      '',
      'PICTURE',
      `--${B.uuid}--`,
    ],
  ],
  [
    'Alamofire',
    B.alamofire,
    [
      `--${B.alamofire}`,
      'Content-Disposition: form-data; name="note"',
      '',
      'Zo\u00eb',
      `--${B.alamofire}`,
      'Content-Disposition: form-data; name="selfie"; filename="face.jpg"',
      'Content-Type: image/jpeg',
      '',
      'PICTURE',
      `--${B.alamofire}--`,
    ],
  ],
  [
    'HttpClient of .NET',
    B.uuid,
    [
      `--${B.uuid}`,
      'Content-Type: text/plain; charset=utf-8',
      'Content-Disposition: form-data; name=note',
      '',
      'Zo\u00eb',
      `--${B.uuid}`,
      'Content-Type: image/jpeg',
      "Content-Disposition: form-data; name=selfie; filename=face.jpg; filename*=utf-8''face.jpg",
      '',
      'PICTURE',
      `--${B.uuid}--`,
    ],
  ],
  [
    'HttpClient of Apache',
    B.java,
    [
      `--${B.java}`,
      'Content-Disposition: form-data; name="note"',
      'Content-Type: text/plain; charset=UTF-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      'Zo\u00eb',
      `--${B.java}`,
      'Content-Disposition: form-data; name="selfie"; filename="face.jpg"',
      'Content-Type: application/octet-stream',
      'Content-Transfer-Encoding: binary',
      '',
      'PICTURE',
      `--${B.java}--`,
    ],
  ],
];

describe('a form of', () => {
  it.each(CLIENTS)('%s is read as multer reads it', async (_who, boundary, lines) => {
    const [own, other] = await readTwice(boundary, bodyOf(lines));

    expect(own).toMatchObject({ kind: 'selfie', selfie: { size: 3_000, fields: { note: 'Zo\u00eb' } } });
    expect(own?.kind === 'selfie' && Buffer.concat(own.selfie.chunks).equals(PICTURE)).toBe(true);
    expect(own).toEqual(other);
  });

  it.each(['face.jpg', 'a "b" c.jpg', 'gesicht \u00fc.jpg', 'a\r\nb.jpg', 'C:\\face.jpg'])(
    'fetch, as this Node writes it, is read as multer reads it, with a file called %j',
    async (name) => {
      const data = new FormData();
      data.set('note', 'Zo\u00eb');
      data.append('tags[]', 'a');
      data.append('tags[]', 'b');
      data.set('quoted "name"', 'c');
      data.set('selfie', new Blob([PICTURE], { type: 'image/jpeg' }), name);
      data.set('other', new Blob([]), '');
      const response = new Response(data);
      const [, boundary = ''] = /boundary=(.+)$/.exec(response.headers.get('content-type') ?? '') ?? [];

      const [own, other] = await readTwice(boundary, Buffer.from(await response.arrayBuffer()));

      const fields = { note: 'Zo\u00eb', tags: ['a', 'b'], 'quoted "name"': 'c' };
      expect(own).toMatchObject({ kind: 'selfie', selfie: { size: 3_000, declaredType: 'image/jpeg', fields } });
      expect(own).toEqual(other);
    },
  );
});
