import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  decodeJson,
  decodeList,
  decodeNullable,
  decodeNumber,
  decodeObject,
  decodePercentage,
  decodeString,
  firstMember,
  member,
  UndecodableError,
} from '../src/wire/decoding.js';

/** One value of every kind that JSON or a program can give. */
const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true });

describe.each([
  ['decodeObject', decodeObject],
  ['decodeString', decodeString],
  ['decodeNumber', decodeNumber],
  ['decodePercentage', decodePercentage],
])('%s', (_name, decode) => {
  it('C16 gives the value itself or names the place', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const outcome = attempt(() => decode(value, 'liveness.x'));

        expect(Object.is(outcome, value) || String(outcome).startsWith('liveness.x is not a')).toBe(true);
      }),
    );
  });
});

describe('decodeObject', () => {
  it.each([[null], [undefined], [[]], ['{}'], [1], [true]])('C16 refuses %p', (value) => {
    expect(() => decodeObject(value, 'liveness')).toThrow(new UndecodableError('liveness', 'an object'));
  });

  it('gives the very object', () => {
    const object = { status: 'Approved' };

    expect(decodeObject(object, 'liveness')).toBe(object);
  });
});

describe('decodeString', () => {
  it.each([[null], [undefined], [1], [['a']], [{}]])('C16 refuses %p', (value) => {
    expect(() => decodeString(value, 'x')).toThrow('x is not a string');
  });

  it.each(['', 'a', '\0', '\u{1f600}'])('gives %j', (value) => {
    expect(decodeString(value, 'x')).toBe(value);
  });
});

describe('decodeNumber', () => {
  it.each([
    ['95'],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [Number.NEGATIVE_INFINITY],
    [null],
    [true],
    [[95]],
    [95n],
  ])('C20 refuses %p and coerces nothing', (value) => {
    expect(() => decodeNumber(value, 'x')).toThrow('x is not a number');
  });

  it.each([0, -0, -1, 95.5, 1e300])('gives %d', (value) => {
    expect(decodeNumber(value, 'x')).toBe(value);
  });
});

describe('decodePercentage', () => {
  it.each([-0.000_001, -1, 100.000_001, 101, Number.MAX_VALUE])('C20 refuses %d', (value) => {
    expect(() => decodePercentage(value, 'x')).toThrow('x is not a number from 0 to 100');
  });

  it.each([0, 0.01, 30, 95.5, 100])('C20 gives %d', (value) => {
    expect(decodePercentage(value, 'x')).toBe(value);
  });
});

describe('decodeNullable', () => {
  it.each([[null], [undefined]])('gives null for %p', (value) => {
    expect(decodeNullable(value, 'x', decodeString)).toBeNull();
  });

  it.each([0, '', false])('hands on %p', (value) => {
    expect(decodeNullable(value, 'x', (inner, path) => ({ inner, path }))).toEqual({ inner: value, path: 'x' });
  });
});

describe('decodeList', () => {
  it('gives every entry in order, with its place, and freezes the list', () => {
    const decoded = decodeList(['a', 'b'], 'w', (entry, path) => `${path}=${decodeString(entry, path)}`);

    expect(decoded).toEqual(['w[0]=a', 'w[1]=b']);
    expect(Object.isFrozen(decoded)).toBe(true);
  });

  it('names the entry that cannot be decoded', () => {
    expect(() => decodeList(['a', 5], 'warnings', decodeString)).toThrow('warnings[1] is not a string');
  });

  it.each([[null], [undefined], [{}], [{ length: 1, 0: 'a' }], ['a'], [1]])('C24 refuses %p', (value) => {
    expect(() => decodeList(value, 'warnings', decodeString)).toThrow('warnings is not an array');
  });

  it('C24 takes a hundred entries and not one more', () => {
    const hundred = 'a'.repeat(100).split('');

    expect(decodeList(hundred, 'w', decodeString)).toHaveLength(100);
    expect(() => decodeList([...hundred, 'a'], 'w', decodeString)).toThrow('w is not an array of at most 100 entries');
  });

  it('C24 decodes no entry of a list that is too long', () => {
    const decoded: unknown[] = [];

    expect(() => decodeList('a'.repeat(100_000).split(''), 'w', (entry) => decoded.push(entry))).toThrow(
      UndecodableError,
    );
    expect(decoded).toEqual([]);
  });
});

