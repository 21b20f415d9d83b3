import type { Server } from 'node:http';
import express from 'express';
import { type DesignSettings, listen, SIGNED_UP } from '../design.js';
import { createPipe } from '../pipe.js';

/** The floor of any Express guard: nothing is looked at. */
export async function start({ upstreamUrl }: DesignSettings): Promise<Server> {
  const pipe = createPipe(upstreamUrl);
  const app = express();
  app.post('/signup', async (request, response) => {
    if ((await pipe(request)) === 'Approved') response.status(201).json(SIGNED_UP);
    else response.status(403).json({ error: 'declined' });
  });
  return listen(app);
}
