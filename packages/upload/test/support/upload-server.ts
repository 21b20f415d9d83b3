import { EventEmitter, once } from 'node:events';
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { readSelfie, type SelfieReading, type UploadOptions } from '../../src/index.js';

/** What the smallest possible adapter answers with. */
export interface UploadAnswer {
  readonly status: number;
  readonly connection: string | null | undefined;
  readonly reading: {
    readonly kind: string;
    readonly code?: string;
    readonly size?: number;
    readonly fields?: unknown;
  };
}

/** A real server around `readSelfie`, with what a test wants to look at. */
export interface UploadServer {
  readonly port: number;
  readonly url: string;
  /** The next request, when its head has arrived. */
  nextRequest(): Promise<http.IncomingMessage>;
  /** The outcome of the next request that is decided. */
  nextReading(): Promise<SelfieReading>;
  /** The socket of the next connection. */
  nextSocket(): Promise<Socket>;
  /** Posts a body and reads the answer. */
  post(body: Buffer | string, headers?: Readonly<Record<string, string>>): Promise<UploadAnswer>;
  close(): Promise<void>;
}

export async function startUploadServer(options: UploadOptions = {}): Promise<UploadServer> {
  const decided = new EventEmitter();
  const serve = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const reading = await readSelfie(request, options);
    decided.emit('reading', reading);
    answer(response, reading);
  };
  const server = http.createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // An address of a listening TCP server is never a pipe name.
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/`;

  return {
    port,
    url,
    nextRequest: async () => (await once(server, 'request'))[0],
    nextReading: async () => (await once(decided, 'reading'))[0],
    nextSocket: async () => (await once(server, 'connection'))[0],
    post: (body, headers = {}) => post(url, body, headers),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Status 200 with size and fields, or 400 with the code; nothing for a client that is gone. */
export function answer(response: http.ServerResponse, reading: SelfieReading): void {
  if (reading.kind === 'aborted') return;
  if (reading.kind === 'refused') {
    if (reading.closeConnection) response.setHeader('Connection', 'close');
    response.writeHead(400).end(JSON.stringify({ kind: reading.kind, code: reading.code }));
    return;
  }
  const { size, fields } = reading.selfie;
  response.writeHead(200).end(JSON.stringify({ kind: reading.kind, size, fields }));
}

async function post(
  url: string,
  body: Buffer | string,
  headers: Readonly<Record<string, string>>,
): Promise<UploadAnswer> {
  const framing = 'Transfer-Encoding' in headers ? {} : { 'Content-Length': Buffer.byteLength(body) };
  const request = http.request(url, { method: 'POST', headers: { ...framing, ...headers } });
  request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const chunks = await response.toArray();
  return {
    status: response.statusCode ?? 0,
    connection: response.headers.connection,
    reading: JSON.parse(Buffer.concat(chunks).toString()),
  };
}
