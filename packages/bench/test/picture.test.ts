import { inspectImage } from '@didit-liveness/core';
import { describe, expect, it } from '@jest/globals';
import { createPicture, digestOf } from '../src/picture.js';
import { pictureDigest } from '../src/picture-digest.js';
import { formAround, FORM_TYPE } from '../src/upload-request.js';

describe('a picture of the bench', () => {
  it.each([50 * 1024, 200 * 1024, 5_138_022])('of %d bytes is a sound JPEG of exactly that size', (size) => {
    const picture = createPicture(size);

    expect(inspectImage([picture.head(1), picture.scan])).toEqual({
      type: 'jpeg',
      size,
      width: 720,
      height: 960,
      animated: false,
      truncated: false,
      malformed: undefined,
    });
  });

  it('differs from request to request', () => {
    const picture = createPicture(50 * 1024);

    expect(digestOf(picture, 1)).not.toBe(digestOf(picture, 2));
  });

  it('is found in a form by its digest', () => {
    const picture = createPicture(50 * 1024);
    const form = Buffer.concat(formAround([picture.head(3), picture.scan]));

    expect(pictureDigest(form, FORM_TYPE)).toBe(digestOf(picture, 3));
  });

  it('is not found in a form without a file', () => {
    expect(pictureDigest(Buffer.from('--b\r\n\r\n\r\nx\r\n--b--\r\n'), 'multipart/form-data; boundary=b')).toBe(
      '0 files',
    );
  });
});
