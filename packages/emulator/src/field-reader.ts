import { extname } from 'node:path';
import type { Form, UploadedFile } from './form.js';

/** Parsed fields, or the body of a 400: field name to messages. */
export type Validation<Fields> =
  | { readonly kind: 'valid'; readonly fields: Fields }
  | { readonly kind: 'invalid'; readonly errors: Readonly<Record<string, readonly string[]>> };

/** Why a text is not what its field takes. */
export class Problem {
  readonly messages: readonly string[];

  constructor(...messages: string[]) {
    this.messages = messages;
  }
}

/** Reads one field of a form after the other and remembers what is wrong with each. */
export interface FieldReader {
  /** The parsed field, or the fallback when it is missing or wrong. */
  read<Value>(name: string, parse: (text: string) => Value | Problem, fallback: Value): Value;
  /** The picture in a field; when it is missing or wrong, an empty one that is never looked at. */
  image(name: string): UploadedFile;
  /** A text; an empty one is no value to the API's serializer. */
  text(name: string): string | null;
}

const EXTENSIONS = ['tiff', 'jpg', 'jpeg', 'png', 'webp'];

/** "5 MB" is not defined further by the API; this is the larger reading. */
const MAX_IMAGE_BYTES = 5 * 2 ** 20;

const NO_IMAGE: UploadedFile = { bytes: Buffer.alloc(0), sha256: '', filename: '', contentType: '' };

/**
 * Checks the form as the API's serializer does: every bad field is reported, the texts are the API's own where they are
 * known and those of Django REST framework where they are not.
 */
export function validateForm<Fields>(form: Form, readFields: (reader: FieldReader) => Fields): Validation<Fields> {
  const errors = new Map<string, readonly string[]>();
  const keep = <Value>(name: string, value: Value | Problem, fallback: Value): Value => {
    if (value instanceof Problem) {
      errors.set(name, value.messages);
      return fallback;
    }
    return value;
  };
  const fields = readFields({
    read(name, parse, fallback) {
      const text = form.fields.get(name);
      return keep(name, text === undefined ? fallback : parse(text), fallback);
    },
    image: (name) => keep(name, parseImage(form, name), NO_IMAGE),
    text: (name) => form.fields.get(name) || null,
  });
  return errors.size === 0 ? { kind: 'valid', fields } : { kind: 'invalid', errors: Object.fromEntries(errors) };
}

function parseImage({ files, fields }: Form, name: string): UploadedFile | Problem {
  const image = files.get(name);
  if (image === undefined) {
    return new Problem(
      fields.has(name)
        ? 'The submitted data was not a file. Check the encoding type on the form.'
        : 'No file was submitted.',
    );
  }
  if (image.bytes.length === 0) {
    return new Problem('The submitted file is empty.');
  }
  const messages = [...extensionMessages(image.filename), ...sizeMessages(image.bytes.length)];
  return messages.length === 0 ? image : new Problem(...messages);
}

function extensionMessages(filename: string): string[] {
  const extension = extname(filename).slice(1).toLowerCase();
  if (EXTENSIONS.includes(extension)) {
    return [];
  }
  const allowed = EXTENSIONS.join(', ');
  return [`File extension \u201c${extension}\u201d is not allowed. Allowed extensions are: ${allowed}.`];
}

function sizeMessages(bytes: number): string[] {
  return bytes > MAX_IMAGE_BYTES ? ['File size should not exceed 5 MB'] : [];
}
