import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { MARKED_KEY, watch } from '../../../../test/support/canary.js';
import { DiditClient, type DiditClientOptions } from '../../src/client/client.js';
import { isDiditLivenessError } from '../../src/errors.js';

/** The head of a request, as it came over the wire. */
export interface ReceivedHead {
  /** For example `POST /v3/passive-liveness/ HTTP/1.1`. */
  readonly requestLine: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Number of the connection that it came over, from 1. */
  readonly connection: number;
}

/** A request that arrived as a whole. */
export interface ReceivedRequest extends ReceivedHead {
  readonly body: Buffer;
}

/** What the server does about one request. */
export interface Reply {
  /** Before the body arrives, or after it. */
  readonly at: 'head' | 'body';
  readonly act: (socket: Socket) => void;
}

/** A server that follows a script. */
export interface ScriptedServer {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Requests that arrived as a whole, oldest first. */
  readonly requests: readonly ReceivedRequest[];
  /** Connections that were made. */
  readonly connections: () => number;
  /** Resolves with the `count`th request, from 1, once it arrived as a whole. */
  readonly received: (count: number) => Promise<ReceivedRequest>;
  /** Resolves once the head of the `count`th request arrived. */
  readonly headArrived: (count: number) => Promise<void>;
  /** Resolves with the socket of the `count`th connection, from 1. */
  readonly connected: (count: number) => Promise<Socket>;
  /** Resolves once `count` connections ended. */
  readonly disconnected: (count: number) => Promise<void>;
}

/** What {@link startServer} does besides answering. */
export interface ServerOptions {
  /** Takes a new connection in place of the script. */
  readonly onConnection?: (socket: Socket) => void;
  readonly tls?: TlsOptions;
  /** A free one unless told otherwise. */
  readonly port?: number;
}

const open: (() => Promise<void>)[] = [];

/** Closes what a test opened, servers before their clients. To be called after each. */
export async function closeAll(): Promise<void> {
  for (const close of open.splice(0)) await close();
}

/** Counts things that happen and lets tests wait for the nth. */
class Milestones<Event extends object> {
  readonly events: Event[] = [];
  readonly #waiting: (() => void)[] = [];

