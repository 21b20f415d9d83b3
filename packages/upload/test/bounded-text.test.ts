import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { BoundedText } from '../src/bounded-text.js';

describe('BoundedText', () => {
  it('is empty before its first byte', () => {
    expect(new BoundedText(1, 'utf8').toText()).toBe('');
  });

  it('A11 takes as many bytes as it may, and no piece that is too much', () => {
    const text = new BoundedText(4, 'utf8');

    expect(text.append(Buffer.from('abc'))).toBe(true);
    expect(text.append(Buffer.from('de'))).toBe(false);
    expect(text.append(Buffer.from('d'))).toBe(true);
    expect(text.append(Buffer.from('e'))).toBe(false);
    expect(text.toText()).toBe('abcd');
  });

  it('A15 reads the same text however its bytes are cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 9 }), (value, pieceBytes) => {
        const bytes = Buffer.from(value);
        const text = new BoundedText(bytes.length, 'utf8');

        for (let at = 0; at < bytes.length; at += pieceBytes) {
          expect(text.append(bytes.subarray(at, at + pieceBytes))).toBe(true);
        }

        expect(text.toText()).toBe(value);
      }),
    );
  });

  it('A15 reads bytes that are no UTF-8 as replacement characters, and any byte as ISO-8859-1', () => {
    const [utf8, latin1] = [new BoundedText(3, 'utf8'), new BoundedText(3, 'latin1')];
    for (const text of [utf8, latin1]) text.append(Buffer.from([0x5a, 0xeb]));

    expect(utf8.toText()).toBe('Z\ufffd');
    expect(latin1.toText()).toBe('Z\u00eb');
  });

  it('A15 takes nothing but ASCII where that is all that can be read', () => {
    const text = new BoundedText(3, 'ascii');

    expect(text.append(Buffer.from('Z'))).toBe(true);
    expect(text.append(Buffer.from([0xeb]))).toBe(false);
    expect(text.toText()).toBe('Z');
  });
});
