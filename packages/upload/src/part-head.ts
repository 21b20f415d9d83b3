import { isUtf8 } from 'node:buffer';
import type { TextEncoding } from './bounded-text.js';
import { type Refused, refused } from './reading.js';

/** What the head of a part says of it. */
export type PartHead =
  | { readonly kind: 'text'; readonly name: string; readonly encoding: TextEncoding }
  | { readonly kind: 'file'; readonly name: string; readonly declaredType: string }
  /** What browsers and fetch send where no file was chosen, as long as there is no content; text if there is. */
  | { readonly kind: 'no-file'; readonly name: string; readonly encoding: TextEncoding };

interface MediaType {
  readonly type: string;
  /** Each charset that it names. */
  readonly charsets: readonly string[];
}

interface Disposition {
  readonly name: string;
  /** It names a file. Nothing of that name is kept, so that none is too odd. */
  readonly isFile: boolean;
}

/** The name in lower case, and the value as it was sent, with its quotes. */
type Parameter = readonly [name: string, value: string];

/** Longest name of a field, in characters. */
const MAX_NAME_LENGTH = 100;

// RFC 9110 5.6.2, with the one difference that a header has no dash in front: that would be how a delimiter begins.
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const HEADER_NAME = new RegExp(`^(?!-)${TOKEN}$`);
// oxlint-disable-next-line no-control-regex -- control characters are what is refused
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;

