import { describe, expect, it } from '@jest/globals';
import { isUploadError, UploadConfigurationError, UploadOptionError } from '../src/errors.js';

describe('UploadOptionError', () => {
  it('names option, value and what is allowed', () => {
    const error = new UploadOptionError({ option: 'limitBytes', value: '5mb', allowed: 'a whole number' });

    expect(error).toMatchObject({ name: 'UploadOptionError', code: 'invalid-upload-option', option: 'limitBytes' });
    expect(error.message).toBe(`Upload option "limitBytes" was given '5mb'; allowed: a whole number`);
  });

  it('says nothing of a value that may be a secret', () => {
    const error = new UploadOptionError({ option: 'apiKey', allowed: 'no such option' });

    expect(error.message).toBe('Upload option "apiKey" is wrong; allowed: no such option');
  });

  it('keeps its message short whatever the value is', () => {
    const value = { deep: { deeper: 'x'.repeat(10_000) }, text: 'x'.repeat(10_000) };

    expect(new UploadOptionError({ option: 'field', value, allowed: 'a name' }).message.length).toBeLessThan(300);
  });
});

describe('isUploadError', () => {
  it('knows the errors of this package, also of another copy of it', () => {
    const ofAnotherCopy = Object.assign(new Error(), { [Symbol.for('@didit-liveness/upload/error')]: true });

    expect(isUploadError(new UploadConfigurationError('read before'))).toBe(true);
    expect(isUploadError(new UploadOptionError({ option: 'a', value: 1, allowed: 'b' }))).toBe(true);
    expect(isUploadError(ofAnotherCopy)).toBe(true);
  });

  it.each([new Error('other'), undefined, null, 'text', {}])('knows %p is none', (value) => {
    expect(isUploadError(value)).toBe(false);
  });
});
