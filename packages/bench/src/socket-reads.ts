import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** How much a server reads before it answers. */
export interface SocketReads {
  /** Bytes read off the connection of each request, head included, when its answer was written or given up. */
  readonly untilAnswered: () => readonly number[];
  readonly forget: () => void;
}

/** Counts what is read off connections that carry one request each; asks the sockets, so that no design takes part. */
export function watchReads(server: Server): SocketReads {
  let reads: number[] = [];
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    let counted = false;
    const count = () => {
      if (!counted) reads.push(socket.bytesRead);
      counted = true;
    };
    response.once('finish', count).once('close', count);
  });
  return {
    untilAnswered: () => reads,
    forget: () => {
      reads = [];
    },
  };
}
