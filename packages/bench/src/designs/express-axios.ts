import type { Server } from 'node:http';
import { create } from 'axios';
import express from 'express';
import FormData from 'form-data';
import multer from 'multer';
import {
  BENCH_KEY,
  type DesignSettings,
  IMAGE_FIELD,
  listen,
  MAX_PICTURE_BYTES,
  type PeerAnswer,
  SELFIE_FIELD,
  SIGNED_UP,
  UPSTREAM_PATH,
} from '../design.js';
import { keptAlive } from '../upstream-agent.js';

const upload = multer({ storage: multer.memoryStorage(), limits: { fileSize: MAX_PICTURE_BYTES } });

/** Peer B: axios with the form-data package. */
export async function start({ upstreamUrl }: DesignSettings): Promise<Server> {
  const { agent } = keptAlive(upstreamUrl);
  const client = create({ baseURL: upstreamUrl, httpAgent: agent, httpsAgent: agent, timeout: 10_000 });
  const app = express();
  app.post('/signup', upload.single(SELFIE_FIELD), async (request, response) => {
    const { file } = request;
    if (!file) {
      response.status(400).json({ error: 'no selfie' });
      return;
    }
    const form = new FormData();
    form.append(IMAGE_FIELD, file.buffer, { filename: 'selfie.jpg', contentType: file.mimetype });
    form.append('save_api_request', 'false');
    const { data } = await client.post<PeerAnswer>(UPSTREAM_PATH, form, {
      headers: { ...form.getHeaders(), 'x-api-key': BENCH_KEY },
      maxBodyLength: Number.POSITIVE_INFINITY,
    });
    if (data.liveness.status === 'Approved') response.status(201).json(SIGNED_UP);
    else response.status(403).json({ error: 'declined' });
  });
  return listen(app);
}
