import type { TextEncoding } from './bounded-text.js';
import { type Refused, refused } from './reading.js';

/** What the head of a part says of it. */
export type PartHead =
  | { readonly kind: 'text'; readonly name: string; readonly encoding: TextEncoding }
  | { readonly kind: 'file'; readonly name: string; readonly declaredType: string }
  /** What browsers send for a file input that was left empty: a file without a name. */
  | { readonly kind: 'no-file' };

interface MediaType {
  readonly type: string;
  /** Each charset that it names. */
  readonly charsets: readonly string[];
}

interface Disposition {
  readonly name: string;
  /** As it was sent; nothing of it is kept. */
  readonly fileName: string | undefined;
}

interface Parameter {
  /** In lower case. */
  readonly name: string;
  readonly value: string;
  readonly isQuoted: boolean;
}

/** Longest name of a field, in characters. */
const MAX_NAME_LENGTH = 100;

// RFC 9110 5.6.2, with the one difference that a header has no dash in front: that would be how a delimiter begins.
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const HEADER_NAME = new RegExp(`^(?!-)${TOKEN}$`);
// oxlint-disable-next-line no-control-regex -- control characters are what is refused
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;

// A parameter without a name is nothing in a type, and refused where names count.
const PARAMETER = new RegExp(`[ \\t]*;[ \\t]*(${TOKEN}|)=(?:(${TOKEN})|"((?:[^"\\\\]|\\\\.)*)")`, 'y');
const TRAILING_SPACE = /[ \t]*$/y;
const FORM_DATA = new RegExp(`^form-data(?!${TOKEN})`, 'i');
const MEDIA_TYPE = new RegExp(`^${TOKEN}/${TOKEN}`);
// RFC 8187 3.2.1, in the two charsets that it names.
const EXTENDED_VALUE = /^(?:utf-8|iso-8859-1)'[0-9a-z-]*'(?:%[0-9a-f]{2}|[!#$&+.^_`|~0-9a-z-])+$/i;

/** The headers that are read, as they are where they are missing. */
const NO_HEADERS = { 'content-disposition': '', 'content-type': '', 'content-transfer-encoding': '' };
/** The encodings that leave the bytes as they are (RFC 2045 6.2). */
const PLAIN_ENCODINGS: readonly string[] = ['', '7bit', '8bit', 'binary'];
/** Charsets that senders of forms name: the default, and what older Java clients write. */
const TEXT_ENCODINGS: Readonly<Record<string, TextEncoding>> = {
  'utf-8': 'utf8',
  utf8: 'utf8',
  'us-ascii': 'latin1',
  ascii: 'latin1',
  'iso-8859-1': 'latin1',
  latin1: 'latin1',
};
/** RFC 7578 4.4. */
const DEFAULT_TYPE: MediaType = { type: 'text/plain', charsets: [] };

const MALFORMED = refused('malformed-upload');

/**
 * Reads the head of a part. What it says twice, in a way that parsers read differently, or not at all is refused; a
 * part that is no form data is not skipped.
 */
export function parsePartHead(head: Buffer): PartHead | Refused {
  const headers = readHeaders(head.toString('latin1'));
  const disposition = headers && readDisposition(headers['content-disposition']);
  if (headers === undefined || disposition === undefined) return MALFORMED;
  // Nobody decodes such a part, here or behind; a picture in it would be none.
  if (!PLAIN_ENCODINGS.includes(headers['content-transfer-encoding'].toLowerCase())) {
    return refused('unsupported-media-type');
  }
  const { name, fileName } = disposition;
  const mediaType = readMediaType(headers['content-type']);
  return fileName === undefined ? namelessPart(name, mediaType) : filePart(name, fileName, mediaType);
}

/** The bytes decide what a file is, so that a type nobody can read is only worth nothing. */
function filePart(name: string, fileName: string, { type } = DEFAULT_TYPE): PartHead {
  return isNoName(fileName) ? { kind: 'no-file' } : { kind: 'file', name, declaredType: type };
}

/** Text, but for what says that it is bytes. */
function namelessPart(name: string, mediaType: MediaType | undefined): PartHead | Refused {
  if (mediaType?.type === 'application/octet-stream') return { kind: 'no-file' };
  const encoding = mediaType && textEncodingOf(mediaType);
  return encoding === undefined ? MALFORMED : { kind: 'text', name, encoding };
}

/** The headers that are read here; undefined when one is malformed or there twice. A folded line is no header. */
function readHeaders(head: string): typeof NO_HEADERS | undefined {
  const headers = new Map<string, string>();
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).toLowerCase();
    if (!HEADER_NAME.test(name) || CONTROL.test(line) || headers.has(name)) return undefined;
    if (Object.hasOwn(NO_HEADERS, name)) headers.set(name, line.slice(colon + 1).replace(/^[ \t]+/, ''));
  }
  return { ...NO_HEADERS, ...Object.fromEntries(headers) };
}

