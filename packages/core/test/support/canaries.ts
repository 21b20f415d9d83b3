import { expect } from '@jest/globals';
import { MARKED_KEY, MARKED_PICTURE_BYTES, MARKED_VENDOR_DATA, printed } from '../../../../test/support/canary.js';
import { MARKS, marksIn } from '../../../../test/support/canary-scan.mjs';
import { jpegOf, scan, segment, startOfFrame } from './pictures.js';

export { printed };

/** A key that must not be seen anywhere but in the header of a request. */
export const KEY_CANARY = MARKED_KEY;
/** An id of a person that must not be seen anywhere but in the form of a request. */
export const VENDOR_CANARY = MARKED_VENDOR_DATA;
/** Bytes that stand in {@link canaryPicture}. */
export const PICTURE_CANARY = MARKS.picture;

/** A JPEG with the canary in its bytes. */
export const canaryPicture: Uint8Array = jpegOf(segment(0xfe, MARKED_PICTURE_BYTES), startOfFrame(), scan());

/** Fails when any way to print the value shows the key, the person's id, or bytes of the picture in some spelling. */
export function expectNoCanary(value: unknown): void {
  expect(marksIn(printed(value))).toEqual([]);
}
