import type { IncomingMessage, Server } from 'node:http';
import express from 'express';
import { type DesignSettings, IMAGE_FIELD, listen, SELFIE_FIELD, SIGNED_UP } from '../design.js';
import { createPost, statusOf } from '../pipe.js';

const BOUNDARY = 'didit-liveness-bench';
const HEAD = Buffer.from(
  `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${IMAGE_FIELD}"; filename="selfie.jpg"\r\n` +
    'content-type: image/jpeg\r\n\r\n',
);
const TAIL = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);

/**
 * A prototype, to see how little a buffering guard could cost: the body is kept as the chunks it came in, the picture is
 * found between two delimiters, and goes on in one corked write. Knows only the form that the load sends.
 */
export async function start({ upstreamUrl }: DesignSettings): Promise<Server> {
  const post = createPost(upstreamUrl);
  const app = express();
  app.post('/signup', async (request, response) => {
    const chunks = await chunksOf(request);
    const picture = pictureIn(chunks, boundaryOf(request));
    const length = HEAD.length + TAIL.length + sizeOf(picture);
    const status = await statusOf(
      (headers, callback) => {
        const call = post(headers, callback);
        call.cork();
        for (const chunk of [HEAD, ...picture, TAIL]) call.write(chunk);
        call.end();
        return call;
      },
      { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, 'content-length': String(length) },
    );
    if (status === 'Approved') response.status(201).json(SIGNED_UP);
    else response.status(403).json({ error: 'declined' });
  });
  return listen(app);
}

async function chunksOf(request: IncomingMessage): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(chunks));
    request.on('error', reject);
  });
}

function boundaryOf({ headers }: IncomingMessage): string {
  return /boundary=(.+)$/.exec(headers['content-type'] ?? '')?.[1] ?? '';
}

/** The picture is the last part of the form: it begins in the first chunk and ends right before the closing delimiter. */
function pictureIn(chunks: readonly Buffer[], boundary: string): Buffer[] {
  const [first = Buffer.alloc(0)] = chunks;
  const part = first.indexOf(`name="${SELFIE_FIELD}"`);
  const begin = first.indexOf('\r\n\r\n', part) + 4;
  const end = sizeOf(chunks) - `\r\n--${boundary}--\r\n`.length;
  return slice(chunks, begin, end);
}

/** The bytes from `begin` to `end` of chunks, without copying them. */
function slice(chunks: readonly Buffer[], begin: number, end: number): Buffer[] {
  const parts: Buffer[] = [];
  let offset = 0;
  for (const chunk of chunks) {
    const part = chunk.subarray(Math.max(0, begin - offset), Math.max(0, end - offset));
    if (part.length > 0) parts.push(part);
    offset += chunk.length;
  }
  return parts;
}

function sizeOf(chunks: readonly Buffer[]): number {
  return chunks.reduce((size, { length }) => size + length, 0);
}
