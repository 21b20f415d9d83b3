import { DiditClient } from '@didit-liveness/core';
import { describe, expect, it } from '@jest/globals';
import { checkModuleOptions, type LivenessModuleOptions } from '../src/module-options.js';

describe('checkModuleOptions', () => {
  it('keeps falsy values and drops undefined ones', () => {
    const options = { threshold: 0, allowInsecure: false, field: undefined } as unknown as LivenessModuleOptions;

    expect(checkModuleOptions(options)).toEqual({ threshold: 0, allowInsecure: false });
  });

  it.each<[string, unknown, string]>([
    ['threshold', 101, 'LivenessModule.threshold is 101, which is not allowed; allowed: a number from 0 to 100'],
    ['threshold', '80', 'LivenessModule.threshold is "80", which is not allowed; allowed: a number from 0 to 100'],
    ['threshold', NaN, 'LivenessModule.threshold is NaN, which is not allowed; allowed: a number from 0 to 100'],
    [
      'timeoutMs',
      1.5,
      'LivenessModule.timeoutMs is 1.5, which is not allowed; allowed: a whole number from 100 to 120000',
    ],
    ['onReview', 'hold', `LivenessModule.onReview is "hold", which is not allowed; allowed: 'reject', 'pass'`],
    ['rotateImage', 'false', 'LivenessModule.rotateImage is "false", which is not allowed; allowed: true or false'],
    ['policy', [], 'LivenessModule.policy is an array, which is not allowed; allowed: an object'],
    [
      'accept',
      'json',
      `LivenessModule.accept is "json", which is not allowed; allowed: an array of 'multipart', 'image', 'json'`,
    ],
    ['validate', {}, 'LivenessModule.validate is an object, which is not allowed; allowed: a function'],
    ['client', null, 'LivenessModule.client is null, which is not allowed; allowed: a DiditClient'],
  ])('D08 refuses %s %p', (option, value, message) => {
    expect(() => checkModuleOptions({ [option]: value })).toThrow(message);
  });

  it('F12 says that no module lets requests through unchecked on all routes', () => {
    const options = { dangerouslyAllowWhenUnavailable: true } as LivenessModuleOptions;

    expect(() => checkModuleOptions(options)).toThrow(
      'LivenessModule.dangerouslyAllowWhenUnavailable is no option of the module; allowed: on the @LivenessGuard() of a route',
    );
  });

  it.each(['apiKey', 'baseUrl', 'allowInsecure', 'timeoutMs', 'circuitBreaker'])(
    'D08 refuses %s along with a client, which would not read it',
    (name) => {
      const client = new DiditClient({ apiKey: 'key' });

      expect(() => checkModuleOptions({ client, [name]: 'x' })).toThrow(
        `LivenessModule.${name} is given along with client; allowed: one of them`,
      );
    },
  );

  it('D03 never shows a key', () => {
    expect(() => checkModuleOptions({ apiKey: ['secret'] } as never)).toThrow(
      'LivenessModule.apiKey is not usable; allowed: the key from the Didit console, or a function that gives it',
    );
  });

  it.each([[null], ['text'], [[]]])('refuses options that are no object: %p', (options) => {
    expect(() => checkModuleOptions(options as never)).toThrow('The options of LivenessModule are not an object');
  });
});
