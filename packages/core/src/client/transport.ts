import type { Readable } from 'node:stream';
import { type Dispatcher, Pool } from 'undici';
import type { EncodedBody } from './body.js';
import { race } from './deadline.js';
import { BadResponseError, ConnectionError, type DiditCallError } from './errors.js';

/** One request as it goes over the wire. */
export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: EncodedBody | undefined;
  readonly signal: AbortSignal;
}

/** One complete answer. */
export interface WireAnswer {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: Uint8Array;
}

/** Connections to one origin. */
export interface TransportOptions {
  readonly origin: string;
  readonly maxConnections: number;
  /** Bytes; a longer answer is refused. */
  readonly maxAnswerBytes: number;
}

/** How far an exchange came; decides what its failure may have cost. Only what has a body can change or cost anything. */
interface Progress {
  sent: boolean;
  status: number | undefined;
}

/** How long an idle connection is kept, in milliseconds: short, since a reused socket that just died loses a call. */
const KEEP_ALIVE_MS = 4_000;

/** How long one attempt to connect may take, in milliseconds: short enough to leave time for another. */
const CONNECT_TIMEOUT_MS = 2_500;

/** Does exactly one HTTP exchange per call, over kept-alive connections; never follows, retries or decompresses. */
export class Transport {
  readonly #pool: Pool;
  readonly #maxAnswerBytes: number;

  constructor({ origin, maxConnections, maxAnswerBytes }: TransportOptions) {
    this.#maxAnswerBytes = maxAnswerBytes;
    this.#pool = new Pool(origin, {
      connections: maxConnections,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      // The total deadline of a call comes as a signal; a timeout between bytes would not end a drip.
      headersTimeout: 0,
      bodyTimeout: 0,
      // Said here, so that NODE_TLS_REJECT_UNAUTHORIZED=0 or --tls-min-v1.0, set for something else, cannot give the
      // key away.
      connect: { timeout: CONNECT_TIMEOUT_MS, rejectUnauthorized: true, minVersion: 'TLSv1.2' },
      allowH2: false,
    });
  }

  /**
   * @throws {@link ConnectionError} when there is no complete answer, or the signal was aborted
   * @throws {@link BadResponseError} when the answer is longer than allowed or compressed
   */
  async exchange(request: WireRequest): Promise<WireAnswer> {
    const progress: Progress = { sent: false, status: undefined };
    try {
      return await this.#exchange(request, progress);
    } catch (error) {
      if (error instanceof BadResponseError) throw error;
      throw brokenExchange(endpointOf(request), progress, reasonOf(error));
    }
  }

  async #exchange(request: WireRequest, progress: Progress): Promise<WireAnswer> {
    const { method, path, headers, body, signal } = request;
    // undici notices an abort only once a request has a connection, and drops it then; nobody is to wait for that.
    const response = await race(
      this.#pool.request({
        method,
        path,
        headers: { ...headers, ...bodyHeaders(body), 'accept-encoding': 'identity', accept: 'application/json' },
        body: body ? watched(body.chunks, progress) : null,
        signal,
      }),
      signal,
    );
    progress.status = response.statusCode;
    const header = (name: string) => headerOf(response.headers[name]);
    return { status: response.statusCode, header, body: await this.#readBody(request, response) };
  }

  async #readBody(request: WireRequest, { statusCode, headers, body }: Dispatcher.ResponseData): Promise<Uint8Array> {
    const refuse = (problem: string) => new BadResponseError(endpointOf(request), problem, statusCode);
    const chunks: Uint8Array[] = [];
    let length = 0;
    // Leaving the loop by an exception destroys the body, and with it the connection.
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      if (isEncoded(headers)) throw refuse('it is compressed, although none was asked for');
      length += chunk.length;
      if (length > this.#maxAnswerBytes) throw refuse(`it has more than ${this.#maxAnswerBytes} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  /** Lets running exchanges finish, then closes the connections. */
  async close(): Promise<void> {
    await this.#pool.close();
  }
}

/** What errors call a request, for example `POST /v3/passive-liveness/`. */
export function endpointOf({ method, path }: Pick<WireRequest, 'method' | 'path'>): string {
  return `${method} ${path}`;
}

/**
 * The chunks, with a note that they were asked for. undici asks for the first chunk once it has a connection and before
 * it writes the first byte of the head, so as long as nobody asked, nothing was sent.
 */
function watched(chunks: readonly Uint8Array[], progress: Progress): Readable {
  const body = (function* () {
    progress.sent = true;
    yield* chunks;
  })();
  // undici documents iterables as bodies (docs/api/Dispatcher.md, DispatchOptions); its types leave them out.
  return body as unknown as Readable;
}

/** Codes of undici and its parser for bytes that are not HTTP, or that are more of it than anyone sends. */
const NOT_HTTP = /^(HPE_|HTTP_PARSER|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_)/;

function brokenExchange(endpoint: string, { sent, status }: Progress, reason: string): DiditCallError {
  if (status !== undefined) {
    return new BadResponseError(endpoint, `it broke off (${reason})`, status);
  }
  if (NOT_HTTP.test(reason)) return new BadResponseError(endpoint, `it is not HTTP (${reason})`, null);
  return new ConnectionError(endpoint, sent, reason);
}

function isEncoded(headers: Dispatcher.ResponseData['headers']): boolean {
  return (headerOf(headers['content-encoding']) ?? 'identity') !== 'identity';
}

function bodyHeaders(body: EncodedBody | undefined): Record<string, string> {
  return body ? { 'content-type': body.contentType, 'content-length': String(body.contentLength) } : {};
}

function headerOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Codes are constants of Node and undici; their messages could repeat what was sent and are left out. */
function reasonOf(error: unknown): string {
  // By its shape: errors of Node may come from another realm.
  const { name, code } = Object(error) as { readonly name?: unknown; readonly code?: unknown };
  // undici looks the codes of its parser up by number in a table by name, and so gives none (7.30.2).
  if (name === 'HTTPParserError' && code === undefined) return 'HTTP_PARSER';
  return typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? code : 'unknown reason';
}
