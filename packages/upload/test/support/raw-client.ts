import { once } from 'node:events';
import net from 'node:net';

/** A client below HTTP: it writes what the test says and reads until the server ends its side. */
export interface RawClient {
  readonly socket: net.Socket;
  /** Everything the server said, once it has ended its side. */
  readonly answer: Promise<string>;
}

export async function connectRaw(port: number): Promise<RawClient> {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  const received: Buffer[] = [];
  const answer = new Promise<string>((resolve, reject) => {
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    socket.once('end', () => resolve(Buffer.concat(received).toString()));
    socket.once('error', reject);
  });
  return { socket, answer };
}

/** The head of a POST. */
export function headOf(headers: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries({ Host: 'x', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST / HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** Writes pieces for as long as the other side takes them. */
export function writeEndlessly(socket: net.Socket, piece: Buffer | string): void {
  const more = (): void => {
    while (socket.writable && socket.write(piece));
  };
  socket.on('drain', more);
  more();
}
