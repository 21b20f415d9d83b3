/** Bytes that begin like a picture of each accepted type; nothing in this package looks any further. */
export const PICTURES = {
  jpeg: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1]),
  png: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]),
  webp: Buffer.from('RIFF\x10\0\0\0WEBPVP8 ', 'latin1'),
  tiffLittleEndian: Buffer.from('II*\0\x08\0\0\0\x01\0\0\x01', 'latin1'),
  tiffBigEndian: Buffer.from('MM\0*\0\0\0\x08\0\x01\x01\0', 'latin1'),
} as const;

/** A picture of exactly `size` bytes. */
export function jpegOf(size: number): Buffer {
  const picture = Buffer.alloc(size, 0x41);
  PICTURES.jpeg.copy(picture);
  return picture;
}

/** The first bytes of files that are no accepted picture. */
export const OTHER_FILES = {
  gif: Buffer.from('GIF89a\x01\0\x01\0', 'latin1'),
  bmp: Buffer.from('BM\x46\0\0\0\0\0\0\0', 'latin1'),
  heic: Buffer.from('\0\0\0\x18ftypheic\0\0\0\0', 'latin1'),
  avif: Buffer.from('\0\0\0\x1cftypavif\0\0\0\0', 'latin1'),
  svg: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
  pdf: Buffer.from('%PDF-1.7\n1 0 obj'),
  zip: Buffer.from('PK\x03\x04\x14\0\0\0\x08\0', 'latin1'),
  jpegXl: Buffer.from([0xff, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
  ico: Buffer.from([0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0]),
  wave: Buffer.from('RIFF\x10\0\0\0WAVEfmt ', 'latin1'),
  html: Buffer.concat([Buffer.from('<html>'), PICTURES.jpeg]),
} as const;
