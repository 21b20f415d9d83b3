import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A request that the upstream got as a whole. */
export interface Asked {
  readonly head: string;
  readonly body: Buffer;
}

/** Below HTTP: takes whole requests, writes back the bytes it was told, and ends the connection. */
export interface ToldUpstream {
  readonly url: string;
  readonly asked: Asked[];
  /** What is written back from now on. */
  wire: Uint8Array;
  readonly close: () => Promise<void>;
}

/** Starts an upstream on a free port of the loopback address. */
export async function startToldUpstream(): Promise<ToldUpstream> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // Whoever had enough of an answer resets the connection.
    socket.on('error', () => {});
    readRequest(socket, (request) => {
      upstream.asked.push(request);
      socket.end(upstream.wire);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const upstream: ToldUpstream = {
    url: `http://127.0.0.1:${port}`,
    asked: [],
    wire: new Uint8Array(0),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return upstream;
}

function readRequest(socket: Socket, take: (request: Asked) => void): void {
  let unread = Buffer.alloc(0);
  let isTaken = false;
  socket.on('data', (data) => {
    unread = Buffer.concat([unread, data]);
    const end = unread.indexOf('\r\n\r\n');
    if (end < 0 || isTaken) return;
    const head = unread.toString('latin1', 0, end);
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
    const body = unread.subarray(end + 4);
    if (body.length < length) return;
    isTaken = true;
    take({ head, body: body.subarray(0, length) });
  });
}

/** The form of a request, by the parser of the runtime. */
export async function formOf({ head, body }: Asked): Promise<FormData> {
  const type = /^content-type: *(.*)$/im.exec(head)?.[1] ?? '';
  return new Response(Uint8Array.from(body), { headers: { 'content-type': type } }).formData();
}
