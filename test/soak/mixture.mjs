import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const BOUNDARY = 'soak-boundary';
const JPEG = readFileSync(new URL('../../examples/express-signup/samples/unmarked.jpg', import.meta.url));
const OVERSIZE = Buffer.concat([JPEG, Buffer.alloc(5.5 * 2 ** 20)]);
const PDF = Buffer.from(`%PDF-1.7\n${'x'.repeat(5_000)}`);
const FREE = 'free';
const BILLED = 'billed';

/**
 * What is sent, and what must come of it: of a thousand requests so many, the status of the answer, and what became of
 * the paid call. `late` is the answer where a busy machine does not take a large body by the deadline. `free` asked nobody or was not charged, `billed` was charged once. `send` says in which way it is sent.
 */
export const KINDS = {
  good: { share: 700, status: 201, paid: BILLED, body: (n) => formOf(pictureOf('approved', n)) },
  truncated: { share: 30, status: 400, paid: FREE, body: (n) => cut(formOf(pictureOf('approved', n)), 40) },
  aborted: { share: 50, paid: FREE, send: 'abort', body: (n) => formOf(pictureOf('approved', n)) },
  'wrong-type': { share: 30, status: 415, paid: FREE, body: () => formOf(PDF) },
  json: { share: 10, status: 415, paid: FREE, type: 'application/json', body: () => '{"email":"ada@example.org"}' },
  'no-file': { share: 25, status: 400, paid: FREE, body: () => formOf(undefined) },
  oversize: { share: 7, status: 413, late: 408, paid: FREE, send: 'raw', body: () => formOf(OVERSIZE) },
  'pixel-bomb': { share: 15, status: 422, paid: FREE, body: () => formOf(pixelBomb()) },
  'field-bomb': { share: 10, status: 400, paid: FREE, send: 'raw', body: () => formOf(JPEG, 2_000) },
  'half-picture': { share: 10, status: 422, paid: FREE, body: () => formOf(cut(JPEG, JPEG.length >> 1)) },
  'bad-form': { share: 10, status: 422, paid: FREE, email: 'nobody', body: (n) => formOf(pictureOf('approved', n)) },
  'client-reset': { share: 10, paid: BILLED, send: 'reset', body: (n) => formOf(pictureOf('hang', n)) },
  spoof: { share: 20, status: 403, paid: BILLED, body: (n) => formOf(pictureOf('spoof', n)) },
  'no-face': { share: 10, status: 422, paid: BILLED, body: (n) => formOf(pictureOf('no-face', n)) },
  500: { share: 20, status: 503, paid: FREE, body: (n) => formOf(pictureOf('500', n)) },
  'reset-before-response': {
    share: 10,
    status: 503,
    paid: BILLED,
    body: (n) => formOf(pictureOf('reset-before-response', n)),
  },
  'reset-mid-body': { share: 5, status: 502, paid: BILLED, body: (n) => formOf(pictureOf('reset-mid-body', n)) },
  'truncated-json': { share: 10, status: 502, paid: BILLED, body: (n) => formOf(pictureOf('truncated-json', n)) },
  'gzip-bomb': { share: 4, status: 502, paid: BILLED, body: (n) => formOf(pictureOf('gzip-body', n)) },
  redirect: { share: 10, status: 502, paid: FREE, body: (n) => formOf(pictureOf('redirect', n)) },
  // Both last ten seconds, the deadline of the client; they are waited for beside the others.
  'slow-headers': {
    share: 2,
    status: 504,
    paid: BILLED,
    slow: true,
    body: (n) => formOf(pictureOf('slow-headers', n)),
  },
  'slow-body': { share: 2, status: 504, paid: BILLED, slow: true, body: (n) => formOf(pictureOf('slow-body', n)) },
};

/** The request of a kind with this number; no two have the same picture. */
export function requestOf(kind, number) {
  const { body, type = `multipart/form-data; boundary=${BOUNDARY}`, email } = KINDS[kind];
  // The form names kind and number, by which the application tells afterwards whose accounts it has made.
  const content = Buffer.from(body(number));
  const named = Buffer.from(
    content.toString('latin1').replace('{email}', email ?? `${kind}.${number}@example.org`),
    'latin1',
  );
  return { body: named, headers: { 'Content-Type': type, 'Content-Length': named.length } };
}

/** The digest by which the emulator tells of the picture of this request. */
export function digestOf(kind, number) {
  const scenario = { good: 'approved', 'gzip-bomb': 'gzip-body', 'client-reset': 'hang' }[kind] ?? kind;
  return createHash('sha256').update(pictureOf(scenario, number)).digest('hex');
}

/** The form of a check as Didit wants it, to be sent there directly. */
export function directRequestOf(number) {
  const form = Buffer.concat([
    part('name="user_image"; filename="selfie.jpg"', pictureOf('approved', `${number};direct`)),
    END,
  ]);
  const headers = { 'x-api-key': 'soak-key', 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` };
  return { body: form, headers: { ...headers, 'Content-Length': form.length } };
}

const END = Buffer.from(`--${BOUNDARY}--\r\n`);

function pictureOf(scenario, number) {
  const text = Buffer.from(`didit-scenario=${scenario};number=${number};`, 'ascii');
  return Buffer.concat([JPEG.subarray(0, 2), Buffer.from([0xff, 0xfe, 0, text.length + 2]), text, JPEG.subarray(2)]);
}

/** A picture whose header promises 50,000 by 50,000 pixels. */
function pixelBomb() {
  const bomb = Buffer.from(JPEG);
  const frame = bomb.findIndex((byte, at) => byte === 0xff && (bomb[at + 1] === 0xc0 || bomb[at + 1] === 0xc2));
  bomb.writeUInt16BE(50_000, frame + 5);
  bomb.writeUInt16BE(50_000, frame + 7);
  return bomb;
}

function formOf(picture, extraFields = 0) {
  const extra = Array.from({ length: extraFields }, (_, index) => part(`name="field${index}"`, 'x'));
  const file = picture ? [part('name="selfie"; filename="selfie.jpg"', picture)] : [];
  return Buffer.concat([part('name="email"', '{email}'), ...extra, ...file, END]);
}

function part(disposition, content) {
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from('\r\n')]);
}

function cut(bytes, left) {
  return bytes.subarray(0, bytes.length - left);
}
