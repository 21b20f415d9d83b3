import { type BodyBounds, type OpenSink, pourBody } from './body-front.js';
import type { Holding } from './buffer-budget.js';
import { type BodyKind, bodyKindOf } from './content-type.js';
import { countedSink, isCountedBefore, readCounted } from './counted-reading.js';
import { UploadConfigurationError } from './errors.js';
import { imageSink, selfieFromBuffer } from './image-body.js';
import { jsonSink, selfieFromJson } from './json-body.js';
import { stopReading } from './lingering-close.js';
import { longestBody } from './longest-body.js';
import { multipartSink } from './multipart-body.js';
import { type ResolvedUploadOptions, resolveUploadOptions, type UploadOptions } from './options.js';
import { type EarlierParse, filesLeftBefore, hasParsedForm, selfieFromFiles } from './parsed-before.js';
import { type BodyOutcome, refused, type SelfieReading, type UploadRefusalCode } from './reading.js';
import type { UploadRequest } from './upload-request.js';

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
  const outcome = await readCounted(request, resolved.maxBufferedBytes, (holding) =>
    readOutcome({ request, holding, earlier }, resolved),
  );
  if (outcome.kind !== 'refused') return outcome;
  return { ...outcome, closeConnection: await stopReading(request, resolved.schedule) };
}

/** One request, what was left of it before, and the count of what is held for it. */
interface Source {
  readonly request: UploadRequest;
  readonly earlier: EarlierParse;
  readonly holding: Holding;
}

async function readOutcome(source: Source, options: ResolvedUploadOptions): Promise<BodyOutcome> {
  const { request, earlier, holding } = source;
  const files = filesLeftBefore(earlier, options.field);
  if (files !== undefined) return countLeft(source, await selfieFromFiles(files, earlier.body, options));

  const kind = bodyKindOf(request.headers, options.accept);
  if (kind.kind === 'refused') return kind;
  if (wasReadBefore(request)) return countLeft(source, outcomeLeftBefore(earlier, kind, options));

  const plan = planReading(kind, options);
  const declaredBytes = Number(request.headers['content-length'] ?? 0);
  if (declaredBytes > plan.maxBytes) return refused('selfie-too-large');
  if (!holding.couldTake(declaredBytes)) return refused('too-busy');
  const { timeoutMs, schedule } = options;
  const outcome = await pourBody(request, { timeoutMs, schedule, ...plan }, countedSink(plan.openSink, holding));
  if (outcome.kind !== 'selfie') return outcome;
  return { kind: 'selfie', selfie: outcome.selfie, release: () => holding.release() };
}

/** Counts a picture that another parser had read into memory, or that was read from its file. */
function countLeft({ request, holding }: Source, outcome: BodyOutcome): BodyOutcome {
  if (outcome.kind !== 'selfie' || isCountedBefore(request)) return outcome;
  return holding.take(outcome.selfie.size) ? outcome : refused('too-busy');
}

interface ReadingPlan extends Pick<BodyBounds, 'maxBytes' | 'overflowCode'> {
  readonly openSink: OpenSink;
}

function planReading(kind: BodyKind, options: ResolvedUploadOptions): ReadingPlan {
  const { limitBytes } = options;
  const tooLarge: UploadRefusalCode = 'selfie-too-large';
  const maxBytes = longestBody(kind.kind, limitBytes);
  switch (kind.kind) {
    case 'multipart': {
      const openSink = multipartSink(kind.boundary, options);
      // The picture has a limit of its own, met first: beyond this it is the rest of the form that is too much.
      return { maxBytes, overflowCode: 'malformed-upload', openSink };
    }
    case 'image':
      return { maxBytes, overflowCode: tooLarge, openSink: imageSink(kind.declaredType, limitBytes) };
    case 'json':
      return { maxBytes, overflowCode: tooLarge, openSink: jsonSink(options) };
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
