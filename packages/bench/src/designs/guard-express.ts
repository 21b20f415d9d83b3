import type { Server } from 'node:http';
import { livenessErrorHandler, requireLiveness } from '@didit-liveness/express';
import express from 'express';
import { type DesignSettings, listen, SIGNED_UP } from '../design.js';
import { gateSource } from '../gate-source.js';

/** Our guard on Express, with its default settings. */
export async function start(settings: DesignSettings): Promise<Server> {
  const app = express();
  app.post('/signup', requireLiveness(gateSource(settings)), (_request, response) => {
    response.status(201).json(SIGNED_UP);
  });
  app.use(livenessErrorHandler());
  return listen(app);
}
