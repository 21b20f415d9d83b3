import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { anApiKey, isSandboxKey, nameAccount, readApiKey, resolveApiKey } from '../src/client/api-key.js';
import { ApiKeyError } from '../src/client/errors.js';
import { InvalidOptionError } from '../src/errors.js';
import { expectNoCanary, KEY_CANARY, printed } from './support/canaries.js';
import { rejectionOf } from './support/server.js';

const ENDPOINT = 'POST /v3/passive-liveness/';

function failingSource(): never {
  throw new Error('the vault is sealed');
}

function refusalOf(source: unknown): unknown {
  try {
    return resolveApiKey(source, 'guard.apiKey');
  } catch (error) {
    return error;
  }
}

describe('resolveApiKey', () => {
  it.each([
    ['a live key', 'sk_live_abc-DEF_123'],
    ['an old key without a prefix', 'abc'],
    ['every printable character', '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'],
  ])('takes %s as it is', (_name, key) => {
    expect(resolveApiKey(key, 'guard.apiKey')).toBe(key);
  });

  it.each(['key\n', '\r\nkey', '  key\t', '\u00a0key\ufeff'])('trims the blanks around %j (D02)', (key) => {
    expect(resolveApiKey(key, 'guard.apiKey')).toBe('key');
  });

  it('takes a function without calling it (D05)', () => {
    expect(resolveApiKey(failingSource, 'guard.apiKey')).toBe(failingSource);
  });

  it.each([undefined, null, '', '   ', '\n', 42, {}, true])('refuses %j as empty (D01)', (source) => {
    expect(refusalOf(source)).toBeInstanceOf(InvalidOptionError);
    expect(refusalOf(source)).toMatchObject({
      code: 'invalid-option',
      option: 'guard.apiKey',
      message: 'guard.apiKey is empty; allowed: the key from the Didit console, or a function that gives it',
    });
  });

  it.each([
    ['an inner line break', `${KEY_CANARY}\r\nx-evil: 1`],
    ['an inner blank', `${KEY_CANARY} 2`],
    ['a NUL', `\0${KEY_CANARY}`],
    ['a DEL', `${KEY_CANARY}\x7f`],
    ['a letter beyond ASCII', `${KEY_CANARY}\u00e9`],
    ['a character beyond Latin-1', `${KEY_CANARY}\u{1f511}`],
  ])('refuses %s and never repeats the key (D02, D03)', (_name, source) => {
    const error = refusalOf(source);

    expect(error).toMatchObject({
      name: 'InvalidOptionError',
      message:
        'guard.apiKey contains characters that no key has; allowed: the key from the Didit console, or a function that gives it',
    });
    expect(printed(error)).not.toContain(KEY_CANARY);
  });

  it('gives a key that a header can carry, or an error without the value, for any text (D02)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (source) => {
        const result = refusalOf(source);
        if (typeof result === 'string') return /^[\x21-\x7e]+$/.test(result) && source.includes(result);
        const key = source.trim();
        return result instanceof InvalidOptionError && (key.length < 8 || !printed(result).includes(key));
      }),
      { numRuns: 50 },
    );
  });
});

describe('isSandboxKey', () => {
  it.each([
    ['sk_test_abc', true],
    [' sk_test_abc', true],
    ['sk_live_abc', false],
    ['SK_TEST_abc', false],
    ['abc_sk_test_', false],
    [() => 'sk_test_abc', false],
    [undefined, false],
  ])('of %p is %p', (source, expected) => {
    expect(isSandboxKey(source)).toBe(expected);
  });
});

describe('nameAccount', () => {
  const origin = 'https://a.example';

  it('is the same for the same key at the same origin, and for no other', () => {
    const name = nameAccount(origin, 'key');

    expect(nameAccount(origin, 'key')).toBe(name);
    expect(nameAccount(origin, 'key2')).not.toBe(name);
    expect(nameAccount('https://b.example', 'key')).not.toBe(name);
  });

  it('is the same for the same function at the same origin, and for no other', () => {
    const source = () => 'key';
    const name = nameAccount(origin, source);

    expect(nameAccount(origin, source)).toBe(name);
    expect(nameAccount(origin, () => 'key')).not.toBe(name);
    expect(nameAccount('https://b.example', source)).not.toBe(name);
    expect(nameAccount(origin, 'key')).not.toBe(name);
  });

  it('does not ask a function for its key (D05)', () => {
    expect(() => nameAccount(origin, failingSource)).not.toThrow();
  });

  it('tells nothing of the key (D03, P8)', () => {
    expectNoCanary([nameAccount(origin, KEY_CANARY), nameAccount(origin, () => KEY_CANARY)]);
    expect(nameAccount(origin, KEY_CANARY)).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('anApiKey', () => {
  it.each([
    ['text', 'key', true],
    ['no text', '', true],
    ['a function', () => 'key', true],
    ['a number', 42, false],
    ['null', null, false],
    ['a list', ['key'], false],
  ])('as far as it can be told, accepts %s: %s', (_name, value, expected) => {
    expect(anApiKey.accepts(value)).toBe(expected);
    expect(anApiKey.secret).toBe(true);
  });
});

describe('readApiKey', () => {
  it.each([
    ['a string', 'key'],
    ['a function', () => 'key'],
    ['an asynchronous function', async () => 'key'],
    ['a function that leaves blanks', () => ' key\n'],
  ])('reads %s (D05)', async (_name, source) => {
    await expect(readApiKey(source, ENDPOINT)).resolves.toBe('key');
  });

  it('asks the function each time (D05)', async () => {
    const keys = ['first', 'second'];
    const source = () => keys.shift() ?? '';

    await expect(readApiKey(source, ENDPOINT)).resolves.toBe('first');
    await expect(readApiKey(source, ENDPOINT)).resolves.toBe('second');
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a blank', ' '],
    ['a number', 42],
    ['an unusable key', `${KEY_CANARY}\n2`],
  ])('refuses a function that gives %s, without the value (D02, D03)', async (_name, value) => {
    const error = await rejectionOf(readApiKey(() => value as string, ENDPOINT));

    expect(error).toBeInstanceOf(ApiKeyError);
    expect(error).toMatchObject({
      code: 'api-key',
      billed: 'no',
      retryable: true,
      message: `${ENDPOINT}: there is no API key to send: the apiKey function gave something that is not a key`,
    });
    expect(printed(error)).not.toContain(KEY_CANARY);
  });

  it.each([
    ['throws', failingSource],
    ['rejects', () => Promise.reject(new Error('the vault is sealed'))],
  ])('wraps what a function %s', async (_name, source) => {
    const error = await rejectionOf(readApiKey(source, ENDPOINT));

    expect(error).toMatchObject({
      code: 'api-key',
      message: `${ENDPOINT}: there is no API key to send: the apiKey function failed`,
      failure: expect.objectContaining({ message: 'the vault is sealed' }),
    });
    expect('cause' in Object(error)).toBe(false);
    expect(printed(error)).not.toContain('the vault is sealed');
  });
});
