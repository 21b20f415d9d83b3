import http, { type ClientRequest } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers';
import type { SecureVersion } from 'node:tls';
import { urlToHttpOptions } from 'node:url';

/** How long an idle connection is kept, in milliseconds: short, since a reused socket that just died loses a call. */
const KEEP_ALIVE_MS = 4_000;

/** How long one attempt to connect may take, in milliseconds: short enough to leave time for another. */
const CONNECT_TIMEOUT_MS = 2_500;

/**
 * What every request is held to, whatever Node was told: --max-http-header-size and --insecure-http-parser, set for
 * something else, must not loosen what counts as an answer.
 */
const STRICT = { maxHeaderSize: 16 * 1024, insecureHTTPParser: false };

/** Likewise: NODE_TLS_REJECT_UNAUTHORIZED=0 or --tls-min-v1.0 must not give the key away. */
const SECURE = { rejectUnauthorized: true, minVersion: 'TLSv1.2' as SecureVersion, ALPNProtocols: ['http/1.1'] };

/** A header of a request. */
export type Header = readonly [name: string, value: string];

/** No limits of the agent's own, whatever http.Agent.defaultMaxSockets says: in its queue a request would grow old. */
const UNLIMITED = { maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: Number.POSITIVE_INFINITY };

/** Kept-alive connections to one origin, as many as requests run at once; a bulkhead bounds those. */
export class Connections {
  readonly #agent: http.Agent;
  readonly #request: typeof http.request;
  readonly #options: http.RequestOptions;
  readonly #readyEvent: 'connect' | 'secureConnect';

  constructor(origin: string) {
    const url = new URL(origin);
    const isSecure = url.protocol === 'https:';
    const kept = { keepAlive: true, timeout: KEEP_ALIVE_MS, ...UNLIMITED };
    this.#agent = closingWhatSpeaksUnasked(isSecure ? new https.Agent({ ...kept, ...SECURE }) : new http.Agent(kept));
    this.#request = isSecure ? https.request : http.request;
    this.#readyEvent = isSecure ? 'secureConnect' : 'connect';
    const { hostname, port } = urlToHttpOptions(url);
    this.#options = { agent: this.#agent, hostname, port, ...STRICT };
  }

  /** A request of which nothing is sent before something is written, which {@link whenReady} is for. */
  open(method: string, path: string, headers: readonly Header[]): ClientRequest {
    // Before a connection is asked for, which would be left over.
    for (const [name, value] of headers) http.validateHeaderValue(name, value);
    const request = this.#request({ method, path, ...this.#options });
    // Not as an option: NODE_DEBUG=http prints those of a request that needs a connection, and the key is a header.
    for (const [name, value] of headers) request.setHeader(name, value);
    return request;
  }

  /** Calls back once, as soon as `request` has a connection that its bytes can go over; one that breaks before never does. */
  whenReady(request: ClientRequest, write: () => void): void {
    request.once('socket', (socket) => {
      if (request.reusedSocket) whenSilent(socket, write);
      else this.#whenConnected(request, socket, write);
    });
  }

  #whenConnected(request: ClientRequest, socket: Socket, write: () => void): void {
    const giveUp = () => request.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' }));
    socket.setTimeout(CONNECT_TIMEOUT_MS, giveUp);
    socket.once(this.#readyEvent, () => {
      socket.setTimeout(0, giveUp);
      write();
    });
  }

  /** Closes all; what runs on one breaks. */
  close(): void {
    this.#agent.destroy();
  }
}

/** Closes an idle connection on which anything arrives: what nobody asked for must not answer the next request. */
function closingWhatSpeaksUnasked(agent: http.Agent): http.Agent {
  const keepSocketAlive = agent.keepSocketAlive.bind(agent);
  const reuseSocket = agent.reuseSocket.bind(agent);
  return Object.assign(agent, {
    keepSocketAlive(socket: Socket) {
      socket.on('data', close);
      return keepSocketAlive(socket);
    },
    reuseSocket(socket: Socket, request: ClientRequest) {
      // The time that it may be idle is over; an answer may take longer.
      socket.setTimeout(0);
      reuseSocket(socket, request);
    },
  });
}

/**
 * Calls back once everything was read that had come over a connection while it was idle, unless that closed it. The event
 * loop reads between one turn of immediates and the next, and the first may come before it has.
 */
function whenSilent(socket: Socket, write: () => void): void {
  setImmediate(() =>
    setImmediate(() => {
      socket.removeListener('data', close);
      if (socket.writable) write();
    }),
  );
}

function close(this: Socket): void {
  this.destroy();
}
