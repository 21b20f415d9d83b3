import type { Server } from 'node:http';
import multer from '@koa/multer';
import Koa, { type Context } from 'koa';
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

/** Peer K: the same as peer A, on Koa. */
export async function start({ upstreamUrl }: DesignSettings): Promise<Server> {
  const app = new Koa();
  app.use(upload.single(SELFIE_FIELD));
  app.use(async (ctx: Context & { file?: Express.Multer.File }) => {
    const { file } = ctx;
    if (!file) ctx.throw(400, 'no selfie');
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
    if (liveness.status !== 'Approved') ctx.throw(403, 'declined');
    ctx.status = 201;
    ctx.body = SIGNED_UP;
  });
  return listen(app.callback());
}
