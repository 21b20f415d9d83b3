import type { Server } from 'node:http';
import { type DesignSettings, listen, SIGNED_UP } from '../design.js';
import { createPipe } from '../pipe.js';

/** The floor without a framework: nothing is looked at. */
export async function start({ upstreamUrl }: DesignSettings): Promise<Server> {
  const pipe = createPipe(upstreamUrl);
  return listen((request, response) => {
    pipe(request).then(
      (status) => {
        const text = JSON.stringify(SIGNED_UP);
        response.writeHead(status === 'Approved' ? 201 : 403, { 'content-type': 'application/json' }).end(text);
      },
      () => response.writeHead(502).end(),
    );
  });
}
