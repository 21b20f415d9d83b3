import type { ClientRequest, IncomingMessage } from 'node:http';
import { setImmediate } from 'node:timers';
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

/** How far an exchange came; decides what its failure may have cost. */
interface Progress {
  /** The first byte of the request may have left. */
  asked: boolean;
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
   * @throws {@link BadResponseError} when the answer is longer than allowed, compressed, broken, or a yes before its time
   */
  async exchange(request: WireRequest): Promise<WireAnswer> {
    const progress: Progress = { asked: false, status: undefined };
    try {
      return await this.#exchange(request, progress);
    } catch (error) {
      if (error instanceof BadResponseError) throw error;
      throw brokenExchange(request, progress, reasonOf(error));
    }
  }

  #exchange(request: WireRequest, progress: Progress): Promise<WireAnswer> {
    const { method, path, headers = [], body, deadline } = request;
    return new Promise((resolve, reject) => {
      const call = this.#connections.open(method, path, [...headers, ...bodyHeaders(body), ...FIXED_HEADERS]);
      const takeBack = deadline.onEnd(() => {
        // At once: nobody is to wait until the connection has closed.
        reject(new Error('the call is to end'));
        call.destroy();
      });
      this.#connections.whenReady(call, () => {
        progress.asked = true;
        // Not before: what comes over a connection before anything was asked is no answer.
        call.once('response', (response) => {
          progress.status = response.statusCode;
          this.#answer(request, call, response).then(resolve, reject);
        });
        sendBody(call, body?.chunks ?? []);
      });
      // Once there is an answer, it says itself how it ends: what breaks while the rest is sent takes nothing from it.
      const fail = (error: Error) => {
        if (progress.status === undefined) reject(error);
      };
      call.on('error', fail).once('close', () => {
        takeBack();
        // An answer that changes the protocol, and one that was not asked for, close the connection without an error.
        fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
      });
    });
  }

  async #answer(request: WireRequest, call: ClientRequest, response: IncomingMessage): Promise<WireAnswer> {
    const { statusCode: status = 0 } = response;
    // A refusal may come early; but who says yes has not seen all that it would be about.
    if (status < 300 && !call.writableEnded) {
      call.destroy();
      throw new BadResponseError(endpointOf(request), 'it came before the request was through', status);
    }
    const body = await this.#readBody(request, response);
    // With TLS, Node says a turn of the event loop later that all was written.
    if (!call.writableFinished) await new Promise(setImmediate);
    // Answered before all was sent: nobody reads the rest any more.
    if (!call.writableFinished) call.destroy();
    return { status, header: (name) => headerOf(response, name), body };
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

/** Writes a body, of which the connection holds little more than {@link WRITE_BYTES} at a time, and ends the request. */
function sendBody(call: ClientRequest, chunks: readonly Uint8Array[]): void {
  const pieces = chunks.flatMap(piecesOf);
  let next = 0;
  const sendMore = () => {
    let bytes = 0;
    let hasRoom = true;
    call.cork();
    for (const piece of pieces.slice(next)) {
      if (!hasRoom && bytes >= WRITE_BYTES) break;
      hasRoom = call.write(piece);
      bytes += piece.length;
      next += 1;
    }
    if (next === pieces.length) call.end();
    else call.once('drain', sendMore);
    call.uncork();
  };
  sendMore();
}

/** A chunk, in pieces of at most {@link WRITE_BYTES} where it is larger. */
function piecesOf(chunk: Uint8Array): Uint8Array | Uint8Array[] {
  if (chunk.length <= WRITE_BYTES) return chunk;
  const count = Math.ceil(chunk.length / WRITE_BYTES);
  return Array.from({ length: count }, (_, index) => chunk.subarray(index * WRITE_BYTES, (index + 1) * WRITE_BYTES));
}

/** Codes of Node's parser for bytes that are not HTTP, or that are more of it than anyone sends. */
const NOT_HTTP = /^HPE_/;

function brokenExchange(request: WireRequest, { asked, status }: Progress, reason: string): DiditCallError {
  const endpoint = endpointOf(request);
  if (status !== undefined) {
    return new BadResponseError(endpoint, `it broke off (${reason})`, status);
  }
  const isHttp = !NOT_HTTP.test(reason);
  if (asked && !isHttp) return new BadResponseError(endpoint, `it is not HTTP (${reason})`, null);
  // Only what has a body can change or cost anything. What came over a connection unasked has merely broken it.
  return new ConnectionError(endpoint, asked && request.body !== undefined, isHttp ? reason : 'ECONNRESET');
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
