import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { passwordProblems } from '../src/client/password.js';

const LENGTH = 'at least 8 characters';
const UPPER = 'an upper-case letter';
const LOWER = 'a lower-case letter';
const DIGIT = 'a digit';
const SIGN = 'one of !@#$%^&*()_+-=[]{}|;:,.<>? or a backslash';

describe('passwordProblems', () => {
  it.each([
    ['Correct-1', []],
    ['Aa1!Aa1!', []],
    ['', [LENGTH, UPPER, LOWER, DIGIT, SIGN]],
    ['Aa1!Aa1', [LENGTH]],
    ['correct-1', [UPPER]],
    ['CORRECT-1', [LOWER]],
    ['Correct-x', [DIGIT]],
    ['Correct1x', [SIGN]],
    ['Correct1"', [SIGN]],
    ['Correct1 ', [SIGN]],
    ['\u{1f642}\u{1f642}\u{1f642}\u{1f642}', [LENGTH, UPPER, LOWER, DIGIT, SIGN]],
  ])('of %j are %j', (password, problems) => {
    expect(passwordProblems(password)).toEqual(problems);
  });

  it.each('!@#$%^&*()_+-=[]{}\\|;:,.<>?'.split(''))('takes %s for a sign', (sign) => {
    expect(passwordProblems(`Password1${sign}`)).toEqual([]);
  });

  it('never repeat the password', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 9 }), (password) => {
        expect(passwordProblems(password).filter((problem) => problem.includes(password))).toEqual([]);
      }),
    );
  });
});
