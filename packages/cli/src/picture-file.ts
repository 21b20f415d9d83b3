import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type ImageInspection, inspectImage, MAX_IMAGE_BYTES } from '@didit-liveness/core';
import { reasonOf } from './os-reason.js';
import { UsageError } from './usage-error.js';

/** A picture as it was read. */
export interface PictureFile {
  /** As the user wrote it; `-` for standard input. */
  readonly file: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** The bytes, up to one more than Didit takes: enough to be refused as too large. */
  readonly chunks: readonly Uint8Array[];
}

/**
 * Reads a picture, `-` from standard input. However large the file is, no more is kept than can be sent.
 *
 * @throws {@link UsageError} when it cannot be read
 */
export async function readPictureFile(file: string, stdin: NodeJS.ReadableStream): Promise<PictureFile> {
  const hash = createHash('sha256');
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of file === '-' ? stdin : createReadStream(file)) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      hash.update(bytes);
      if (size <= MAX_IMAGE_BYTES) chunks.push(bytes);
      size += bytes.length;
    }
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${explain(reasonOf(error))}).`);
  }
  return { file, sha256: hash.digest('hex'), size, chunks };
}

const EXPLANATIONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder; didit-liveness batch takes folders',
  EACCES: 'it may not be read',
};

function explain(reason: string): string {
  return EXPLANATIONS[reason] ?? reason;
}

/** What people want to know of a picture. */
export interface PictureFacts {
  readonly type: string | null;
  /** Bytes. */
  readonly size: number;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  readonly sha256: string;
}

/** Looks at the structure of a picture; its pixels stay as they are. */
export function factsOf({ chunks, size, sha256 }: PictureFile): PictureFacts {
  const { type, width, height }: ImageInspection = inspectImage(chunks);
  return { type: type ?? null, size, width, height, sha256 };
}

/** For example `JPEG, 640 x 480 pixels, 61034 bytes`. */
export function describePicture({ type, width, height, size }: PictureFacts): string {
  return `${type?.toUpperCase() ?? 'unknown format'}, ${width} x ${height} pixels, ${size} bytes`;
}
