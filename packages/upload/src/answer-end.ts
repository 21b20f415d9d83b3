import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** The answer to one request. */
export type Answer = ServerResponse | Http2ServerResponse;

/** What waits for the end of a connection: one listener for all its requests, of which a client may send many at once. */
const WAITING = new WeakMap<Socket, Set<() => void>>();

/** Whether the answer was sent, or can be sent no more. */
export function isAnswerOver(answer: Answer): boolean {
  if ('stream' in answer) return answer.stream.destroyed;
  return answer.destroyed || answer.writableFinished || connectionOf(answer)?.destroyed === true;
}

/**
 * Calls back once, when the answer was sent or can be sent no more. Listening to the answer is not enough: one that stands
 * in line behind another on its connection has no socket yet, and Node tells it nothing when the client hangs up.
 */
export function onAnswerEnd(answer: Answer, callback: () => void): void {
  const connection = connectionOf(answer);
  const waiters = connection && waitersOf(connection);
  const end = (): void => {
    waiters?.delete(end);
    answer.off('finish', end).off('close', end);
    callback();
  };
  // Requests that a test tool injects may see only the first of the two.
  answer.on('finish', end).on('close', end);
  waiters?.add(end);
}

/**
 * Hangs up on a client that does not take its answer: with the connection goes the memory of all that waits on it. In
 * HTTP/2 only the one stream is reset.
 */
export function hangUp(answer: Answer): void {
  (connectionOf(answer) ?? answer).destroy();
}

/** The connection of HTTP/1; a stream of HTTP/2 tells its answer of its end. */
function connectionOf(answer: Answer): Socket | undefined {
  if ('stream' in answer) return undefined;
  // A test tool may leave the request out, or have it come over something that only looks like a connection.
  const socket = (answer.req as ServerResponse['req'] | undefined)?.socket;
  return socket instanceof Duplex ? socket : undefined;
}

function waitersOf(connection: Socket): Set<() => void> {
  const known = WAITING.get(connection);
  if (known) return known;
  const waiters = new Set<() => void>();
  WAITING.set(connection, waiters);
  connection.once('close', () => {
    for (const end of waiters) end();
  });
  return waiters;
}
