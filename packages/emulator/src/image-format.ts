const JPEG = Buffer.from([0xff, 0xd8, 0xff]);
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const TIFF_LITTLE_ENDIAN = Buffer.from([0x49, 0x49, 0x2a, 0x00]);
const TIFF_BIG_ENDIAN = Buffer.from([0x4d, 0x4d, 0x00, 0x2a]);

/**
 * Whether the bytes begin like a JPEG, PNG, TIFF or WebP picture. The API decodes the whole picture; the emulator looks
 * at no more than this.
 */
export function looksLikeImage(bytes: Buffer): boolean {
  const isWebp = bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP';
  return (
    isWebp ||
    [JPEG, PNG, TIFF_LITTLE_ENDIAN, TIFF_BIG_ENDIAN].some((magic) => bytes.subarray(0, magic.length).equals(magic))
  );
}
