import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Host } from './guard.contract.js';

/** A host in this process, and the server it listens with. */
export interface ListeningHost extends Host {
  readonly server: Server;
}

/** Listens on a free port of the loopback address. */
export async function listen(listener: RequestListener, handled: () => number): Promise<ListeningHost> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    server,
    handled,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
