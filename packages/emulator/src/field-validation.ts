import { extname } from 'node:path';
import type { Form, UploadedFile } from './form.js';

/** The fields of a check, parsed. */
export interface CheckFields {
  readonly image: UploadedFile;
  readonly threshold: number;
  readonly saveApiRequest: boolean;
  readonly vendorData: string | null;
  readonly metadata: Record<string, unknown> | null;
}

/** Parsed fields, or the body of a 400: field name to messages. */
export type Validation =
  | { readonly kind: 'valid'; readonly fields: CheckFields }
  | { readonly kind: 'invalid'; readonly errors: Readonly<Record<string, readonly string[]>> };

const EXTENSIONS = ['tiff', 'jpg', 'jpeg', 'png', 'webp'];

/** "5 MB" is not defined further by the API; this is the larger reading. */
const MAX_IMAGE_BYTES = 5 * 2 ** 20;

/** Source: https://docs.didit.me/standalone-apis/passive-liveness (read 2026-11-22) */
const DEFAULT_THRESHOLD = 30;

const TRUE_WORDS = ['true', 't', 'yes', 'y', 'on', '1'];
const FALSE_WORDS = ['false', 'f', 'no', 'n', 'off', '0'];
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu;

class Problem {
  constructor(readonly messages: readonly string[]) {}
}

/**
 * Checks the form as the API's serializer does: every bad field is reported, the texts are the API's own where they are
 * known and those of Django REST framework where they are not.
 */
export function validateFields(form: Form): Validation {
  const errors = new Map<string, readonly string[]>();
  const read = <Value>(name: string, parse: (text: string) => Value | Problem, fallback: Value): Value => {
    const text = form.fields.get(name);
    const value = text === undefined ? fallback : parse(text);
    if (value instanceof Problem) {
      errors.set(name, value.messages);
      return fallback;
    }
    return value;
  };
  const image = parseImage(form);
  if (image instanceof Problem) {
    errors.set('user_image', image.messages);
  }
  const threshold = read('face_liveness_score_decline_threshold', parseThreshold, DEFAULT_THRESHOLD);
  // Turning a picture that nobody looks at has no effect; the spelling is still checked.
  read('rotate_image', parseBoolean, false);
  const saveApiRequest = read('save_api_request', parseBoolean, true);
  const metadata = read<Record<string, unknown> | null>('metadata', parseMetadata, null);
  if (image instanceof Problem || errors.size > 0) {
    return { kind: 'invalid', errors: Object.fromEntries(errors) };
  }
  // An empty text is no value to the API's serializer.
  const vendorData = form.fields.get('vendor_data') || null;
  return { kind: 'valid', fields: { image, threshold, saveApiRequest, vendorData, metadata } };
}

function parseImage({ files, fields }: Form): UploadedFile | Problem {
  const image = files.get('user_image');
  if (image === undefined) {
    const wasText = fields.has('user_image');
    return new Problem([
      wasText ? 'The submitted data was not a file. Check the encoding type on the form.' : 'No file was submitted.',
    ]);
  }
  if (image.bytes.length === 0) {
    return new Problem(['The submitted file is empty.']);
  }
  const messages = [...extensionMessages(image.filename), ...sizeMessages(image.bytes.length)];
  return messages.length === 0 ? image : new Problem(messages);
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

function parseThreshold(text: string): number | Problem {
  const threshold = NUMBER.test(text.trim()) ? Number(text) : Number.NaN;
  if (Number.isNaN(threshold)) {
    return new Problem(['A valid number is required.']);
  }
  if (threshold > 100) {
    return new Problem(['Ensure this value is less than or equal to 100.']);
  }
  return threshold < 0 ? new Problem(['Ensure this value is greater than or equal to 0.']) : threshold;
}

function parseBoolean(text: string): boolean | Problem {
  const word = text.trim().toLowerCase();
  if (TRUE_WORDS.includes(word)) {
    return true;
  }
  return FALSE_WORDS.includes(word) ? false : new Problem(['Must be a valid boolean.']);
}

function parseMetadata(text: string): Record<string, unknown> | Problem {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      // What JSON.parse makes of an object has string keys.
      return value as Record<string, unknown>;
    }
  } catch {
    // Not JSON gets the same answer as JSON that is no object.
  }
  return new Problem(['Value must be valid JSON.']);
}