describe('member', () => {
  it('gives own members, undefined for others', () => {
    expect(member({ status: 'Approved' }, 'status')).toBe('Approved');
    expect(member({ status: 'Approved' }, 'score')).toBeUndefined();
  });

  it.each(['toString', 'constructor', '__proto__', 'hasOwnProperty'])('C25 gives no inherited %s', (name) => {
    expect(member({}, name)).toBeUndefined();
    expect(member(Object.create({ [name]: 'inherited' }), name)).toBeUndefined();
  });

  it('C25 gives a member named __proto__ like any other', () => {
    const object = decodeObject(JSON.parse('{"__proto__": "data"}'), 'x');

    expect(member(object, '__proto__')).toBe('data');
  });

  it('reads an object without a prototype', () => {
    expect(member(Object.assign(Object.create(null), { a: 1 }), 'a')).toBe(1);
  });
});

describe('firstMember', () => {
  it.each([
    [{ uuid: 'a', workflow_id: 'b' }, 'a'],
    [{ uuid: null, workflow_id: 'b' }, 'b'],
    [{ workflow_id: 'b' }, 'b'],
    [{ uuid: '', workflow_id: 'b' }, ''],
    [{ uuid: null }, undefined],
    [{}, undefined],
  ])('gives of %j the first that is there: %j', (object, expected) => {
    expect(firstMember(object, ['uuid', 'workflow_id'])).toBe(expected);
  });
});

describe('decodeJson', () => {
  it('gives back whatever was written as JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(decodeJson(Buffer.from(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('C13 gives a value or the one error for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(() => attempt(() => decodeJson(bytes))).not.toThrow();
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['white space', ' \n'],
    ['HTML', '<!doctype html><title>Sign in to the network</title>'],
    ['half an object', '{"liveness":'],
    ['two objects', '{}{}'],
    ['a comment', '{} // ok'],
    ['single quotes', "{'a':1}"],
    ['NaN', 'NaN'],
    ['an infinite number', '{"score":Infinity}'],
    ['undefined', 'undefined'],
  ])('C13 C14 refuses %s', (_name, text) => {
    expect(() => decodeJson(Buffer.from(text))).toThrow(new UndecodableError('the body', 'JSON in UTF-8'));
  });

  it.each([
    ['a broken sequence', Buffer.from([0x22, 0xc3, 0x28, 0x22])],
    ['a surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['Latin-1', Buffer.from('"caf\xe9"', 'latin1')],
    ['UTF-16', Buffer.from('{}', 'utf16le')],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0])],
  ])('refuses %s, which is not UTF-8', (_name, bytes) => {
    expect(() => decodeJson(bytes)).toThrow('the body is not JSON in UTF-8');
  });

  it('takes a byte order mark for no part of the text', () => {
    expect(decodeJson(Buffer.from('\u{feff}{"a":1}'))).toEqual({ a: 1 });
  });

  it('C25 survives nesting of any depth', () => {
    const depth = 200_000;

    expect(Array.isArray(decodeJson(Buffer.from('['.repeat(depth) + ']'.repeat(depth))))).toBe(true);
    expect(() => decodeJson(Buffer.from('['.repeat(depth)))).toThrow(UndecodableError);
  });

  it('does not quote what it cannot read', () => {
    const error = failureOf(() => decodeJson(Buffer.from('{"vendor_data": canary-5d1f}')));

    expect(String(error)).not.toContain('canary');
    expect(String((error as Error).stack)).not.toContain('canary-5d1f');
    expect((error as Error).cause).toBeUndefined();
  });
});

describe('UndecodableError', () => {
  it('says where and what was expected', () => {
    const error = new UndecodableError('liveness.score', 'a number');

    expect(error.message).toBe('liveness.score is not a number');
    expect(error.name).toBe('UndecodableError');
    expect(error).toBeInstanceOf(Error);
  });
});

/** What it gives, or the message of the one error that it may throw. */
function attempt(decode: () => unknown): unknown {
  try {
    return decode();
  } catch (error) {
    expect(error).toBeInstanceOf(UndecodableError);
    return (error as UndecodableError).message;
  }
}

function failureOf(decode: () => unknown): unknown {
  try {
    return decode();
  } catch (error) {
    return error;
  }
}
