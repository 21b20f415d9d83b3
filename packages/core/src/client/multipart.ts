import { randomUUID } from 'node:crypto';
import type { ImageType } from '../image/format.js';
import type { Picture } from '../image/picture.js';
import type { EncodedBody } from './body.js';

/** A picture as a part of a form. */
export interface ImagePart {
  /** Name of the form field. */
  readonly name: string;
  readonly type: ImageType;
  readonly chunks: readonly Uint8Array[];
}

/** The extensions that the API accepts (it checks the file name, so `.tif` will not do), and the types that go along. */
const FILE_TYPES: Readonly<Record<ImageType, { extension: string; mediaType: string }>> = {
  jpeg: { extension: 'jpg', mediaType: 'image/jpeg' },
  png: { extension: 'png', mediaType: 'image/png' },
  webp: { extension: 'webp', mediaType: 'image/webp' },
  tiff: { extension: 'tiff', mediaType: 'image/tiff' },
};

/** A file name that tells nothing but the format, for example `selfie.jpg`. */
function fileNameOf(type: ImageType): string {
  return `selfie.${FILE_TYPES[type].extension}`;
}

/** A picture as handlers get it: name and type come from its bytes, never from the client. */
export function filePartsOf({ type, chunks }: Pick<Picture, 'type' | 'chunks'>): {
  readonly originalname: string;
  readonly mimetype: string;
  readonly chunks: readonly Uint8Array[];
} {
  return { originalname: fileNameOf(type), mimetype: FILE_TYPES[type].mediaType, chunks };
}

/**
 * Encodes a multipart/form-data body (RFC 7578) without copying the picture. By hand, because the length must be known,
 * the body must be sendable again, and no name from outside may get into a header.
 *
 * @param fields - text fields; names are constants of this package, values may be any text
 */
export function encodeForm(fields: ReadonlyMap<string, string>, images: readonly ImagePart[]): EncodedBody {
  // 122 random bits: nobody can choose bytes that contain the delimiter. Node draws them for many at a time.
  const boundary = `didit-liveness-${randomUUID()}`;
  const chunks: Uint8Array[] = [];
  for (const { name, type, chunks: picture } of images) {
    const { mediaType } = FILE_TYPES[type];
    const disposition = `form-data; name="${name}"; filename="${fileNameOf(type)}"`;
    chunks.push(
      Buffer.from(`--${boundary}\r\ncontent-disposition: ${disposition}\r\ncontent-type: ${mediaType}\r\n\r\n`),
      ...picture,
      Buffer.from('\r\n'),
    );
  }
  for (const [name, value] of fields) {
    chunks.push(Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`));
  }
  chunks.push(Buffer.from(`--${boundary}--\r\n`));
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    contentLength: chunks.reduce((length, chunk) => length + chunk.length, 0),
    chunks,
  };
}
