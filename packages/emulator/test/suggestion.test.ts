import { describe, expect, it } from '@jest/globals';
import { didYouMean } from '../src/suggestion.js';

describe('didYouMean', () => {
  it.each([
    ['spof', ' Did you mean "spoof"?'],
    ['SPOOF', ' Did you mean "spoof"?'],
    ['no_face', ' Did you mean "no-face"?'],
    ['duplicate', ' Did you mean "duplicate"?'],
    ['entirely-different', ''],
    ['', ''],
    ['x'.repeat(100_000), ''],
  ])('answers %p with %p', (word, suggestion) => {
    expect(didYouMean(word, ['spoof', 'no-face', 'duplicate'])).toBe(suggestion);
  });
});
