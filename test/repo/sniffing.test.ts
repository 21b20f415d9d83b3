import { describe, expect, it } from '@jest/globals';
import { sniffImageType } from '@didit-liveness/core';
import * as fc from 'fast-check';
import { SNIFF_BYTES, sniff } from '../../packages/upload/src/sniff.js';
import { sample } from '../support/pictures.js';

const SAMPLES = ['approved.jpg', 'approved.png', 'approved.webp', 'approved.tiff'].map((file) => sample(file));

/** The reader refuses early by a table of its own, since it knows no Didit; core has the last word. */
describe('the first bytes of a picture', () => {
  it('mean the same to the reader and to the inspector', () => {
    const head = fc
      .constantFrom(...SAMPLES)
      .chain((picture) => fc.tuple(fc.constant(picture), fc.nat(SNIFF_BYTES - 1), fc.nat(255), fc.boolean()))
      .map(([picture, at, value, changed]) => {
        const bytes = Buffer.from(picture.subarray(0, SNIFF_BYTES));
        if (changed) bytes[at] = value;
        return bytes;
      });

    fc.assert(
      fc.property(fc.oneof(head, fc.uint8Array({ minLength: SNIFF_BYTES, maxLength: SNIFF_BYTES })), (bytes) => {
        expect(sniff(bytes) === 'accepted').toBe(sniffImageType(bytes) !== undefined);
      }),
      { numRuns: 2_000 },
    );
  });
});
