import { inspect } from 'node:util';
import { expect } from '@jest/globals';
import { bytesOf, jpegOf, scan, segment, startOfFrame } from './pictures.js';

/** A key that must not be seen anywhere but in the header of a request. */
export const KEY_CANARY = 'CANARYkey4b1f9Zq';
/** An id of a person that must not be seen anywhere but in the form of a request. */
export const VENDOR_CANARY = 'CANARYvendor77Xw';
/** Bytes that stand in {@link canaryPicture}. */
export const PICTURE_CANARY = 'CANARYpixels90Rt__';

/** A JPEG with the canary in its bytes. */
export const canaryPicture: Uint8Array = jpegOf(segment(0xfe, bytesOf(PICTURE_CANARY)), startOfFrame(), scan());

/** Everything that a logger might make of a value. */
export function printed(value: unknown): string {
  const whole = { depth: 10, showHidden: true, maxArrayLength: null, maxStringLength: null } as const;
  const error = value instanceof Error ? [value.message, value.stack] : [];
  return [
    inspect(value, whole),
    inspect(value, { ...whole, customInspect: false }),
    JSON.stringify(value),
    String(value),
    ...error,
  ].join('\n');
}

/** Fails when any way to print the value shows the key, the person's id, or bytes of the picture in some spelling. */
export function expectNoCanary(value: unknown): void {
  const text = printed(value);
  const packed = text.replace(/\s/g, '');
  const picture = Buffer.from(PICTURE_CANARY);
  const spellings = [
    KEY_CANARY,
    VENDOR_CANARY,
    PICTURE_CANARY,
    // Base64 takes three bytes at a time, so the canary may begin at any of three places of a group.
    ...[0, 1, 2].map((cut) => picture.subarray(cut, cut + 12).toString('base64')),
    picture.toString('hex'),
    [...picture].join(','),
  ];

  expect(spellings.filter((spelling) => packed.includes(spelling))).toEqual([]);
  expect(packed).not.toMatch(new RegExp([...picture].map((byte) => `"\\d+":${byte}`).join(',')));
}