// A parameter without a name is nothing in a type, and refused where names count. React Native writes extended values
// as encodeURI leaves them, with brackets and slashes.
const PARAMETER = new RegExp(`[ \\t]*;[ \\t]*(${TOKEN}|)=((?<=\\*=)[^\\s;"]+|${TOKEN}|"(?:[^"\\\\]|\\\\.)*")`, 'y');
const TRAILING_SPACE = /[ \t]*$/y;
const FORM_DATA = new RegExp(`^form-data(?!${TOKEN})`, 'i');
// Neither continuations (RFC 2231 3) nor other extended parameters: parsers that know them read another form.
const KNOWN_NAME = /^(?:[^*]+|(?:file)?name\*)$/;
// What is put in quotes with no other escapes than those that it needs; the rest is dropped by some parsers only.
const PLAIN_VALUE = /^(?:[^\\]|\\["\\])*$/;
// RFC 8187 3.2.1, in the one charset that it still asks for.
const EXTENDED_VALUE = /^utf-8'[0-9a-z-]*'((?:%[0-9a-f]{2}|[!#$&+.^_`|~0-9a-z-])+)$/i;
const MEDIA_TYPE = new RegExp(`^${TOKEN}/${TOKEN}`);

const EMPTY = '""';

/** The headers that are read. */
const HEADERS = ['content-disposition', 'content-type', 'content-transfer-encoding'];
/** The encodings that leave the bytes as they are (RFC 2045 6.2). */
const PLAIN_ENCODING = /^(?:7bit|8bit|binary|)[ \t]*$/i;
/** Charsets that senders of forms name: the default, and what older Java clients write. */
const TEXT_ENCODINGS: Readonly<Record<string, TextEncoding>> = {
  'utf-8': 'utf8',
  utf8: 'utf8',
  'us-ascii': 'latin1',
  ascii: 'latin1',
  'iso-8859-1': 'latin1',
  latin1: 'latin1',
};
/** Charsets in which bytes of ASCII may be other characters; in all others they are what they look like. */
const BESIDE_ASCII = /utf-?(?:7|16|32)|ucs|unicode|iso-?2022|hz|ibm|ebcdic|cp037/i;
/** RFC 7578 4.4. */
const DEFAULT_TYPE: MediaType = { type: 'text/plain', charsets: [] };

const MALFORMED = refused('malformed-upload');

/**
 * Reads the head of a part. What it says twice, in a way that parsers read differently, or not at all is refused; a
 * part that is no form data is not skipped.
 */
export function parsePartHead(head: Buffer): PartHead | Refused {
  const headers = readHeaders(head.toString('latin1'));
  const disposition = headers && readDisposition(headers.get('content-disposition'));
  if (headers === undefined || disposition === undefined) return MALFORMED;
  const mediaType = readMediaType(headers.get('content-type'));
  const isEncoded = !PLAIN_ENCODING.test(headers.get('content-transfer-encoding') ?? '');
  if (!disposition.isFile) return isEncoded ? MALFORMED : textPart(disposition.name, mediaType);
  // The bytes decide what a file is. Nobody decodes them, here or behind; a picture in encoded ones would be none.
  return isEncoded
    ? refused('unsupported-media-type')
    : { kind: 'file', name: disposition.name, declaredType: mediaType.type };
}

/** Whatever names no file is text, of whatever type. */
function textPart(name: string, mediaType: MediaType): PartHead | Refused {
  const encoding = textEncodingOf(mediaType);
  if (encoding === undefined) return MALFORMED;
  return { kind: mediaType.type === 'application/octet-stream' ? 'no-file' : 'text', name, encoding };
}

/** The headers that are read here; undefined when one is malformed or there twice. A folded line is no header. */
function readHeaders(head: string): ReadonlyMap<string, string> | undefined {
  const headers = new Map<string, string>();
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).toLowerCase();
    if (!HEADER_NAME.test(name) || CONTROL.test(line) || headers.has(name)) return undefined;
    if (HEADERS.includes(name)) headers.set(name, line.slice(colon + 1).replace(/^[ \t]+/, ''));
  }
  return headers;
}

function readDisposition(value = ''): Disposition | undefined {
  const [type] = FORM_DATA.exec(value) ?? [];
  const parameters = type === undefined ? undefined : readParameters(value, type.length);
  if (!parameters?.every(([name]) => KNOWN_NAME.test(name))) return undefined;
  const named = new Map(parameters);
  const name = readName(named);
  return name !== undefined && named.size === parameters.length ? { name, isFile: namesFile(named) } : undefined;
}

/** The parameters from a position on; undefined when they are malformed. */
function readParameters(text: string, from: number): readonly Parameter[] | undefined {
  const parameters: Parameter[] = [];
  let end = from;
  PARAMETER.lastIndex = from;
  for (let found = PARAMETER.exec(text); found !== null; found = PARAMETER.exec(text)) {
    const [, name = '', value = ''] = found;
    parameters.push([name.toLowerCase(), value]);
    end = PARAMETER.lastIndex;
  }
  TRAILING_SPACE.lastIndex = end;
  return TRAILING_SPACE.test(text) ? parameters : undefined;
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(["\\])/g, '$1') : value;
}

/** The name of the field, said once. */
function readName(disposition: ReadonlyMap<string, string>): string | undefined {
  const [plain, extended] = [disposition.get('name'), disposition.get('name*')];
  if (plain !== undefined && extended !== undefined) return undefined;
  const name = extended === undefined ? readPlainName(plain ?? '') : readExtendedName(extended);
  return name !== undefined && name.length > 0 ? name : undefined;
}

/** A name in UTF-8, with the three characters that browsers escape in names (HTML, multipart form data). */
function readPlainName(value: string): string | undefined {
  if (!PLAIN_VALUE.test(value)) return undefined;
  const name = Buffer.from(unquoted(value), 'latin1').toString('utf8');
  return name.length > MAX_NAME_LENGTH ? undefined : name.replace(/%(?:0A|0D|22)/gi, decodeURIComponent);
}

/** What reqwest and aiohttp write for a name with other characters than those of ASCII. */
function readExtendedName(value: string): string | undefined {
  const [, escaped = ''] = EXTENDED_VALUE.exec(value) ?? [];
  const characters = escaped.replace(/%(..)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  const bytes = Buffer.from(characters, 'latin1');
  const name = bytes.toString('utf8');
  return isUtf8(bytes) && !CONTROL.test(name) && name.length <= MAX_NAME_LENGTH ? name : undefined;
}

/** An empty name is none, unless there is an extended one, whatever that is. */
function namesFile(disposition: ReadonlyMap<string, string>): boolean {
  return disposition.has('filename*') || (disposition.get('filename') ?? EMPTY) !== EMPTY;
}

/** A type that nobody can read is only worth nothing. */
function readMediaType(value = ''): MediaType {
  const [type] = MEDIA_TYPE.exec(value) ?? [];
  const parameters = type === undefined ? undefined : readParameters(value, type.length);
  if (type === undefined || parameters === undefined) return DEFAULT_TYPE;
  const charsets = parameters.filter(([name]) => name === 'charset').map(([, charset]) => unquoted(charset));
  return { type: type.toLowerCase(), charsets };
}

function textEncodingOf({ charsets: [charset = 'utf-8', second] }: MediaType): TextEncoding | undefined {
  if (second !== undefined || BESIDE_ASCII.test(charset)) return undefined;
  const known = charset.toLowerCase();
  return Object.hasOwn(TEXT_ENCODINGS, known) ? TEXT_ENCODINGS[known] : 'ascii';
}
