import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { PictureIntake } from '../src/picture-intake.js';
import { jpegOf, PICTURES } from './support/pictures.js';

const FIELDS = { email: 'a@example.com' };

describe('PictureIntake', () => {
  it('A19 takes exactly the limit and refuses the byte after it', () => {
    const picture = new PictureIntake(1_000);

    expect(picture.append(jpegOf(1_000))).toBeUndefined();
    expect(picture.append(Buffer.of(0))).toBe('selfie-too-large');
  });

  it('refuses a wrong type at its first bytes', () => {
    expect(new PictureIntake(1_000).append(Buffer.from('%PDF-1.7'))).toBe('unsupported-media-type');
  });

  it('goes on refusing a wrong type', () => {
    const picture = new PictureIntake(1_000);
    picture.append(Buffer.from('no'));

    expect(picture.append(PICTURES.jpeg)).toBe('unsupported-media-type');
  });

  it.each([0, 1, 2])('B01 B04 calls a picture of %d bytes unreadable', (length) => {
    const picture = new PictureIntake(1_000);
    picture.append(PICTURES.jpeg.subarray(0, length));

    expect(picture.outcome(undefined, FIELDS)).toEqual({ kind: 'refused', code: 'selfie-unreadable' });
  });

  it('B15 comes to the same picture however its bytes are cut', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 20 });

    fc.assert(
      fc.property(cuts, fc.constantFrom(...Object.values(PICTURES)), (lengths, start) => {
        const bytes = Buffer.concat([start, Buffer.alloc(20_000, 7)]);
        const picture = new PictureIntake(bytes.length);

        let offset = 0;
        for (const length of [...lengths, bytes.length]) {
          expect(picture.append(bytes.subarray(offset, offset + length))).toBeUndefined();
          offset = Math.min(bytes.length, offset + length);
        }

        const outcome = picture.outcome('image/png', FIELDS);
        expect(outcome).toMatchObject({ kind: 'selfie', selfie: { size: bytes.length, declaredType: 'image/png' } });
        expect(outcome.kind === 'selfie' && Buffer.concat(outcome.selfie.chunks).equals(bytes)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('holds nothing after release', () => {
    const picture = new PictureIntake(1_000);
    picture.append(jpegOf(100));

    picture.release();

    expect(picture.size).toBe(0);
  });
});
