import type { ClientRequest, IncomingMessage } from 'node:http';
import type { EncodedBody } from './body.js';
import { Connections, type Header } from './connections.js';
import type { Deadline } from './deadline.js';
import { BadResponseError, ConnectionError, type DiditCallError } from './errors.js';

/** One request as it goes over the wire. */
export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers?: readonly Header[];
  readonly body?: EncodedBody | undefined;
  /** When it ends, the exchange breaks off at once. */
  readonly deadline: Pick<Deadline, 'onEnd'>;
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
  /** Bytes; a longer answer is refused. */
  readonly maxAnswerBytes: number;
}

/** How far an exchange came; decides what its failure may have cost. Only what has a body can change or cost anything. */
interface Progress {
  sent: boolean;
  status: number | undefined;
}

/** Bytes of a body that are written at once; the rest waits until the connection has taken them. */
const WRITE_BYTES = 256 * 1024;

/** Not for a call to choose. */
const FIXED_HEADERS: readonly Header[] = [
  ['accept-encoding', 'identity'],
  ['accept', 'application/json'],
];

/** Does exactly one HTTP exchange per call, over kept-alive connections; never follows, retries or decompresses. */
export class Transport {
  readonly #connections: Connections;
  readonly #maxAnswerBytes: number;

  constructor({ origin, maxAnswerBytes }: TransportOptions) {
    this.#connections = new Connections(origin);
    this.#maxAnswerBytes = maxAnswerBytes;
  }

  /**
   * @throws {@link ConnectionError} when there is no complete answer
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

  #exchange(request: WireRequest, progress: Progress): Promise<WireAnswer> {
    const { method, path, headers = [], body, deadline } = request;
    return new Promise((resolve, reject) => {
      const call = this.#connections.open(method, path, [...headers, ...bodyHeaders(body), ...FIXED_HEADERS]);
      const takeBack = deadline.onEnd(() => {
        // Here, since a request that has no connection yet says nothing when it is destroyed.
        reject(new Error('the call is to end'));
        call.destroy();
      });
      this.#connections.whenReady(call, () => {
        progress.sent = body !== undefined;
        sendBody(call, body?.chunks ?? []);
      });
      call
        .once('response', (response) => {
          progress.status = response.statusCode;
          resolve(this.#answer(request, call, response));
        })
        .on('error', reject)
        .once('close', () => {
          takeBack();
          // An answer that changes the protocol closes the connection without an error.
          if (progress.status === undefined) reject(new Error('closed'));
        });
    });
  }

  async #answer(request: WireRequest, call: ClientRequest, response: IncomingMessage): Promise<WireAnswer> {
    const body = await this.#readBody(request, response);
    // Answered before all was sent: nobody reads the rest any more.
    if (!call.writableFinished) call.destroy();
    // What follows an answer in the same breath closes the idle connection; only then may the next request have it.
    await new Promise(setImmediate);
    return { status: response.statusCode ?? 0, header: (name) => headerOf(response, name), body };
  }

  #readBody(request: WireRequest, response: IncomingMessage): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    return new Promise((resolve, reject) => {
      const refuse = (problem: string) => {
        reject(new BadResponseError(endpointOf(request), problem, response.statusCode ?? 0));
        response.destroy();
      };
      response
        .on('data', (chunk: Uint8Array) => {
          chunks.push(chunk);
          length += chunk.length;
          if (isEncoded(response)) refuse('it is compressed, although none was asked for');
          else if (length > this.#maxAnswerBytes) refuse(`it has more than ${this.#maxAnswerBytes} bytes`);
        })
        .once('end', () => resolve(Buffer.concat(chunks)))
        .on('error', reject);
    });
  }

  /** Closes the connections; whatever runs on one breaks. */
  close(): void {
    this.#connections.close();
  }
}

/** What errors call a request, for example `POST /v3/passive-liveness/`. */
export function endpointOf({ method, path }: Pick<WireRequest, 'method' | 'path'>): string {
  return `${method} ${path}`;
}

/** Writes a body without ever holding more than a little of it twice, and ends the request. */
function sendBody(call: ClientRequest, chunks: readonly Uint8Array[]): void {
  let next = 0;
  const sendMore = () => {
    let bytes = 0;
    call.cork();
    for (; next < chunks.length && bytes < WRITE_BYTES; next += 1) {
      const chunk = chunks[next] as Uint8Array;
      call.write(chunk);
      bytes += chunk.length;
    }
    if (next === chunks.length) call.end();
    else call.once('drain', sendMore);
    call.uncork();
  };
  sendMore();
}

/** Codes of Node's parser for bytes that are not HTTP, or that are more of it than anyone sends. */
const NOT_HTTP = /^HPE_/;

function brokenExchange(endpoint: string, { sent, status }: Progress, reason: string): DiditCallError {
  if (status !== undefined) {
    return new BadResponseError(endpoint, `it broke off (${reason})`, status);
  }
  if (NOT_HTTP.test(reason)) return new BadResponseError(endpoint, `it is not HTTP (${reason})`, null);
  return new ConnectionError(endpoint, sent, reason);
}

function isEncoded(response: IncomingMessage): boolean {
  return (headerOf(response, 'content-encoding') ?? 'identity') !== 'identity';
}

/** Of headers of one name all count. */
function headerOf({ headersDistinct }: IncomingMessage, name: string): string | undefined {
  return headersDistinct[name]?.join(', ');
}

function bodyHeaders(body: EncodedBody | undefined): readonly Header[] {
  if (body === undefined) return [];
  return [
    ['content-type', body.contentType],
    ['content-length', String(body.contentLength)],
  ];
}

/** Codes are constants of Node; their messages could repeat what was sent and are left out. */
function reasonOf(error: unknown): string {
  // By its shape: errors of Node may come from another realm.
  const { code } = Object(error) as { readonly code?: unknown };
  return typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? code : 'unknown reason';
}
