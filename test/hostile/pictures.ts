import { baselineJpeg } from '../../packages/core/test/support/pictures.js';
import { file, form, text } from '../../packages/upload/test/support/forms.js';

/** The smallest picture that passes: a JPEG of 640 x 480 in some hundred bytes. */
export const SMALL_PICTURE: Buffer = Buffer.from(baselineJpeg);

/** A form as it should be. */
export const GOOD_FORM: Buffer = form(text('email', 'ada@example.org'), file('selfie', SMALL_PICTURE));

/** The same picture with so many bytes, the last ones behind its end. */
export function pictureOfSize(bytes: number): Buffer {
  return Buffer.concat([SMALL_PICTURE, Buffer.alloc(bytes - SMALL_PICTURE.length)]);
}
