import type { IncomingMessage } from 'node:http';
import type { Form } from './form.js';
import { parseForm } from './form.js';

/** A fully received request. */
export interface ApiRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  /** The `x-api-key` header, undefined when missing or empty. */
  readonly apiKey: string | undefined;
  /** The token of `authorization: Bearer`, undefined when missing. */
  readonly bearer: string | undefined;
  /** Whom the rate limiter counts. */
  readonly client: string;
  /** Address that limits per sender count. */
  readonly address: string;
  /** The origin of this emulator, for addresses in answers. */
  readonly origin: string;
  /** An origin of this emulator other than the one that was called. */
  readonly otherOrigin: string;
  readonly contentType: string;
  readonly body: Buffer;
  readonly form: Form;
}

/** Puts together what handlers need to know of a request. */
export async function toApiRequest(request: IncomingMessage, body: Buffer): Promise<ApiRequest> {
  const apiKey = apiKeyOf(request);
  const { headers, socket } = request;
  return {
    method: request.method ?? 'GET',
    path: pathOf(request),
    apiKey,
    bearer: /^Bearer +(\S+)$/iu.exec(headers.authorization ?? '')?.[1],
    address: addressOf(request),
    origin: `http://127.0.0.1:${socket.localPort}`,
    contentType: headers['content-type'] ?? '',
    client: apiKey === undefined ? `address ${addressOf(request)}` : `key ${apiKey}`,
    otherOrigin: otherOrigin(request),
    body,
    form: await parseForm(headers, body),
  };
}

/** The `x-api-key` header, undefined when missing or empty. */
export function apiKeyOf({ headersDistinct }: IncomingMessage): string | undefined {
  return headersDistinct['x-api-key']?.[0] || undefined;
}

/** The path of a request, without the query and otherwise as it was sent. */
export function pathOf({ url = '/' }: IncomingMessage): string {
  return url.replace(/\?.*$/su, '');
}

/** Source: https://docs.didit.me/integration/rate-limiting (read 2026-11-22) */
function addressOf(request: IncomingMessage): string {
  const [firstHop] = request.headersDistinct['x-forwarded-for']?.[0]?.split(',') ?? [];
  return firstHop?.trim() || (request.socket.remoteAddress ?? 'unknown');
}

function otherOrigin({ headers, socket }: IncomingMessage): string {
  const otherName = headers.host?.startsWith('localhost') ? '127.0.0.1' : 'localhost';
  return `http://${otherName}:${socket.localPort}`;
}
