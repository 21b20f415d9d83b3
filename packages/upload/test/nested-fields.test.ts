import { createRequire } from 'node:module';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { addField, isNameWithin } from '../src/nested-fields.js';

type Append = (fields: Record<string, unknown>, name: string, value: string) => void;
// Of multer, not of this package.
const { resolve } = createRequire(import.meta.url);
const appendField = createRequire(resolve('multer'))('append-field') as Append;

const NAMES = [
  'a',
  'b',
  'a[b]',
  'a[b][c]',
  'a[]',
  'a[b][]',
  'a[0]',
  'a[3]',
  'a[007]',
  'a[1x]',
  'a[0][b]',
  'a[b][1]',
  'a[][]',
  'a[b]c',
  'a[b[c]',
  'a[b[]',
  'a[',
  'a]',
  '[a]',
  '[]',
  '',
  'a[length]',
  'a[__proto__]',
  '__proto__',
  '__proto__[x]',
  'constructor[prototype][x]',
  'toString',
];

function fieldsOf(add: Append, names: readonly string[]): Record<string, unknown> {
  const fields = Object.create(null) as Record<string, unknown>;
  for (const [index, name] of names.entries()) add(fields, name, `${index}`);
  return fields;
}

/** Shows prototypes and the gaps of lists, which a comparison in depth takes for equal. */
const shown = (add: Append, names: readonly string[]) => inspect(fieldsOf(add, names), { depth: null });

describe('addField', () => {
  it('makes objects of paths and lists of repetitions', () => {
    expect({ ...fieldsOf(addField, ['a', 'b[c]', 'b[d][0]', 'b[d][1]', 'a', 'e[]', 'f[g']) }).toEqual({
      a: ['0', '4'],
      b: { c: '1', d: ['2', '3'] },
      e: ['5'],
      'f[g': '6',
    });
  });

  it.each(NAMES)('A12 A13 puts %j where append-field does', (name) => {
    for (const other of NAMES) {
      expect(shown(addField, [name, other])).toBe(shown(appendField, [name, other]));
    }
  });

  it('A12 A13 comes to what append-field comes to, for any fields in any order', () => {
    const generated = fc
      .tuple(
        fc.constantFrom('a', 'b', ''),
        fc.array(fc.constantFrom('[b]', '[0]', '[2]', '[]', '[', ']', 'x'), { maxLength: 4 }),
      )
      .map(([first, rest]) => first + rest.join(''));
    const names = fc.array(fc.oneof(generated, fc.constantFrom(...NAMES), fc.string({ maxLength: 8 })), {
      maxLength: 8,
    });

    fc.assert(
      fc.property(names, (list) => {
        expect(shown(addField, list)).toBe(shown(appendField, list));
      }),
      { numRuns: 500 },
    );
  });

  it('A13 touches no prototype', () => {
    const before = Object.getOwnPropertyNames(Object.prototype);

    fieldsOf(
      addField,
      NAMES.flatMap((name) => [name, `${name}[__proto__][polluted]`, `${name}[constructor][prototype][x]`]),
    );

    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('isNameWithin', () => {
  it.each([
    ['a', true],
    ['a[b][c]', true],
    ['a[b][c][d]', false],
    ['a[[[', false],
    ['a[3]', true],
    ['a[4]', false],
    ['a[0003]', true],
    ['a[99999999999999999999]', false],
    ['a[4]x', false],
    ['a[4x]', true],
    ['a[x4]', true],
    ['a[-4]', true],
  ])('A12 says of %s, with two brackets and an index of 3 allowed: %p', (name, isWithin) => {
    expect(isNameWithin(name, { maxDepth: 2, maxIndex: 3 })).toBe(isWithin);
  });
});
