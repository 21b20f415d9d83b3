import type { Server } from 'node:http';
import { createLivenessGate, DiditClient, livenessErrorHandler, requireLiveness } from '@didit-liveness/express';
import express from 'express';
import { type DesignSettings, listen, SIGNED_UP } from '../design.js';
import { gateSource } from '../gate-source.js';

/** Our guard on Express, without SHA-256 of the picture. */
export async function start(settings: DesignSettings): Promise<Server> {
  const { onEvent, ...client } = gateSource(settings);
  const gate = createLivenessGate({ client: new DiditClient(client), onEvent, digest: false });
  const app = express();
  app.post('/signup', requireLiveness({ gate }), (_request, response) => {
    response.status(201).json(SIGNED_UP);
  });
  app.use(livenessErrorHandler());
  return listen(app);
}
