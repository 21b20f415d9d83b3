import { describe, expect, it } from '@jest/globals';
import { describeFailure } from '../src/failure.js';
import { KeyNotWrittenError } from '../src/key-not-written-error.js';

describe('describeFailure', () => {
  it.each([
    ['an error', new TypeError('a defect'), 'a defect'],
    ['a text', 'a defect', 'something was thrown that is no error'],
    ['nothing', undefined, 'something was thrown that is no error'],
  ])('calls %s that nobody expected a defect, which is no outcome of a check', (_, thrown, message) => {
    expect(describeFailure(thrown)).toEqual({
      code: 'defect',
      message,
      lines: [message],
      advice: '',
      exitCode: 70,
    });
  });

  it('tells the way to a key that could not be written, and that nothing was refused', () => {
    expect(describeFailure(new KeyNotWrittenError('Didit gave a key'))).toMatchObject({
      code: 'key-not-written',
      advice: expect.stringContaining('didit-liveness login'),
      exitCode: 4,
    });
  });
});
