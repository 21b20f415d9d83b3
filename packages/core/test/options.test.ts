import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { InvalidOptionError } from '../src/errors.js';
import {
  aBoolean,
  aFunction,
  anObject,
  anObjectOf,
  aPageUrl,
  aPercentage,
  aString,
  aUuid,
  checkOptions,
  closestTo,
  integerFrom,
  invalidOption,
  isPlainObject,
  numberFrom,
  objectSchema,
  oneOf,
  type OptionCheck,
  orNull,
  pick,
  required,
  unknownOption,
} from '../src/options.js';

interface Options {
  readonly timeoutMs?: number;
  readonly mode?: string;
  readonly apiKey?: string;
}

const CHECKS = {
  timeoutMs: integerFrom(100, 1_000),
  mode: orNull(oneOf(['reject', 'pass'])),
  apiKey: { ...aString, secret: true },
} as const;

describe('a check', () => {
  it.each<[string, OptionCheck, string, readonly unknown[], readonly unknown[]]>([
    [
      'numberFrom',
      numberFrom(0, 100),
      'a number from 0 to 100',
      [0, 0.5, 100, -0],
      [-0.1, 100.1, Number.NaN, '5', null, 5n],
    ],
    [
      'aUuid',
      aUuid,
      'a UUID',
      ['c7a1d2f4-6b0e-4c38-9a11-52d0e7f3b8c6', 'C7A1D2F4-6B0E-4C38-9A11-52D0E7F3B8C6'],
      [
        '',
        'c7a1d2f4',
        '../../c7a1d2f4-6b0e-4c38-9a11-52d0e7f3b8c6',
        'c7a1d2f4-6b0e-4c38-9a11-52d0e7f3b8c6\n',
        ['c7a1d2f4-6b0e-4c38-9a11-52d0e7f3b8c6'],
        7,
        null,
      ],
    ],
    [
      'aPageUrl',
      aPageUrl,
      'an absolute http or https URL',
      ['https://a.example/b?c=d', 'http://localhost:3000'],
      [
        '',
        '/relative',
        'a.example',
        'javascript:alert(1)',
        'data:text/html,hi',
        'file:///etc/passwd',
        'xhttp://a',
        'httpx://a',
        new URL('https://a.example'),
        7,
        null,
      ],
    ],
    [
      'aPercentage',
      aPercentage,
      '0, or a number from 1 to 100 (80 means 80 of 100)',
      [0, -0, 1, 1.01, 62.5, 100],
      [0.8, 0.999, Number.MIN_VALUE, -0.1, -1, 100.1, Number.NaN, Number.POSITIVE_INFINITY, '80', null, undefined, 80n],
    ],
    ['integerFrom', integerFrom(1, 3), 'a whole number from 1 to 3', [1, 2, 3], [0, 4, 1.5, Number.NaN, '2', 2n, null]],
    ['oneOf', oneOf(['a', 'b']), "'a', 'b'", ['a', 'b'], ['A', '', 'ab', ['a'], null, undefined]],
    ['orNull', orNull(oneOf(['a'])), "'a', or null", ['a', null], ['b', undefined, 0]],
    ['aBoolean', aBoolean, 'true or false', [true, false], [0, 1, 'true', null]],
    ['aFunction', aFunction, 'a function', [() => 1, Date], [{}, 'x', null]],
    ['aString', aString, 'a string', ['', 'x'], [1, null, ['x']]],
    ['anObject', anObject, 'an object', [{}, new Map()], [null, [], 'x', () => 1]],
  ])('%s accepts what it says', (_name, check, allowed, accepted, refused) => {
    expect(check.allowed).toBe(allowed);
    expect(accepted.filter((value) => !check.accepts(value))).toEqual([]);
    expect(refused.filter((value) => check.accepts(value))).toEqual([]);
  });
});

