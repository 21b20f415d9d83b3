import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { SelfieFile } from '../src/selfie-file.js';

const CANARY = 'canary-in-the-picture';
const file = () =>
  new SelfieFile({
    fieldname: 'selfie',
    originalname: 'selfie.png',
    mimetype: 'image/png',
    chunks: [Buffer.from('canary-in-'), Buffer.from('the-picture')],
  });

describe('SelfieFile', () => {
  it('joins the chunks once', () => {
    const selfie = file();

    expect(selfie.size).toBe(CANARY.length);
    expect(selfie.buffer.toString()).toBe(CANARY);
    expect(selfie.buffer).toBe(selfie.buffer);
  });

  it('hands out the chunks without a copy', () => {
    expect(file().chunks).toHaveLength(2);
  });

  it('D04 shows no bytes when it is printed or serialised', () => {
    const selfie = file();
    const bytes = selfie.buffer;

    const shown = inspect(selfie, { depth: 9, showHidden: true }) + JSON.stringify(selfie) + String(selfie);

    expect(shown).not.toContain(CANARY);
    expect(shown).not.toContain(bytes.toString('base64'));
    expect(shown).not.toContain(bytes.toString('hex'));
    expect(inspect(selfie)).toBe(`SelfieFile { originalname: 'selfie.png', mimetype: 'image/png', size: 21 }`);
    expect(JSON.parse(JSON.stringify(selfie))).toEqual({
      fieldname: 'selfie',
      originalname: 'selfie.png',
      encoding: '7bit',
      mimetype: 'image/png',
      size: CANARY.length,
    });
  });
});
