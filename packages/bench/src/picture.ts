import { createHash } from 'node:crypto';

/** A JPEG in two pieces, the first of which differs from request to request. */
export interface Picture {
  /** From the start of image to the start of scan. */
  readonly head: (serial: number) => Buffer;
  /** Entropy-coded data and the end of image; shared by all, so that load costs no memory. */
  readonly scan: Buffer;
  /** Bytes in all. */
  readonly size: number;
}

const START = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
/** Baseline, 8 bits, 960 lines of 720 pixels, three components. */
const FRAME = Buffer.from([0xff, 0xc0, 0, 17, 8, 3, 0xc0, 2, 0xd0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
const SCAN = Buffer.from([0xff, 0xda, 0, 12, 3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0]);
const SERIAL_DIGITS = 12;

/**
 * A picture of exactly this many bytes, for whoever reads its structure only: behind its headers comes noise in which
 * 0xFF is stuffed as in real entropy-coded data, about once in 256 bytes.
 */
export function createPicture(size: number): Picture {
  const headBytes = headOf(0).length;
  const scan = Buffer.alloc(size - headBytes);
  fillWithNoise(scan);
  scan.set([0xff, 0xd9], scan.length - 2);
  return { head: headOf, scan, size };
}

/** SHA-256 of a picture, in hexadecimal. */
export function digestOf({ head, scan }: Picture, serial: number): string {
  return createHash('sha256').update(head(serial)).update(scan).digest('hex');
}

function headOf(serial: number): Buffer {
  const comment = Buffer.from(String(serial).padStart(SERIAL_DIGITS, '0'));
  return Buffer.concat([START, Buffer.from([0xff, 0xfe, 0, comment.length + 2]), comment, FRAME, SCAN]);
}

/** The same noise in every run: a linear congruential generator (Numerical Recipes), of which the upper bits are good. */
function fillWithNoise(bytes: Buffer): void {
  let state = 1;
  for (let offset = 0; offset < bytes.length; offset += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[offset] = bytes[offset - 1] === 0xff ? 0 : state >>> 24;
  }
  // The last bytes become the end of image; a 0xFF right before it would be a marker of its own.
  if (bytes.length > 2) bytes[bytes.length - 3] = 0;
}