describe('the schema of a check', () => {
  it.each<[string, OptionCheck, object | undefined]>([
    ['numberFrom', numberFrom(1, 5), { type: 'number', minimum: 1, maximum: 5 }],
    ['aPercentage', aPercentage, { anyOf: [{ const: 0 }, { type: 'number', minimum: 1, maximum: 100 }] }],
    ['oneOf', oneOf(['a', 'b']), { enum: ['a', 'b'] }],
    ['orNull', orNull(aString), { anyOf: [{ type: 'string' }, { type: 'null' }] }],
    ['orNull of what files cannot hold', orNull(aFunction), undefined],
    ['aBoolean', aBoolean, { type: 'boolean' }],
  ])('says the same: %s', (_, check, schema) => {
    expect(check.schema).toEqual(schema);
  });

  it('knows the members of an object, and no others', () => {
    const checks = { name: aString, call: aFunction };
    const schema = { type: 'object', additionalProperties: false, properties: { name: { type: 'string' }, call: {} } };

    expect(objectSchema(checks)).toEqual(schema);
    expect(anObjectOf(checks).schema).toEqual(schema);
    expect(anObjectOf(checks).accepts([])).toBe(false);
  });
});

describe('pick', () => {
  it('copies what is listed and set', () => {
    const value: { readonly a?: number; readonly b?: number | undefined; readonly c?: number; readonly d: null } = {
      a: 1,
      b: undefined,
      c: 3,
      d: null,
    };

    expect(Object.entries(pick(value, ['a', 'b', 'd']))).toEqual([
      ['a', 1],
      ['d', null],
    ]);
  });
});

describe('isPlainObject', () => {
  it.each([[null], [undefined], [[]], ['x'], [1], [() => 1]])('is false for %p', (value) => {
    expect(isPlainObject(value)).toBe(false);
  });

  it('is true for objects with and without a prototype', () => {
    expect(isPlainObject({})).toBe(true);
    expect(isPlainObject(Object.create(null))).toBe(true);
  });
});

describe('checkOptions', () => {
  it('gives a copy of what is set', () => {
    const options = { timeoutMs: 500, mode: 'pass' };

    const checked = checkOptions<Options>('client', options, CHECKS);

    expect(checked).toEqual(options);
    expect(checked).not.toBe(options);
  });

  it('leaves out what is undefined, and keeps null', () => {
    const options = { timeoutMs: undefined, mode: null } as unknown as Options;

    expect(Object.entries(checkOptions<Options>('client', options, CHECKS))).toEqual([['mode', null]]);
  });

  it('works on frozen options and does not write to them', () => {
    const options = Object.freeze({ timeoutMs: 500 });

    expect(checkOptions<Options>('client', options, CHECKS)).toEqual({ timeoutMs: 500 });
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [[], 'an array'],
    [5, '5'],
    [true, 'true'],
    [5n, '5'],
    [Symbol('x'), 'a symbol'],
    [() => 1, 'a function'],
  ])('refuses %p in place of options', (options, shown) => {
    expect(() => checkOptions<Options>('client', options as Options, CHECKS)).toThrow(
      new InvalidOptionError(`client is ${shown}, which is not allowed; allowed: an object`, 'client'),
    );
  });

  it('repeats no text that stands in place of options: it may be a key (D03)', () => {
    expect(() => checkOptions<Options>('client', 'sk_live_x' as Options, CHECKS)).toThrow(
      new InvalidOptionError('client is not usable; allowed: an object', 'client'),
    );
  });

  it('names the first required option that is missing', () => {
    const checks = { ...CHECKS, timeoutMs: required(integerFrom(100, 1_000)), apiKey: required(CHECKS.apiKey) };

    expect(() => checkOptions<Options>('client', { apiKey: 'k' }, checks)).toThrow(
      new InvalidOptionError(
        'client.timeoutMs is undefined, which is not allowed; allowed: a whole number from 100 to 1000',
        'client.timeoutMs',
      ),
    );
    expect(() => checkOptions<Options>('client', { timeoutMs: 100 }, checks)).toThrow('client.apiKey is not usable');
    expect(checkOptions<Options>('client', { timeoutMs: 100, apiKey: 'k' }, checks)).toEqual({
      timeoutMs: 100,
      apiKey: 'k',
    });
  });

  it('names option, value and range of what is not allowed', () => {
    expect(() => checkOptions<Options>('client', { timeoutMs: 99 }, CHECKS)).toThrow(
      new InvalidOptionError(
        'client.timeoutMs is 99, which is not allowed; allowed: a whole number from 100 to 1000',
        'client.timeoutMs',
      ),
    );
  });

  it('names an unknown option and guesses what was meant', () => {
    expect(() => checkOptions<Options>('client', { timeout: 500 } as Options, CHECKS)).toThrow(
      'client.timeout is not an option; did you mean "timeoutMs"? Allowed: timeoutMs, mode, apiKey',
    );
  });

  it('refuses an unknown option that is undefined', () => {
    expect(() => checkOptions<Options>('client', { retries: undefined } as Options, CHECKS)).toThrow(
      'client.retries is not an option; Allowed: timeoutMs, mode, apiKey',
    );
  });

  it.each(['toString', 'constructor', 'hasOwnProperty'])('knows no inherited %s', (name) => {
    expect(() => checkOptions<Options>('client', { [name]: 1 }, CHECKS)).toThrow(`client.${name} is not an option`);
  });

  it('P8 does not repeat a secret', () => {
    const options = { apiKey: ['sk_live_canary'] } as unknown as Options;

    expect(() => checkOptions<Options>('client', options, CHECKS)).toThrow(
      new InvalidOptionError('client.apiKey is not usable; allowed: a string', 'client.apiKey'),
    );
  });
});

