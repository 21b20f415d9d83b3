import { createRequire } from 'node:module';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import multer from 'multer';
import { UploadOptionError } from '../src/errors.js';
import { resolveUploadOptions, type UploadOptions } from '../src/options.js';

const RANGES = {
  limitBytes: [1, 104_857_600],
  timeoutMs: [1, 600_000],
  maxFields: [0, 1_000],
  maxParts: [1, 2_000],
  maxFieldBytes: [1, 1_048_576],
  maxFieldDepth: [0, 32],
} as const;

// Options as a JavaScript caller may give them, past the compiler.
const resolve = (options: unknown) => resolveUploadOptions(options as UploadOptions);

describe('resolveUploadOptions', () => {
  it('fills in the documented defaults', () => {
    expect(resolveUploadOptions()).toEqual({
      field: 'selfie',
      limitBytes: 5_242_880,
      timeoutMs: 15_000,
      maxFields: 64,
      maxParts: 80,
      maxFieldBytes: 65_536,
      maxFieldDepth: 4,
      maxBufferedBytes: 268_435_456,
      accept: ['multipart', 'image'],
      schedule: expect.any(Function),
    });
  });

  it('drops undefined, keeps zero, and leaves the given object alone', () => {
    const given = Object.freeze({ maxFields: 0, timeoutMs: undefined, accept: Object.freeze(['image']) });

    expect(resolve(given)).toMatchObject({ maxFields: 0, timeoutMs: 15_000, accept: ['image'] });
  });

  it('takes the function of multer', () => {
    expect(resolveUploadOptions({ multer }).multer).toBe(multer);
    expect(resolveUploadOptions()).not.toHaveProperty('multer');
  });

  it.each([
    ['an instance of multer', multer()],
    ['its middleware', multer().single('selfie')],
    ['@koa/multer, which is made for another kind of request', createRequire(import.meta.url)('@koa/multer')],
    ['a multer that knows no streamHandler', Object.assign(() => multer(), { MulterError: multer.MulterError })],
    ['a multer that fails otherwise', Object.assign(() => JSON.parse(''), { MulterError: multer.MulterError })],
    ['true', true],
    ['null', null],
  ])('A34 refuses as multer %s', (_what, value) => {
    expect(() => resolve({ multer: value })).toThrow('the package multer exports, of version 2.5 or later');
  });

  it('gives a frozen object, which it takes again as it is', () => {
    const resolved = resolveUploadOptions({ field: 'photo' });

    expect(Object.isFrozen(resolved)).toBe(true);
    expect(Object.isFrozen(resolved.accept)).toBe(true);
    expect(resolveUploadOptions(resolved)).toBe(resolved);
  });

  it.each(Object.entries(RANGES))('A34 takes %s at the ends of its range and nothing beyond', (name, [least, most]) => {
    expect(resolve({ [name]: least })).toMatchObject({ [name]: least });
    expect(resolve({ [name]: most })).toMatchObject({ [name]: most });
    expect(() => resolve({ [name]: least - 1 })).toThrow(UploadOptionError);
    expect(() => resolve({ [name]: most + 1 })).toThrow(UploadOptionError);
  });

  it('A34 throws for any value that is not a whole number in range', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.entries(RANGES)), fc.anything(), ([name, [least, most]], value) => {
        const isValid = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;

        if (isValid || value === undefined) expect(() => resolve({ [name]: value })).not.toThrow();
        else expect(() => resolve({ [name]: value })).toThrow(UploadOptionError);
      }),
      {
        examples: [
          [['limitBytes', RANGES.limitBytes], NaN],
          [['limitBytes', RANGES.limitBytes], '5mb'],
        ],
      },
    );
  });

  it.each([
    ['limitByte', 5, 'the options are field, limitBytes'],
    ['threshold', 80, 'no such option; the options are field, limitBytes'],
    ['constructor', 1, 'no such option'],
    ['field', '', '1 to 100 characters'],
    ['field', 'a"b', 'without double quotes'],
    ['field', 'a\nb', 'control characters'],
    ['field', 'a\\', 'backslashes'],
    ['field', 'x'.repeat(101), '1 to 100 characters'],
    ['field', 7, '1 to 100 characters'],
    ['timeoutMs', Infinity, 'a whole number from 1 to 600000'],
    ['accept', [], "one or more of 'multipart', 'image', 'json'"],
    ['accept', ['xml'], "one or more of 'multipart', 'image', 'json'"],
    ['accept', ['image', 'xml'], "one or more of 'multipart', 'image', 'json'"],
    ['accept', 'json', "one or more of 'multipart', 'image', 'json'"],
    ['schedule', 5, 'a function'],
  ])('A34 says what is wrong with %s: %j', (option, value, hint) => {
    const attempt = () => resolve({ [option]: value });

    expect(attempt).toThrow(`Upload option "${option}"`);
    expect(attempt).toThrow(hint);
  });

  it.each([{ apiKey: 'sk_live_test-key' }, 'sk_live_test-key'])(
    'D03 repeats nothing that may be a key: %j',
    (options) => {
      const attempt = () => resolve(options);

      expect(attempt).toThrow(UploadOptionError);
      expect(printedErrorOf(attempt)).not.toContain('sk_live');
    },
  );

  it.each([
    [null, 'was given null'],
    ['selfie', 'is wrong'],
    [5, 'was given 5'],
    [[], 'was given []'],
  ])('throws when the options are %j', (options, fault) => {
    expect(() => resolve(options)).toThrow(`Upload option "options" ${fault}; allowed: an object`);
  });
});

/** All that a logger makes of what this throws. */
function printedErrorOf(attempt: () => unknown): string {
  try {
    attempt();
    return 'sk_live: nothing was thrown';
  } catch (error) {
    return inspect(error, { showHidden: true }) + JSON.stringify(error);
  }
}
