import { describe, expect, it } from '@jest/globals';
import { copyFields } from '../src/fields.js';

describe('copyFields', () => {
  it('A13 gives a copy without a prototype', () => {
    const source = { email: 'a@example.com' };

    const fields = copyFields(source);

    expect(fields).toEqual({ email: 'a@example.com' });
    expect(fields).not.toBe(source);
    expect(Object.getPrototypeOf(fields)).toBeNull();
  });

  it.each([undefined, null, 'text', 7, true, Buffer.from('bytes'), () => 'called'])(
    'finds no fields in %p, whatever parser left it',
    (source) => {
      expect(Object.keys(copyFields(source))).toEqual([]);
    },
  );
});
