import type { IncomingMessage } from 'node:http';
import { constants, type Http2ServerRequest } from 'node:http2';
import { Duplex } from 'node:stream';
import { nodeTimers, type Schedule } from './schedule.js';
import type { UploadRequest } from './upload-request.js';

/** Time in milliseconds that a client gets to fetch the answer before its connection is destroyed. */
const LINGER_MS = 500;

/**
 * Lets go of a request that is refused without reading its upload. The answer has to carry `Connection: close`.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { refuseUpload } from '@didit-liveness/upload';
 *
 * createServer(async (request, response) => {
 *   await refuseUpload(request);
 *   response.writeHead(503, { Connection: 'close' }).end();
 * }).listen(3000);
 * ```
 */
export async function refuseUpload(request: UploadRequest): Promise<void> {
  await stopReading(request, nodeTimers);
}

/**
 * Stops reading a request whose answer is decided.
 *
 * @returns Whether the connection has to be closed with the answer, because part of the body is still to come.
 */
export async function stopReading(request: UploadRequest, schedule: Schedule): Promise<boolean> {
  if (!isHttp2(request)) return stopConnection(request, schedule);
  if (request.complete) request.resume();
  else resetAfterAnswer(request, schedule);
  return false;
}

async function stopConnection(request: IncomingMessage, schedule: Schedule): Promise<boolean> {
  const { socket } = request;
  if (!(socket instanceof Duplex)) {
    // Requests that a test tool injects come over no connection: there is nothing to stop or to close.
    request.resume();
    return false;
  }
  request.pause();
  socket.pause();
  // The end of a body is known one step after its last bytes, even where both came in one packet with the headers.
  await nextTurn();
  if (!request.complete) {
    lingerAfterAnswer(request, schedule);
    return true;
  }
  // All of it has arrived: what nobody read is let go of, and the connection can serve the next request.
  request.resume();
  socket.resume();
  return false;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function isHttp2(request: UploadRequest): request is Http2ServerRequest {
  return request.httpVersionMajor >= 2;
}

/**
 * Node destroys the socket as soon as an answer with `Connection: close` is written. While the client still sends,
 * the kernel then answers it with a reset, and most clients lose the answer they had already received. So the socket
 * is half-closed instead, as RFC 9112 9.6 describes, and destroyed when the client had time to read. The socket is paused.
 */
function lingerAfterAnswer(request: IncomingMessage, schedule: Schedule): void {
  const { socket } = request;
  // "Nothing more to read here" is what Node asks before it starts to read again, and what `on-finished` asks on behalf
  // of Express, whose default error handler would otherwise read all of the body before it answers.
  socket.readable = false;
  // Lets go of what had arrived, and counts as the beginning of reading: a body that nobody began to read is one that
  // Node reads to its end after the answer.
  while (request.read() !== null);

  // Called by Node's server (`resOnFinish`) once the answer is written; the same in Node 20, 22, 24 and 26.
  socket.destroySoon = () => {
    // A stream with nothing to read is destroyed the moment its writing side ends.
    socket.readable = true;
    socket.end();
    socket.once(
      'close',
      schedule(() => socket.destroy(), LINGER_MS),
    );
  };
}

/**
 * In HTTP/2 the rest of one request is refused by resetting its stream (RFC 9113 8.1), and the connection goes on.
 * A reset overtakes frames of the answer that are still queued, so it waits as the half-closed socket does; until then
 * flow control holds the client back.
 */
function resetAfterAnswer(request: Http2ServerRequest, schedule: Schedule): void {
  const { stream } = request;
  request.pause();
  stream.once('finish', () => {
    stream.once(
      'close',
      schedule(() => stream.close(constants.NGHTTP2_NO_ERROR), LINGER_MS),
    );
  });
}
