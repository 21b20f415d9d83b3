import type { Server } from 'node:http';
import express from 'express';
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

const upload = multer({ storage: multer.memoryStorage(), limits: { fileSize: MAX_PICTURE_BYTES } });

/** Peer A: what people write today. */
export async function start({ upstreamUrl }: DesignSettings): Promise<Server> {
  const app = express();
  app.post('/signup', upload.single(SELFIE_FIELD), async (request, response) => {
    const { file } = request;
    if (!file) {
      response.status(400).json({ error: 'no selfie' });
      return;
    }
    const form = new FormData();
    form.append(IMAGE_FIELD, new Blob([file.buffer], { type: file.mimetype }), 'selfie.jpg');
    form.append('save_api_request', 'false');
    const answer = await fetch(`${upstreamUrl}${UPSTREAM_PATH}`, {
      method: 'POST',
      headers: { 'x-api-key': BENCH_KEY },
      body: form,
      signal: AbortSignal.timeout(10_000),
    });
    const { liveness } = (await answer.json()) as PeerAnswer;
    if (liveness.status === 'Approved') response.status(201).json(SIGNED_UP);
    else response.status(403).json({ error: 'declined' });
  });
  return listen(app);
}
