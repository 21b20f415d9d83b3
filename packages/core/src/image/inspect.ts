import { ChunkedBytes, EndOfBytes } from './chunked-bytes.js';
import { type Format, type ImageType, MalformedImage, SIGNATURE_BYTES } from './format.js';
import { jpeg } from './jpeg.js';
import { png } from './png.js';
import { tiff } from './tiff.js';
import { webp } from './webp.js';

const FORMATS: readonly Format[] = [jpeg, png, webp, tiff];

/** What the header and structure of a picture tell. No pixel was decoded. */
export interface ImageInspection {
  /** By its first bytes; undefined when it is none of the four formats. */
  readonly type: ImageType | undefined;
  /** Bytes. */
  readonly size: number;
  /** Pixels; 0 when the structure could not be read. */
  readonly width: number;
  /** Pixels; 0 when the structure could not be read. */
  readonly height: number;
  /** More than one frame or page. */
  readonly animated: boolean;
  /** The structure goes on past the last byte. */
  readonly truncated: boolean;
  /** Why the structure contradicts the format; undefined when it does not. */
  readonly malformed: string | undefined;
}

/**
 * Reads type, dimensions, frames and completeness of a JPEG, PNG, WebP or TIFF from its structure.
 * Total: there is an answer for whatever bytes. Takes time linear in the bytes, and no memory for pixels.
 *
 * @param chunks - the picture, in one or more pieces; they are not joined
 */
export function inspectImage(chunks: readonly Uint8Array[]): ImageInspection {
  const bytes = new ChunkedBytes(chunks);
  const format = FORMATS.find((candidate) => candidate.matches(bytes));
  const facts = { type: format?.type, size: bytes.size, width: 0, height: 0, animated: false };
  if (!format) return { ...facts, truncated: false, malformed: undefined };
  try {
    const { width, height, animated } = format.walk(bytes);
    return { type: format.type, size: bytes.size, width, height, animated, truncated: false, malformed: undefined };
  } catch (error) {
    if (error instanceof EndOfBytes) return { ...facts, truncated: true, malformed: undefined };
    if (error instanceof MalformedImage) return { ...facts, truncated: false, malformed: error.message };
    throw error;
  }
}

/** The format that the first bytes announce, if it is one of the four. Looks at no more than 12 bytes. */
export function sniffImageType(head: Uint8Array): ImageType | undefined {
  const bytes = new ChunkedBytes([head.subarray(0, SIGNATURE_BYTES)]);
  return FORMATS.find((format) => format.matches(bytes))?.type;
}
