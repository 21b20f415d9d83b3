import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { canonicalJson, escapeBeyondAscii } from '../src/webhook/canonical-json.js';
import { VECTOR } from '../../../test/support/deliveries.js';

/** What is expected was written by Python's `json.dumps`, after numbers without a fraction had become integers. */
const PYTHON: readonly (readonly [string, string, string])[] = [
  ['numbers without a fraction', '[5.0,-0.0,-0,1e3,97.42,0.1,-0.5]', '[5,0,0,1000,97.42,0.1,-0.5]'],
  [
    'small numbers',
    '[0.0001,0.00012,0.00001,1.5e-5,0.000001,1e-7,1.25e-10,5e-324,-3e-9]',
    '[0.0001,0.00012,1e-05,1.5e-05,1e-06,1e-07,1.25e-10,5e-324,-3e-09]',
  ],
  [
    'large numbers',
    '[1e15,1e16,1e21,1e22,123456789012345680000.0,9007199254740993.0]',
    '[1000000000000000,10000000000000000,1000000000000000000000,10000000000000000000000,123456789012345683968,9007199254740992]',
  ],
  [
    'long fractions',
    '[0.30000000000000004,123456.789,1234567890.1234567]',
    '[0.30000000000000004,123456.789,1234567890.1234567]',
  ],
  [
    'keys, and no list',
    '{"b":1,"a":{"d":[3,1,2],"c":null},"B":true,"":false,"10":1,"9":2}',
    '{"":false,"10":1,"9":2,"B":true,"a":{"c":null,"d":[3,1,2]},"b":1}',
  ],
  [
    'keys by code point, where UTF-16 has another order',
    '{"\\uff5e":1,"\\ud83d\\ude00":2,"z":3,"\\u00e9":4}',
    '{"z":3,"\u00e9":4,"\uff5e":1,"\u{1f600}":2}',
  ],
  [
    'keys that stand twice or look like a prototype',
    '{"__proto__":{"b":1,"a":2},"a":1,"a":2}',
    '{"__proto__":{"a":2,"b":1},"a":2}',
  ],
  [
    'characters that are escaped, and no other',
    '"\\u0000\\u001f\\b\\f\\n\\r\\t\\"\\\\/\\u007f\\u0080\\u2028\\u00f1\\ud83d\\ude00"',
    '"\\u0000\\u001f\\b\\f\\n\\r\\t\\"\\\\/\u007f\u0080\u2028\u00f1\u{1f600}"',
  ],
];

describe('canonicalJson', () => {
  it('writes the canonical string of the vector', () => {
    expect(canonicalJson(JSON.parse(VECTOR.body))).toBe(VECTOR.canonical);
  });

  it.each(PYTHON)('writes %s as Python does', (_, json, expected) => {
    expect(canonicalJson(JSON.parse(json))).toBe(expected);
  });

  it.each<[string, unknown]>([
    ['nesting beyond any event', JSON.parse('['.repeat(102) + ']'.repeat(102))],
    ['numbers that would take hundreds of digits', { amount: [1e308] }],
    ['numbers that are none', { amount: Number.NaN }],
    ['what JSON does not have', { now: undefined }],
    ['functions', [() => {}]],
  ])('writes nothing for %s', (_, value) => {
    expect(canonicalJson(value)).toBeUndefined();
  });

  it('depends on the value alone, not on how it was written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        fc.pre(text !== undefined);
        expect(canonicalJson(JSON.parse(JSON.stringify(value, null, 2)))).toBe(text);
        expect(canonicalJson(JSON.parse(text ?? ''))).toBe(text);
        expect(canonicalJson(JSON.parse(escapeBeyondAscii(text ?? '')))).toBe(text);
      }),
    );
  });

  it('says all of the value: no two values have the same text', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        fc.pre(text !== undefined);
        expect(JSON.parse(text ?? '')).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('the bounds of canonicalJson', () => {
  const lists = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

  it.each([
    ['lists', lists(101), lists(102)],
    ['objects', objects(100), objects(101)],
  ])('P14 are 100 levels within the first: %s', (_, deepest, deeper) => {
    expect(canonicalJson(JSON.parse(deepest))).toBe(deepest);
    expect(canonicalJson(JSON.parse(deeper))).toBeUndefined();
  });

  it.each([1e24, -1e24])('leave out %d', (value) => {
    expect(canonicalJson(value)).toBeUndefined();
  });

  it('put the first surrogate and the first unit behind them in the order of code points', () => {
    const keys = ['\ue000', '\u{10000}', '\ud7ff', '\uffff'];

    expect(canonicalJson(Object.fromEntries(keys.map((key) => [key, 1])))).toBe(
      '{"\ud7ff":1,"\ue000":1,"\uffff":1,"\u{10000}":1}',
    );
  });
});

describe('escapeBeyondAscii', () => {
  it.each([
    ['a letter', '"usuario-\u00f1"', '"usuario-\\u00f1"'],
    ['a character beyond the basic plane', '"\u{1f600}"', '"\\ud83d\\ude00"'],
    ['DEL', '"\u007f"', '"\\u007f"'],
    ['nothing within ASCII', '"~ \\u0001"', '"~ \\u0001"'],
  ])('escapes %s as Python does', (_, text, expected) => {
    expect(escapeBeyondAscii(text)).toBe(expected);
  });
});
