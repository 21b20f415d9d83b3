import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { SNIFF_BYTES, sniff } from '../src/sniff.js';
import { OTHER_FILES, PICTURES } from './support/pictures.js';

describe('sniff', () => {
  it.each(Object.entries(PICTURES))('accepts the signature of %s', (_type, picture) => {
    expect(sniff(picture)).toBe('accepted');
  });

  it.each(Object.entries(OTHER_FILES))('B03 B06 refuses %s', (_type, bytes) => {
    expect(sniff(bytes)).toBe('refused');
  });

  it.each(['II+\0', 'MM\0+'])('B10 leaves BigTIFF (%j) to the inspector', (signature) => {
    expect(sniff(Buffer.from(signature, 'latin1'))).toBe('accepted');
  });

  it.each(Object.entries(PICTURES))('B04 never calls the beginning of %s a wrong type', (_type, picture) => {
    const verdicts = Array.from({ length: picture.length }, (_, length) => sniff(picture.subarray(0, length)));

    expect(verdicts).not.toContain('refused');
    expect(verdicts[0]).toBe('undecided');
  });

  it('decides on any bytes once there are enough', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: SNIFF_BYTES }), (bytes) => {
        expect(sniff(bytes)).not.toBe('undecided');
        expect(sniff(bytes)).toBe(sniff(bytes.subarray(0, SNIFF_BYTES)));
      }),
    );
  });
});
