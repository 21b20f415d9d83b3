import { MARKED_FILE_NAME } from '../../../../test/support/canary.js';

export const BOUNDARY = 'form-boundary';
export const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

type Content = Buffer | string;

/** One part of a form, with whatever headers the test asks for. */
export function part(headers: readonly string[], content: Content): Buffer {
  return Buffer.concat([
    Buffer.from(`--${BOUNDARY}\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
}

/** A text field. */
export function text(name: string, value: string): Buffer {
  return part([`Content-Disposition: form-data; name="${name}"`], value);
}

/** A file part as browsers send it. */
export function file(name: string, content: Content, type = 'image/jpeg'): Buffer {
  return part(
    [`Content-Disposition: form-data; name="${name}"; filename="${MARKED_FILE_NAME}"`, `Content-Type: ${type}`],
    content,
  );
}

/** A complete form of the given parts. */
export function form(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}
