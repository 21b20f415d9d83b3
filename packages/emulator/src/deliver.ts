import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Answer, Delivery } from './answer.js';

/** One request with its response. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

type Deliver = (response: ServerResponse, answer: Answer) => void;

/** Longer than any deadline that a client would set for one picture. */
const SLOW_HEADERS_MS = 600_000;

/** Short enough that no timeout between two chunks ends the call, and 4096 blanks make it last 17 minutes. */
const DRIP_MS = 250;
const DRIP_BLANKS = 4096;

/** How long an early answer waits for a client that is still sending. */
const LINGER_MS = 1000;

const BLANKS = Buffer.alloc(64 * 1024, ' ');
const HUGE_CHUNKS = 1024;

const DELIVERIES: Readonly<Record<Delivery, Deliver>> = {
  whole: deliverWhole,
  'slow-headers': (response, answer) => {
    runLater(response, SLOW_HEADERS_MS, () => {
      deliverWhole(response, answer);
    });
  },
  'slow-body': deliverDripping,
  hang: () => undefined,
  'reset-before-response': (response) => {
    response.socket?.resetAndDestroy();
  },
  'reset-mid-body': deliverHalfAndReset,
  truncated: deliverHalf,
  huge: deliverHuge,
  gzip: deliverGzip,
};

/** Deliveries that never send a status line. */
const SILENT: readonly Delivery[] = ['hang', 'reset-before-response'];

/** Sends the answer the way it asks for; does nothing when the client is gone. */
export function deliver(response: ServerResponse, answer: Answer): void {
  if (!response.destroyed) {
    DELIVERIES[answer.delivery](response, answer);
  }
}

/** The status that the client gets to see, null when it gets none. */
export function sentStatus({ delivery, status }: Answer): number | null {
  return SILENT.includes(delivery) ? null : status;
}

/**
 * Answers while the client is still sending, and ends the connection. Ending it at once would reset it, and a reset may
 * overtake the answer; so what still comes is thrown away for a moment.
 */
export function deliverEarly({ request, response }: Exchange, answer: Answer): void {
  response.writeHead(answer.status, { ...withLength(answer), connection: 'close' });
  response.write(answer.body);
  request.once('end', () => response.end());
  request.resume();
  runLater(response, LINGER_MS, () => response.end());
}

/** Runs an action after a while, unless the connection is gone by then; without a delay it runs at once. */
export function runLater(response: ServerResponse, delayMs: number, action: () => void): void {
  if (delayMs === 0 || response.destroyed) {
    action();
    return;
  }
  const timer = setTimeout(action, delayMs);
  response.once('close', () => {
    clearTimeout(timer);
  });
}

function deliverWhole(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, withLength(answer));
  response.end(answer.body);
}

function deliverDripping(response: ServerResponse, answer: Answer): void {
  const body = ' '.repeat(DRIP_BLANKS) + answer.body;
  const bytes = Buffer.from(body);
  let sent = 0;
  response.writeHead(answer.status, withLength({ ...answer, body }));
  response.flushHeaders();
  const timer = setInterval(() => {
    response.write(bytes.subarray(sent, ++sent));
    if (sent === bytes.length) {
      clearInterval(timer);
      response.end();
    }
  }, DRIP_MS);
  response.once('close', () => {
    clearInterval(timer);
  });
}

function deliverHalfAndReset(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, withLength(answer));
  response.write(firstHalf(answer.body), () => response.socket?.resetAndDestroy());
}

/** Neither length nor chunks: the end of the connection is the end of the body, so half of it looks whole. */
function deliverHalf(response: ServerResponse, answer: Answer): void {
  response.removeHeader('transfer-encoding');
  response.writeHead(answer.status, { ...answer.headers, connection: 'close' });
  response.end(firstHalf(answer.body));
}

function deliverHuge(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, answer.headers);
  pipeline(Readable.from(blanksBefore(answer.body)), response, ignoreAbort);
}

function deliverGzip(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { ...answer.headers, 'content-encoding': 'gzip' });
  pipeline(Readable.from(blanksBefore(answer.body)), createGzip(), response, ignoreAbort);
}

/** A client that gives up on a body of this size does the right thing. */
function ignoreAbort(): void {}

function* blanksBefore(body: string): Generator<Buffer> {
  for (let chunk = 0; chunk < HUGE_CHUNKS; chunk += 1) {
    yield BLANKS;
  }
  yield Buffer.from(body);
}

function firstHalf(body: string): string {
  return body.slice(0, Math.floor(body.length / 2));
}

function withLength({ status, headers, body }: Answer): Record<string, string> {
  // RFC 9110, section 8.6: a 204 carries no length.
  return status === 204 ? { ...headers } : { ...headers, 'content-length': String(Buffer.byteLength(body)) };
}
