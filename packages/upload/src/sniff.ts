/** What the first bytes say: one of the accepted types, none of them, or too few bytes to tell. */
export type SniffVerdict = 'accepted' | 'refused' | 'undecided';

/** With this many bytes a verdict is never `undecided`. */
export const SNIFF_BYTES = 12;

const ANY = -1;

// Only the start of each format: whether the rest is a readable picture is judged by whoever gets the bytes.
const SIGNATURES: readonly (readonly number[])[] = [
  [0xff, 0xd8, 0xff], // JPEG
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], // PNG
  [0x52, 0x49, 0x46, 0x46, ANY, ANY, ANY, ANY, 0x57, 0x45, 0x42, 0x50], // WebP: RIFF, a length, WEBP
  [0x49, 0x49, 0x2a, 0x00], // TIFF, little endian
  [0x4d, 0x4d, 0x00, 0x2a], // TIFF, big endian
  // BigTIFF is a TIFF that no reader here takes: let through, so that it is called unreadable and not another type.
  [0x49, 0x49, 0x2b, 0x00],
  [0x4d, 0x4d, 0x00, 0x2b],
];

/** Judges a picture by its first bytes; never looks at more than {@link SNIFF_BYTES}. */
export function sniff(head: Uint8Array): SniffVerdict {
  const candidates = SIGNATURES.filter((signature) => startsAlike(signature, head));
  if (candidates.some((signature) => signature.length <= head.length)) return 'accepted';
  return candidates.length > 0 ? 'undecided' : 'refused';
}

function startsAlike(signature: readonly number[], head: Uint8Array): boolean {
  return signature.every((byte, index) => byte === ANY || index >= head.length || byte === head[index]);
}