  add(event: Event): void {
    this.events.push(event);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async reached(count: number): Promise<Event> {
    for (;;) {
      const event = this.events[count - 1];
      if (event) return event;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}

/**
 * Starts a server on a free port of 127.0.0.1 that answers the nth request with the nth reply, and all further ones with
 * the last; or with what a function gives for the nth, from 1.
 */
export async function startServer(
  replies: Reply | readonly Reply[] | ((count: number) => Reply | undefined),
  options: ServerOptions = {},
): Promise<ScriptedServer> {
  const sockets = new Milestones<Socket>();
  const ends = new Milestones<Socket>();
  const heads = new Milestones<ReceivedHead>();
  const requests = new Milestones<ReceivedRequest>();

  const replyTo = typeof replies === 'function' ? replies : scriptOf(replies);
  const onSocket = (socket: Socket) => {
    sockets.add(socket);
    const connection = sockets.events.length;
    // Resets and aborts are what these tests are about.
    socket.on('error', () => {});
    socket.on('close', () => ends.add(socket));
    if (options.onConnection) return options.onConnection(socket);
    readRequests(socket, connection, {
      onHead: (head) => {
        heads.add(head);
        const reply = replyTo(heads.events.length);
        if (reply?.at === 'head') reply.act(socket);
        return reply;
      },
      onRequest: (request, reply) => {
        requests.add(request);
        if (reply?.at === 'body') reply.act(socket);
      },
    });
  };
  const server = options.tls ? createTlsServer(options.tls, onSocket) : createServer(onSocket);
  server.on('tlsClientError', () => {});
  const port = await listen(server, options.port);
  open.push(async () => {
    for (const socket of sockets.events) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  return {
    origin: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    requests: requests.events,
    connections: () => sockets.events.length,
    received: (count) => requests.reached(count),
    headArrived: async (count) => void (await heads.reached(count)),
    connected: (count) => sockets.reached(count),
    disconnected: async (count) => void (await ends.reached(count)),
  };
}

function scriptOf(replies: Reply | readonly Reply[]): (count: number) => Reply | undefined {
  const script = 'act' in replies ? [replies] : replies;
  return (count) => script[Math.min(count, script.length) - 1];
}

/** An origin at which nobody listens. */
export async function closedOrigin(): Promise<string> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

async function listen(server: Server, port = 0): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

interface RequestListener {
  readonly onHead: (head: ReceivedHead) => Reply | undefined;
  readonly onRequest: (request: ReceivedRequest, reply: Reply | undefined) => void;
}

/** Reads one request after the other; bodies are those of their content-length. */
function readRequests(socket: Socket, connection: number, { onHead, onRequest }: RequestListener): void {
  let unread = Buffer.alloc(0);
  let current: { head: ReceivedHead; length: number; reply: Reply | undefined } | undefined;
  socket.on('data', (data) => {
    unread = Buffer.concat([unread, data]);
    for (;;) {
      if (!current) {
        const end = unread.indexOf('\r\n\r\n');
        if (end < 0) return;
        const head = parseHead(unread.toString('latin1', 0, end), connection);
        unread = unread.subarray(end + 4);
        current = { head, length: Number(head.headers.get('content-length') ?? 0), reply: onHead(head) };
      }
      const { head, length, reply } = current;
      if (unread.length < length) return;
      const body = unread.subarray(0, length);
      unread = unread.subarray(length);
      current = undefined;
      onRequest({ ...head, body }, reply);
    }
  });
}

function parseHead(text: string, connection: number): ReceivedHead {
  const [requestLine = '', ...lines] = text.split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return { requestLine, headers: new Map(headers), connection };
}

/** A complete answer. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Objects are sent as JSON. */
  readonly body?: string | Uint8Array | object;
}

/** The bytes of an answer, with a content-length. */
export function answerBytes({ status = 200, headers = {}, body = '' }: Answer): Buffer {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  const payload = Buffer.from(isRaw ? body : JSON.stringify(body));
  const all = { 'content-type': 'application/json', 'content-length': String(payload.length), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Scripted\r\n${lines.join('')}\r\n`, 'latin1'), payload]);
}

/** Answers once the request arrived. */
export function answer(content: Answer): Reply {
  return { at: 'body', act: (socket) => void socket.write(answerBytes(content)) };
}

/** Writes these bytes once the request arrived, and ends the connection. */
export function sendAndEnd(bytes: string | Uint8Array): Reply {
  return { at: 'body', act: (socket) => void socket.end(bytes) };
}

/** Writes these bytes once the request arrived, and leaves it at that. */
export function send(bytes: string | Uint8Array): Reply {
  return { at: 'body', act: (socket) => void socket.write(bytes) };
}

/** Writes these bytes once the request arrived, and resets the connection as soon as the client has them. */
export function sendAndReset(bytes: string | Uint8Array): Reply {
  return { at: 'body', act: (socket) => void socket.write(bytes, () => void socket.resetAndDestroy()) };
}

/** Takes the whole request and closes the connection without a word. */
export const hangUp: Reply = { at: 'body', act: (socket) => void socket.end() };

/** Takes the whole request and resets the connection without a word. */
export const reset: Reply = { at: 'body', act: (socket) => void socket.resetAndDestroy() };

/** Takes the whole request and never answers. */
export const neverAnswer: Reply = { at: 'body', act: () => {} };

/** A client of this server, closed after the test. */
export function clientOf(
  { origin }: Pick<ScriptedServer, 'origin'>,
  options: Partial<DiditClientOptions> = {},
): DiditClient {
  const client = new DiditClient({ apiKey: MARKED_KEY, baseUrl: origin, allowInsecure: true, ...options });
  open.push(() => client.close());
  return client;
}

/** Closes something after the test. */
export function closeAfterTest<Closeable extends { close: () => void | Promise<void> }>(
  closeable: Closeable,
): Closeable {
  open.push(async () => closeable.close());
  return closeable;
}

/** What a promise rejects with. Fails when it does not. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  const value = await promise.then(
    () => new Error('the promise was fulfilled'),
    (error: unknown) => ({ error }),
  );
  if (value instanceof Error) throw value;
  // What the application threw itself goes on as it is.
  if (isDiditLivenessError(value.error)) watch('a rejection', value.error);
  return value.error;
}

/** Lets everything that is ready happen: two rounds of the event loop. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 2; round += 1) await new Promise((resolve) => setImmediate(resolve));
}
