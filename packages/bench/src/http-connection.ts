import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { RequestPieces } from './upload-request.js';

/** How a request went. */
export interface Exchange {
  readonly status: number;
  /** When it began, when its last byte was handed to the kernel, when its answer was complete: `performance.now()`. */
  readonly startedAt: number;
  readonly writtenAt: number;
  readonly answeredAt: number;
}

/** Milliseconds without a byte after which a server is taken for dead; a machine that is busy may make it slow. */
const PATIENCE_MS = 30_000;

/**
 * One kept-alive connection, one request at a time: as cheap as can be, because it shares a core with the upstream. Reads
 * only answers with a content length or in chunks, which are all that the designs give.
 */
export class HttpConnection {
  readonly #socket: Socket;
  #answer = '';
  #waiting: { resolve: (status: number) => void; reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true).setEncoding('latin1');
    socket.on('data', (text: string) => this.#take(text));
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`there was no answer for ${PATIENCE_MS} ms`)));
    socket.on('error', (error) => this.#waiting?.reject(error));
    socket.on('close', () => this.#waiting?.reject(new Error('the server hung up instead of answering')));
  }

  /** Connects to a server. */
  static async open(url: string): Promise<HttpConnection> {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    return new HttpConnection(socket);
  }

  /** Sends a request, and waits for its answer. */
  async exchange(pieces: RequestPieces): Promise<Exchange> {
    if (this.#socket.destroyed) throw new Error('the server hung up between two requests');
    const status = new Promise<number>((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
    const startedAt = performance.now();
    let writtenAt = Number.NaN;
    this.#socket.cork();
    for (const piece of pieces.slice(0, -1)) this.#socket.write(piece);
    this.#socket.write(pieces.at(-1) ?? '', () => {
      writtenAt = performance.now();
    });
    this.#socket.uncork();
    const answered = await status;
    return { status: answered, startedAt, writtenAt, answeredAt: performance.now() };
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#answer += text;
    const status = statusOfComplete(this.#answer);
    if (status === undefined) return;
    this.#answer = '';
    this.#waiting?.resolve(status);
    this.#waiting = undefined;
  }
}

/** The status of an answer, or undefined while it is not complete. */
export function statusOfComplete(answer: string): number | undefined {
  const headEnd = answer.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(answer) ?? [];
  if (status === undefined) throw new SyntaxError('this is no answer of HTTP/1.1');
  const [, length] = /\r\ncontent-length: *(\d+)/i.exec(answer) ?? [];
  const isComplete =
    length === undefined ? answer.endsWith('\r\n0\r\n\r\n') : answer.length >= headEnd + 4 + Number(length);
  return isComplete ? Number(status) : undefined;
}
