import { readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';

/** A picture as an encoder writes it. */
export interface RealPicture {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const SAMPLES = [
  'approved.jpg',
  'approved.png',
  'approved.webp',
  'approved.tiff',
  'unmarked.jpg',
  'no-face.png',
  'multiple-faces.jpg',
  'too-dark.webp',
  'too-bright.webp',
  'low-quality.jpg',
  'spoof.jpg',
  'low-score.webp',
  'blocklisted.png',
  'possibly-blocklisted.webp',
  'duplicate.tiff',
  'possible-duplicate.webp',
];

/** The sample pictures of the Express example. */
export const samplePictures: readonly RealPicture[] = SAMPLES.map((name) => ({
  name,
  bytes: readFileSync(new URL(`../../../../examples/express-signup/samples/${name}`, import.meta.url)),
}));

/** Noise, so that there is something to encode. */
export function noise(width: number, height: number): Sharp {
  return sharp({
    create: { width, height, channels: 3, background: '#000', noise: { type: 'gaussian', mean: 120, sigma: 40 } },
  });
}

const WIDTH = 40;
const HEIGHT = 30;

const VARIANTS: readonly (readonly [string, (image: Sharp) => Sharp])[] = [
  ['JPEG', (image) => image.jpeg()],
  ['progressive JPEG', (image) => image.jpeg({ progressive: true })],
  ['mozjpeg', (image) => image.jpeg({ mozjpeg: true })],
  ['JPEG without subsampling', (image) => image.jpeg({ chromaSubsampling: '4:4:4' })],
  ['CMYK JPEG', (image) => image.toColourspace('cmyk').jpeg()],
  ['grey JPEG', (image) => image.toColourspace('b-w').jpeg()],
  ['JPEG with EXIF and orientation', (image) => image.withMetadata({ orientation: 6 }).jpeg()],
  ['JPEG with GPS', (image) => image.withExif({ IFD3: { GPSLatitude: '52/1 30/1 0/1', GPSLatitudeRef: 'N' } }).jpeg()],
  ['JPEG with XMP', (image) => image.withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>').jpeg()],
  ['JPEG with a colour profile', (image) => image.withIccProfile('p3').jpeg()],
  ['PNG', (image) => image.png()],
  ['interlaced PNG', (image) => image.png({ progressive: true })],
  ['PNG with 16 bits', (image) => image.toColourspace('rgb16').png()],
  ['PNG with a palette', (image) => image.png({ palette: true })],
  ['PNG with alpha', (image) => image.ensureAlpha(0.5).png()],
  ['PNG with EXIF', (image) => image.withExif({ IFD0: { ImageDescription: 'selfie' } }).png()],
  ['WebP', (image) => image.webp()],
  ['lossless WebP', (image) => image.webp({ lossless: true })],
  ['WebP with alpha', (image) => image.ensureAlpha(0.5).webp()],
  ['WebP with EXIF', (image) => image.withExif({ IFD0: { ImageDescription: 'selfie' } }).webp()],
  ['TIFF, uncompressed', (image) => image.tiff({ compression: 'none' })],
  ['TIFF, LZW', (image) => image.tiff({ compression: 'lzw' })],
  ['TIFF, deflate', (image) => image.tiff({ compression: 'deflate', predictor: 'horizontal' })],
  ['TIFF, JPEG', (image) => image.tiff({ compression: 'jpeg' })],
  ['TIFF in tiles', (image) => image.tiff({ tile: true, tileWidth: 64, tileHeight: 64, compression: 'deflate' })],
  ['TIFF with 16 bits', (image) => image.toColourspace('rgb16').tiff({ compression: 'deflate' })],
  ['TIFF with one bit', (image) => image.threshold().toColourspace('b-w').tiff({ bitdepth: 1 })],
];

/** One picture of 40 x 30 pixels in every shape that the encoder can write. */
export async function encodePictures(): Promise<readonly RealPicture[]> {
  return Promise.all(
    VARIANTS.map(async ([name, encode]) => ({ name, bytes: await encode(noise(WIDTH, HEIGHT)).toBuffer() })),
  );
}

/** Two frames or pages. */
export async function encodeFrames(format: 'webp' | 'tiff'): Promise<Uint8Array> {
  const frames = await Promise.all([noise(WIDTH, HEIGHT).png().toBuffer(), noise(WIDTH, HEIGHT).png().toBuffer()]);
  return sharp(frames, { join: { animated: true } })
    .toFormat(format)
    .toBuffer();
}
