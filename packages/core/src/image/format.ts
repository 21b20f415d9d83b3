import type { ChunkedBytes } from './chunked-bytes.js';

/** The picture formats that the API accepts. */
export type ImageType = 'jpeg' | 'png' | 'webp' | 'tiff';

/** What the header of a complete picture says. */
export interface Frame {
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** More than one frame or page, so that nobody could tell which one was judged. */
  readonly animated: boolean;
}

/** One format: how it begins, and how its structure is walked. */
export interface Format {
  readonly type: ImageType;
  /** True when the first bytes are this format's. Needs at most {@link SIGNATURE_BYTES}. */
  readonly matches: (bytes: ChunkedBytes) => boolean;
  /**
   * Walks the structure from the first to the last byte that belongs to the picture.
   *
   * @throws EndOfBytes when the structure goes on past the last byte
   * @throws {@link MalformedImage} when it contradicts the format
   */
  readonly walk: (bytes: ChunkedBytes) => Frame;
}

/** The most bytes any signature needs. */
export const SIGNATURE_BYTES = 12;

/**
 * The most segments, chunks or table entries of one picture; real ones have a few dozen. Bounds the time that a picture
 * made of empty ones can cost.
 */
export const MAX_PARTS = 4_096;

/** Thrown by a walk when the bytes are not what the format allows; the inspector turns it into "malformed". */
export class MalformedImage extends Error {
  override readonly name = 'MalformedImage';
}
