import { Readable } from 'node:stream';
import type Sharp from 'sharp';
import { readPictureFile } from '../picture-file.js';
import { UsageError } from '../usage-error.js';

/** Makes a small picture of a file, as a `data:` address; undefined when the file is not the picture any more. */
export type Thumbnailer = (file: string, sha256: string) => Promise<string | undefined>;

const SIDE = 96;
/** What the check itself takes at most. */
const MAX_PIXELS = 40_000_000;

/**
 * Loads sharp, which users install themselves when they want thumbnails.
 *
 * @throws {@link UsageError} when it is not installed
 */
export async function loadThumbnailer(isWanted: boolean): Promise<Thumbnailer | undefined> {
  if (!isWanted) return undefined;
  try {
    const { default: sharp } = await import('sharp');
    return createThumbnailer(sharp);
  } catch {
    throw new UsageError('--thumbnails needs the package sharp. Install it next to this command: npm install sharp');
  }
}

function createThumbnailer(sharp: typeof Sharp): Thumbnailer {
  // Standard input was read for the check, and gives nothing a second time.
  const spent = Readable.from([]);
  return async (file, sha256) => {
    try {
      const picture = await readPictureFile(file, spent);
      if (picture.sha256 !== sha256) return undefined;
      const small = await sharp(Buffer.concat(picture.chunks), { limitInputPixels: MAX_PIXELS })
        .rotate()
        .resize(SIDE, SIDE, { fit: 'cover' })
        .jpeg({ quality: 72 })
        .toBuffer();
      return `data:image/jpeg;base64,${small.toString('base64')}`;
    } catch {
      // The report is of use without this picture.
      return undefined;
    }
  };
}
