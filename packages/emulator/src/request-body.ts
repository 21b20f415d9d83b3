import type { IncomingMessage } from 'node:http';

/** How reading a body ended. */
export type Body =
  | { readonly kind: 'complete'; readonly bytes: Buffer }
  /** More than {@link BODY_LIMIT_BYTES}; the rest was not read. */
  | { readonly kind: 'too-large' }
  /** The bytes to stop at came; the rest was not read. */
  | { readonly kind: 'stopped' }
  /** The client went away. */
  | { readonly kind: 'aborted' };

/** Longest body that is read, in bytes: three times the biggest picture that the API takes. */
export const BODY_LIMIT_BYTES = 16 * 2 ** 20;

/**
 * Reads a body up to {@link BODY_LIMIT_BYTES}.
 *
 * @param stopAt - ends the reading as soon as these bytes have come.
 */
export async function readBody(request: IncomingMessage, stopAt?: string): Promise<Body> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT_BYTES) {
    return { kind: 'too-large' };
  }
  const hasCome = stopAt === undefined ? () => false : watchFor(stopAt);
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve) => {
    const finish = (body: Body): void => {
      request.off('data', take);
      resolve(body);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > BODY_LIMIT_BYTES) {
        finish({ kind: 'too-large' });
      } else if (hasCome(chunk)) {
        finish({ kind: 'stopped' });
      }
    };
    request.on('data', take);
    request.once('end', () => {
      finish({ kind: 'complete', bytes: Buffer.concat(chunks) });
    });
    // After 'end' the promise is settled already and this changes nothing.
    request.once('close', () => {
      finish({ kind: 'aborted' });
    });
  });
}

/** Looks for the bytes in each chunk together with the end of the one before, in case they were cut apart. */
function watchFor(marker: string): (chunk: Buffer) => boolean {
  let tail = Buffer.alloc(0);
  return (chunk) => {
    const window = Buffer.concat([tail, chunk]);
    tail = window.subarray(Math.max(0, window.length - marker.length + 1));
    return window.includes(marker, 0, 'latin1');
  };
}
