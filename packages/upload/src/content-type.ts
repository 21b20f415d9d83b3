import type { IncomingHttpHeaders } from 'node:http';
import type { AcceptedBody } from './options.js';
import { type Refused, refused } from './reading.js';

/** How a body is to be read. */
export type BodyKind =
  | { readonly kind: 'multipart'; readonly boundary: string }
  | { readonly kind: 'image'; readonly declaredType: string }
  | { readonly kind: 'json' };

// RFC 9110 5.6.2 and 5.6.6: a token, and a parameter whose value is a token or a quoted string.
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const MEDIA_TYPE = new RegExp(`^(${TOKEN}/${TOKEN})[ \\t]*(?=;|$)`);
const PARAMETER = new RegExp(`;[ \\t]*(?:(${TOKEN})=(?:(${TOKEN})|"((?:[^"\\\\]|\\\\.)*)"))?[ \\t]*`, 'y');

// RFC 2046 5.1.1: 1 to 70 characters of this set, the last one not a space.
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;

/** Decides by the headers alone how a body is read, or why it is not. */
export function bodyKindOf(headers: IncomingHttpHeaders, accept: readonly AcceptedBody[]): BodyKind | Refused {
  const { type, parameters } = splitMediaType(headers['content-type']);
  const sent = bodyOf(type);
  const body = accept.find((accepted) => accepted === sent);
  // Multer reads encoded bytes as if they were plain; nothing that uploads a picture encodes it once more.
  if (body === undefined || isEncoded(headers)) return refused('unsupported-media-type');
  if (body === 'image') return { kind: 'image', declaredType: type };
  if (body === 'json') return { kind: 'json' };
  const boundary = parseBoundary(parameters);
  return boundary === undefined ? refused('malformed-upload') : { kind: 'multipart', boundary };
}

function splitMediaType(header = ''): { readonly type: string; readonly parameters: string } {
  const [matched = '', type = ''] = MEDIA_TYPE.exec(header) ?? [];
  return { type: type.toLowerCase(), parameters: header.slice(matched.length) };
}

function bodyOf(type: string): AcceptedBody | undefined {
  if (type === 'multipart/form-data') return 'multipart';
  if (type === 'application/json') return 'json';
  return type.startsWith('image/') ? 'image' : undefined;
}

/** The one boundary in a list of parameters; undefined when the list is malformed or names none, two or a bad one. */
export function parseBoundary(parameters: string): string | undefined {
  const boundaries: string[] = [];
  PARAMETER.lastIndex = 0;
  while (PARAMETER.lastIndex < parameters.length) {
    const parameter = PARAMETER.exec(parameters);
    if (parameter === null) return undefined;
    const [, name, token, quoted = ''] = parameter;
    if (name?.toLowerCase() === 'boundary') boundaries.push(token ?? quoted.replace(/\\(.)/g, '$1'));
  }
  // Two boundaries are refused, not chosen from: another parser on the way may choose the other one.
  return boundaries.length > 1 ? undefined : boundaries.find((boundary) => BOUNDARY.test(boundary));
}

function isEncoded(headers: IncomingHttpHeaders): boolean {
  return (headers['content-encoding'] ?? 'identity').trim().toLowerCase() !== 'identity';
}
