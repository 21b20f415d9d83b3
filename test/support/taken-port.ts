import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll } from '@jest/globals';

/** A port on which something else listens, for as long as the tests of a block run; asked for within them. */
export function useTakenPort(): () => string {
  let blocker: Server;
  beforeAll(async () => {
    blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
  });
  afterAll(() => {
    blocker.close();
  });
  return () => String((blocker.address() as AddressInfo).port);
}
