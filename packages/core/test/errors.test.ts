import { inspect } from 'node:util';
import { describe, expect, it, jest } from '@jest/globals';
import { DiditLivenessError, InvalidOptionError, isDiditLivenessError } from '../src/errors.js';

class LeakyError extends DiditLivenessError {
  override readonly name = 'LeakyError';
  override readonly code = 'leaky';
  readonly secret = 'sk_live_canary';
}

describe('DiditLivenessError', () => {
  it('is an Error with name, code, message and cause', () => {
    const cause = new Error('why');

    const error = new LeakyError('what', { cause });

    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'LeakyError', code: 'leaky', message: 'what', cause });
    expect(error.stack).toContain('what');
  });

  it('has no cause unless one is given', () => {
    expect('cause' in new LeakyError('what')).toBe(false);
  });

  it('P8 gives a logger name, code and message, and nothing else', () => {
    const error = new LeakyError('what', { cause: new Error('upstream canary') });

    expect(JSON.parse(JSON.stringify(error))).toEqual({ name: 'LeakyError', code: 'leaky', message: 'what' });
    expect(JSON.stringify({ error })).not.toContain('canary');
  });

  it('shows its brand neither as a key nor when it is inspected', () => {
    const error = new LeakyError('what');

    expect(Object.keys(error)).not.toContain('didit-liveness.error');
    expect(inspect(error)).not.toContain('didit-liveness.error');
  });
});

describe('isDiditLivenessError', () => {
  it('knows the errors of this package', () => {
    expect(isDiditLivenessError(new LeakyError('what'))).toBe(true);
    expect(isDiditLivenessError(new InvalidOptionError('what', 'option'))).toBe(true);
  });

  it('knows the errors of another copy of this package', async () => {
    jest.resetModules();
    const copy = await import('../src/errors.js');

    const error = new copy.InvalidOptionError('what', 'option');

    expect(error).not.toBeInstanceOf(InvalidOptionError);
    expect(isDiditLivenessError(error)).toBe(true);
  });

  it('knows an error by the brand that all versions of this package write', () => {
    const brand = Symbol.for('didit-liveness.error');

    expect(isDiditLivenessError(Object.assign(new Error('x'), { [brand]: true }))).toBe(true);
    expect(Reflect.get(new InvalidOptionError('what', 'option'), brand)).toBe(true);
  });

  it.each([
    ['another error', new Error('x')],
    ['an error with the code of one', Object.assign(new Error('x'), { code: 'invalid-option' })],
    ['an object with the brand', { [Symbol.for('didit-liveness.error')]: true }],
    ['an error with half the brand', Object.assign(new Error('x'), { [Symbol.for('didit-liveness.error')]: 'yes' })],
    ['a string', 'InvalidOptionError'],
    ['null', null],
    ['undefined', undefined],
  ])('does not take %s for one', (_name, value) => {
    expect(isDiditLivenessError(value)).toBe(false);
  });
});

describe('InvalidOptionError', () => {
  it('names the option', () => {
    const error = new InvalidOptionError('policy.score is 5', 'policy.score');

    expect(error).toMatchObject({ name: 'InvalidOptionError', code: 'invalid-option', option: 'policy.score' });
    expect(error.toJSON()).toEqual({
      name: 'InvalidOptionError',
      code: 'invalid-option',
      message: 'policy.score is 5',
    });
  });
});
