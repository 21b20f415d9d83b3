const BASE64 = /^[0-9A-Za-z+/]*={0,2}$/;

/** Length of `bytes` bytes in base64, padding included. */
export function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}

/**
 * Decodes base64 as RFC 4648 section 4 writes it: its alphabet only, padded, no bits set in the padding.
 * Node's own decoder skips whatever it does not know, so that many texts would stand for one picture.
 */
export function decodeBase64(text: string): Buffer | undefined {
  if (text.length % 4 !== 0 || !BASE64.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  // Only the last group can hold bits that decoding drops.
  const lastGroup = bytes.subarray(Math.floor((bytes.length - 1) / 3) * 3);
  return lastGroup.toString('base64') === text.slice(-4) ? bytes : undefined;
}
