import { createHash } from 'node:crypto';
import { DiditLivenessError, InvalidOptionError } from '../errors.js';
import type { ImageType } from './format.js';
import { type ImageInspection, inspectImage } from './inspect.js';

/** A picture as callers have it. Chunks are sent one after the other and never joined. */
export type ImageInput = Uint8Array | ArrayBuffer | Blob | readonly Uint8Array[];

/** Why a picture was refused before anyone was paid to look at it. */
export type ImageRefusal =
  | 'empty'
  | 'too-large'
  | 'unsupported-type'
  | 'truncated'
  | 'malformed'
  | 'animated'
  | 'too-few-pixels'
  | 'too-many-pixels';

/**
 * The largest picture that is sent, in bytes: 5 MiB. Didit says "5 MB" without saying which (contract 1.2), so the
 * wider reading is allowed; if Didit means the narrower one it answers with an unbilled 400.
 * Source: https://docs.didit.me/standalone-apis/passive-liveness (read 2026-11-22).
 */
export const MAX_IMAGE_BYTES = 5 * 1024 * 1024;
/** No face can be judged on fewer pixels a side. Assumption: the API names no smallest size. */
const MIN_SIDE = 64;
const MAX_SIDE = 12_000;
const MAX_PIXELS = 40_000_000;

/** A picture that was inspected and may be sent. */
export interface Picture {
  readonly type: ImageType;
  /** Bytes. */
  readonly size: number;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  readonly chunks: readonly Uint8Array[];
}

/** A picture that cannot be judged; nothing was sent and nothing was billed. */
export class ImageRefusedError extends DiditLivenessError {
  override readonly name = 'ImageRefusedError';
  override readonly code = 'image-refused';

  constructor(
    readonly reason: ImageRefusal,
    /** Which argument the picture was, for calls that take two. */
    readonly picture: string = 'userImage',
  ) {
    const which = picture === 'userImage' ? 'The picture' : `The picture ${picture}`;
    super(`${which} was refused before it was sent: ${EXPLANATIONS[reason]}`);
  }
}

const EXPLANATIONS: Readonly<Record<ImageRefusal, string>> = {
  empty: 'it has no bytes',
  'too-large': `it has more than ${MAX_IMAGE_BYTES} bytes`,
  'unsupported-type': 'it is not a JPEG, PNG, WebP or TIFF',
  truncated: 'it is incomplete',
  malformed: 'its structure is broken',
  animated: 'it has more than one frame or page',
  'too-few-pixels': `it has fewer than ${MIN_SIDE} pixels on a side`,
  'too-many-pixels': `it has more than ${MAX_SIDE} pixels on a side or ${MAX_PIXELS} in all`,
};

/** The reason to refuse an inspected picture, or undefined when it may be sent. */
export function refusalOf(image: ImageInspection): ImageRefusal | undefined {
  if (image.size === 0) return 'empty';
  if (image.size > MAX_IMAGE_BYTES) return 'too-large';
  if (image.type === undefined) return 'unsupported-type';
  if (image.truncated) return 'truncated';
  if (image.malformed !== undefined) return 'malformed';
  if (image.animated) return 'animated';
  if (Math.min(image.width, image.height) < MIN_SIDE) return 'too-few-pixels';
  if (Math.max(image.width, image.height) > MAX_SIDE || image.width * image.height > MAX_PIXELS) {
    return 'too-many-pixels';
  }
  return undefined;
}

/** Inspects the chunks of a picture: what to send, or why not to. */
export function parsePicture(
  chunks: readonly Uint8Array[],
):
  | { readonly kind: 'picture'; readonly picture: Picture }
  | { readonly kind: 'refused'; readonly reason: ImageRefusal } {
  const image = inspectImage(chunks);
  const reason = refusalOf(image);
  if (reason !== undefined) return { kind: 'refused', reason };
  const { size, width, height } = image;
  const type = image.type as ImageType; // What has no type was refused.
  return { kind: 'picture', picture: Object.freeze({ type, size, width, height, chunks }) };
}

/** The chunks of any accepted input. Views are kept, not copied: do not write to them while a check runs. */
export async function toChunks(input: ImageInput, option = 'userImage'): Promise<readonly Uint8Array[]> {
  if (input instanceof Uint8Array) return [input];
  if (input instanceof ArrayBuffer) return [new Uint8Array(input)];
  if (input instanceof Blob) return [new Uint8Array(await input.arrayBuffer())];
  if (Array.isArray(input) && input.every((chunk) => chunk instanceof Uint8Array)) return input;
  throw new InvalidOptionError(
    `${option} is not a picture; allowed: a Buffer, Uint8Array, ArrayBuffer, Blob, File, or an array of Uint8Array`,
    option,
  );
}

/** SHA-256 of the chunks in their order, as lower-case hexadecimal. */
export function sha256Of(chunks: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

const DIGESTS = new WeakMap<Picture, string>();

/** SHA-256 of a picture: of its bytes as they were when it was first asked for. Worked out once, since it takes longer than all else. */
export function digestOf(picture: Picture): string {
  const digest = DIGESTS.get(picture) ?? sha256Of(picture.chunks);
  DIGESTS.set(picture, digest);
  return digest;
}
