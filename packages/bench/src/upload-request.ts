import { SELFIE_FIELD } from './design.js';
import type { Picture } from './picture.js';

/** A whole HTTP request in pieces that can be written at once. */
export type RequestPieces = readonly Buffer[];

const BOUNDARY = '----didit-liveness-bench-7MA4YWxkTrZu0gW';
const FORM_HEAD = Buffer.from(
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="email"\r\n\r\nada@example.org\r\n` +
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${SELFIE_FIELD}"; filename="selfie.jpg"\r\n` +
    'Content-Type: image/jpeg\r\n\r\n',
);
const FORM_TAIL = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);

/** Type of the form that browsers would send. */
export const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

/** The form around the content of a file. */
export function formAround(content: readonly Buffer[]): RequestPieces {
  return [FORM_HEAD, ...content, FORM_TAIL];
}

/** A sign-up with this picture, as one browser sends it. */
export function uploadRequest(path: string, picture: Picture, serial: number): RequestPieces {
  const length = FORM_HEAD.length + picture.size + FORM_TAIL.length;
  const type = `Content-Type: ${FORM_TYPE}\r\nContent-Length: ${length}`;
  const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${type}\r\n\r\n`;
  return [Buffer.concat([Buffer.from(head), FORM_HEAD, picture.head(serial)]), picture.scan, FORM_TAIL];
}
