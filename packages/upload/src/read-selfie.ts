import { type BodyBounds, type OpenSink, pourBody } from './body-front.js';
import { type BodyKind, bodyKindOf } from './content-type.js';
import { UploadConfigurationError } from './errors.js';
import { imageSink, selfieFromBuffer } from './image-body.js';
import { jsonBodyLimit, jsonSink, selfieFromJson } from './json-body.js';
import { stopReading } from './lingering-close.js';
import { multipartSink } from './multipart-body.js';
import { type ResolvedUploadOptions, resolveUploadOptions, type UploadOptions } from './options.js';
import { type EarlierParse, filesLeftBefore, hasParsedForm, selfieFromFiles } from './parsed-before.js';
import { type BodyOutcome, refused, type SelfieReading, type UploadRefusalCode } from './reading.js';
import type { UploadRequest } from './upload-request.js';

/**
 * Bytes that a body may have beyond the largest picture, for all text fields, part headers and delimiters together.
 * Fixed, because the product of `maxFields` and `maxFieldBytes` is far beyond what any sign-up form sends.
 */
const ALLOWANCE_BYTES = 1024 * 1024;

/**
 * Reads the one selfie of a request, from its body or from what an upload middleware before this one left in
 * `request.file` or `request.files`. Expected faults of an upload are values, not exceptions.
 *
 * When the reading is refused with `closeConnection`, nothing more is read and the answer has to carry
 * `Connection: close`; the connection is then half-closed, and destroyed half a second later.
 *
 * @param earlier - where such a middleware left its results, for frameworks that keep them elsewhere than on the Node
 * request
 * @throws {@link UploadOptionError} for bad options; resolve them once with {@link resolveUploadOptions}.
 * @throws {@link UploadConfigurationError} when something mounted before read the body and left nothing usable.
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { readSelfie, resolveUploadOptions } from '@didit-liveness/upload';
 *
 * const options = resolveUploadOptions({ field: 'selfie' });
 * createServer(async (request, response) => {
 *   const reading = await readSelfie(request, options);
 *   if (reading.kind === 'aborted') return;
 *   if (reading.kind === 'refused') {
 *     if (reading.closeConnection) response.setHeader('Connection', 'close');
 *     response.writeHead(400).end(reading.code);
 *     return;
 *   }
 *   response.end(`${reading.selfie.size} bytes`);
 * }).listen(3000);
 * ```
 */
export async function readSelfie(
  request: UploadRequest,
  options?: UploadOptions | ResolvedUploadOptions,
  earlier: EarlierParse = request as EarlierParse,
): Promise<SelfieReading> {
  const resolved = resolveUploadOptions(options);
  const outcome = await readOutcome(request, resolved, earlier);
  if (outcome.kind !== 'refused') return outcome;
  return { ...outcome, closeConnection: await stopReading(request, resolved.schedule) };
}

async function readOutcome(
  request: UploadRequest,
  options: ResolvedUploadOptions,
  earlier: EarlierParse,
): Promise<BodyOutcome> {
  const files = filesLeftBefore(earlier, options.field);
  if (files !== undefined) return selfieFromFiles(files, earlier.body, options);

  const kind = bodyKindOf(request.headers, options.accept);
  if (kind.kind === 'refused') return kind;
  if (wasReadBefore(request)) return outcomeLeftBefore(earlier, kind, options);

  const plan = planReading(kind, options);
  if (Number(request.headers['content-length'] ?? 0) > plan.maxBytes) return refused('selfie-too-large');
  return pourBody(request, { ...plan, timeoutMs: options.timeoutMs, schedule: options.schedule }, plan.openSink);
}

interface ReadingPlan extends Pick<BodyBounds, 'maxBytes' | 'overflowCode'> {
  readonly openSink: OpenSink;
}

function planReading(kind: BodyKind, options: ResolvedUploadOptions): ReadingPlan {
  const { limitBytes } = options;
  const tooLarge: UploadRefusalCode = 'selfie-too-large';
  switch (kind.kind) {
    case 'multipart': {
      const openSink = multipartSink(kind.boundary, options);
      // The picture has a limit of its own, met first: beyond this it is the rest of the form that is too much.
      return { maxBytes: limitBytes + ALLOWANCE_BYTES, overflowCode: 'malformed-upload', openSink };
    }
    case 'image':
      return { maxBytes: limitBytes, overflowCode: tooLarge, openSink: imageSink(kind.declaredType, limitBytes) };
    case 'json': {
      const maxBytes = jsonBodyLimit(limitBytes, ALLOWANCE_BYTES);
      return { maxBytes, overflowCode: tooLarge, openSink: jsonSink(options) };
    }
    default:
      return kind satisfies never;
  }
}

/** Whether bytes of the body are gone, or come as text: either way they cannot be read here any more. */
function wasReadBefore(request: UploadRequest): boolean {
  return request.readableDidRead || request.readableEncoding !== null;
}

function outcomeLeftBefore(earlier: EarlierParse, kind: BodyKind, options: ResolvedUploadOptions): BodyOutcome {
  const { body } = earlier;
  if (kind.kind === 'image' && Buffer.isBuffer(body)) {
    return selfieFromBuffer(body, kind.declaredType, options.limitBytes);
  }
  if (kind.kind === 'json' && isParsedJson(body)) return selfieFromJson(body, options);
  if (kind.kind === 'multipart' && hasParsedForm(earlier)) return refused('selfie-missing');
  throw new UploadConfigurationError(
    'The body of this request was read before the liveness check and no picture was left of it. Mount requireLiveness ' +
      `before the body parser, or run an upload middleware such as multer's upload.single('${options.field}') before it.`,
  );
}

function isParsedJson(body: unknown): body is object {
  return typeof body === 'object' && body !== null && !Buffer.isBuffer(body);
}