describe('invalidOption', () => {
  it.each([
    ['a short string', 'abc', '"abc"'],
    ['an empty string', '', '""'],
    ['a string with a line break', 'a\nb', '"a\\nb"'],
    ['a string of 40 characters', 'x'.repeat(40), `"${'x'.repeat(40)}"`],
    ['a longer string', 'x'.repeat(41), `"${'x'.repeat(40)}..."`],
    ['not a number', Number.NaN, 'NaN'],
    ['an object', { secret: 'canary' }, 'an object'],
    ['a date', new Date(0), 'an object'],
    ['an array', ['canary'], 'an array'],
  ])('shows %s', (_name, value, shown) => {
    expect(invalidOption('x', value, aBoolean).message).toBe(
      `x is ${shown}, which is not allowed; allowed: true or false`,
    );
  });

  it('can show any value', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (value) => {
        expect(invalidOption('x', value, aBoolean).option).toBe('x');
      }),
    );
  });
});

describe('unknownOption', () => {
  it('lists what is known when there is no guess', () => {
    expect(unknownOption('gate.zzzzzzz', 'zzzzzzz', ['client', 'digest']).message).toBe(
      'gate.zzzzzzz is not an option; Allowed: client, digest',
    );
  });
});

describe('closestTo', () => {
  it.each([
    ['selfi', 'selfie'],
    ['slefie', 'selfie'],
    ['SELFIE', 'selfie'],
    ['selfies', 'selfie'],
    ['treshold', 'threshold'],
    ['thresholdd', 'threshold'],
    ['saveApiRequests', 'saveApiRequest'],
    ['savedApiReqest', 'saveApiRequest'],
    ['self', 'selfie'],
    ['savedApiReqst', 'saveApiRequest'],
  ])('guesses for %s: %s', (name, expected) => {
    expect(closestTo(name, ['threshold', 'selfie', 'saveApiRequest'])).toBe(expected);
  });

  it.each(['x', '', 'apiKey', 'completelyDifferent', 'fie', 'xyzfie'])('guesses nothing for %j', (name) => {
    expect(closestTo(name, ['threshold', 'selfie', 'saveApiRequest'])).toBeUndefined();
  });

  it('guesses nothing where nothing is known', () => {
    expect(closestTo('selfie', [])).toBeUndefined();
  });

  it('measures against an empty name too', () => {
    expect(closestTo('', ['threshold', ''])).toBe('');
    expect(closestTo('abc', [''])).toBeUndefined();
  });

  it('takes the first of two that are equally near', () => {
    expect(closestTo('mod', ['mode', 'mods'])).toBe('mode');
  });

  it('guesses a name for itself, and for one slip of the keyboard', () => {
    const word = fc.stringMatching(/^[a-z]{6,12}$/);

    fc.assert(
      fc.property(word, fc.nat(5), fc.constantFrom('', 'x', 'xy'), (name, place, typed) => {
        const slipped = name.slice(0, place) + typed + name.slice(place + 1);

        expect(closestTo(name, ['q', name])).toBe(name);
        expect(closestTo(slipped, [name])).toBe(name);
      }),
    );
  });
});