function readDisposition(value: string): Disposition | undefined {
  const [type] = FORM_DATA.exec(value) ?? [];
  const parameters = type === undefined ? undefined : readParameters(value, type.length);
  if (!parameters?.every(isPlainOrFileName)) return undefined;
  const named = new Map(parameters.map((parameter) => [parameter.name, parameter.value]));
  const name = readName(named.get('name') ?? '');
  return name !== undefined && named.size === parameters.length ? { name, fileName: fileNameOf(named) } : undefined;
}

/** Of parameters in the extended notation of RFC 8187 only the one that .NET sends is known. */
function isPlainOrFileName({ name, value, isQuoted }: Parameter): boolean {
  if (name === '') return false;
  return !name.endsWith('*') || (name === 'filename*' && !isQuoted && EXTENDED_VALUE.test(value));
}

/** The parameters from a position on; undefined when they are malformed. */
function readParameters(text: string, from: number): readonly Parameter[] | undefined {
  const parameters: Parameter[] = [];
  let end = from;
  PARAMETER.lastIndex = from;
  for (let found = PARAMETER.exec(text); found !== null; found = PARAMETER.exec(text)) {
    const [, name = '', token, quoted = ''] = found;
    // Of all quoted pairs only these two are: browsers used to write the paths of Windows without escapes.
    const value = token ?? quoted.replace(/\\(["\\])/g, '$1');
    parameters.push({ name: name.toLowerCase(), value, isQuoted: token === undefined });
    end = PARAMETER.lastIndex;
  }
  TRAILING_SPACE.lastIndex = end;
  return TRAILING_SPACE.test(text) ? parameters : undefined;
}

/** A name in UTF-8, with the three characters that browsers escape in names (HTML, multipart form data). */
function readName(bytes: string): string | undefined {
  const name = Buffer.from(bytes, 'latin1').toString('utf8');
  if (name.length === 0 || name.length > MAX_NAME_LENGTH) return undefined;
  return name.replace(/%(?:0A|0D|22)/gi, decodeURIComponent);
}

/** The extended name before the plain one, as senders of both mean it; an empty name is none. */
function fileNameOf(disposition: ReadonlyMap<string, string>): string | undefined {
  const extended = disposition.get('filename*');
  if (extended === undefined) return disposition.get('filename') || undefined;
  return extended.slice(extended.lastIndexOf("'") + 1).replace(/%(?:2E|2F|5C)/gi, decodeURIComponent);
}

/** Whether nothing is left of a path as its last part. */
function isNoName(path: string): boolean {
  return /(?:^|[/\\])\.{0,2}$/.test(path);
}

function readMediaType(value: string): MediaType | undefined {
  if (value === '') return DEFAULT_TYPE;
  const [type] = MEDIA_TYPE.exec(value) ?? [];
  const parameters = type === undefined ? undefined : readParameters(value, type.length);
  if (type === undefined || parameters === undefined) return undefined;
  const charsets = parameters.filter(({ name }) => name === 'charset').map((parameter) => parameter.value);
  return { type: type.toLowerCase(), charsets };
}

function textEncodingOf({ charsets: [charset = 'utf-8', second] }: MediaType): TextEncoding | undefined {
  const known = charset.toLowerCase();
  return second === undefined && Object.hasOwn(TEXT_ENCODINGS, known) ? TEXT_ENCODINGS[known] : undefined;
}
