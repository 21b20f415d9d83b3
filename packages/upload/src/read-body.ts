import { types } from 'node:util';
import { pourBody } from './body-front.js';
import { ChunkList } from './chunk-list.js';
import { UploadConfigurationError, UploadOptionError } from './errors.js';
import { stopReading } from './lingering-close.js';
import type { UploadRequest } from './upload-request.js';
import { nodeTimers, type Schedule } from './schedule.js';

/** Bounds of {@link readBody}. */
export interface ReadBodyOptions {
  /** Longest body in bytes; exactly this many pass; 1 to 104_857_600. @defaultValue 1_048_576 (1 MiB) */
  readonly limitBytes?: number;
  /** Total time in milliseconds, from the call of `readBody`; 1 to 600_000. @defaultValue 15_000 */
  readonly timeoutMs?: number;
  /** Timers for the deadline and the lingering close; a port for tests. @defaultValue Node's timers */
  readonly schedule?: Schedule;
}

/** What a body parser that ran earlier hung on the request. */
export interface EarlierBody {
  /** The bytes, or their text, that parsers keep beside what they parsed (Nest's `rawBody: true`, Firebase, koa-bodyparser). */
  readonly rawBody?: unknown;
  /** The bytes or text of `express.raw()` and `express.text()`; or the value that a JSON parser made of them. */
  readonly body?: unknown;
}

/** What reading the body of one request came to. */
export type BodyReading =
  | {
      readonly kind: 'body';
      readonly bytes: Buffer;
      /**
       * The bytes are not those that were received, but the JSON of what a parser made of them: all that it left.
       * Signatures over the bytes cannot fit them any more.
       */
      readonly isRewritten: boolean;
    }
  | {
      readonly kind: 'refused';
      readonly code: 'body-too-large' | 'body-timeout';
      /** True when part of the body is still unread: answer with `Connection: close`. */
      readonly closeConnection: boolean;
    }
  /** The client hung up; nothing can be answered. */
  | { readonly kind: 'aborted' };

type Body = Extract<BodyReading, { kind: 'body' }>;
type Bounds = Required<ReadBodyOptions>;

/**
 * Reads the whole body of a request, from the request or from what a body parser left of it, bounded in size and time.
 *
 * @param earlier - where such a parser left its results, for frameworks that keep them elsewhere than on the Node request
 * @throws {@link UploadOptionError} for bad options
 * @throws {@link UploadConfigurationError} when something read the body before and left nothing usable
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { readBody } from '@didit-liveness/upload';
 *
 * createServer(async (request, response) => {
 *   const reading = await readBody(request, { limitBytes: 65_536 });
 *   if (reading.kind === 'body') response.end(`${reading.bytes.length} bytes`);
 *   else if (reading.kind === 'refused') response.writeHead(400, { connection: 'close' }).end();
 * }).listen(3000);
 * ```
 */
export async function readBody(
  request: UploadRequest,
  options: ReadBodyOptions = {},
  earlier: EarlierBody = request as EarlierBody,
): Promise<BodyReading> {
  const bounds = resolveBounds(options);
  const left = bodyLeftBefore(request, earlier);
  if (left) return left.bytes.length > bounds.limitBytes ? TOO_LARGE_BUT_READ : left;

  if (Number(request.headers['content-length'] ?? 0) > bounds.limitBytes) {
    return { ...TOO_LARGE_BUT_READ, closeConnection: await stopReading(request, bounds.schedule) };
  }
  const poured = await pour(request, bounds);
  if (poured.kind !== 'refused') return poured;
  const code = poured.code === 'upload-timeout' ? 'body-timeout' : 'body-too-large';
  return { kind: 'refused', code, closeConnection: await stopReading(request, bounds.schedule) };
}

const TOO_LARGE_BUT_READ = { kind: 'refused', code: 'body-too-large', closeConnection: false } as const;

function pour(request: UploadRequest, { limitBytes, timeoutMs, schedule }: Bounds) {
  const bounds = { maxBytes: limitBytes, overflowCode: 'selfie-too-large', timeoutMs, schedule } as const;
  return pourBody<Body>(request, bounds, (report) => {
    const chunks = new ChunkList();
    return {
      write: (chunk) => chunks.append(chunk),
      end: () => report({ kind: 'body', bytes: Buffer.concat(chunks.toChunks()), isRewritten: false }),
      abandon: () => chunks.clear(),
    };
  });
}

/** What a parser left, best first: the bytes, their text, the parsed value. Undefined while the body can be read here. */
function bodyLeftBefore(request: UploadRequest, { rawBody, body }: EarlierBody): Body | undefined {
  const bytes = toBytes(rawBody) ?? toBytes(body);
  if (bytes) return { kind: 'body', bytes, isRewritten: false };
  if (!request.readableDidRead && request.readableEncoding === null) return undefined;
  const json = typeof body === 'object' && body !== null ? JSON.stringify(body) : undefined;
  if (json !== undefined) return { kind: 'body', bytes: Buffer.from(json), isRewritten: true };
  throw new UploadConfigurationError(
    'The body of this request was read before and nothing was left of it. Mount this in front of the body parser, or ' +
      "let the parser keep the bytes, as express.raw({ type: 'application/json' }) does.",
  );
}

function toBytes(value: unknown): Buffer | undefined {
  if (typeof value === 'string') return Buffer.from(value);
  return types.isUint8Array(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : undefined;
}

function resolveBounds({
  limitBytes = 1024 * 1024,
  timeoutMs = 15_000,
  schedule = nodeTimers,
}: ReadBodyOptions): Bounds {
  checkWhole('limitBytes', limitBytes, 100 * 1024 * 1024);
  checkWhole('timeoutMs', timeoutMs, 600_000);
  return { limitBytes, timeoutMs, schedule };
}

function checkWhole(option: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw new UploadOptionError({ option, value, allowed: `a whole number from 1 to ${most}` });
}
