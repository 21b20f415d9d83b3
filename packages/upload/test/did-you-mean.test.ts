import { describe, expect, it } from '@jest/globals';
import { closestName } from '../src/did-you-mean.js';

describe('closestName', () => {
  it.each([
    ['limitByte', 'limitBytes'],
    ['timeoutms', 'timeoutMs'],
    ['feild', 'field'],
    ['timeout', 'timeoutMs'],
  ])('takes %s for %s', (word, name) => {
    expect(closestName(word, ['field', 'limitBytes', 'timeoutMs'])).toBe(name);
  });

  it('suggests nothing for a word that is like none', () => {
    expect(closestName('threshold', ['field', 'limitBytes', 'timeoutMs'])).toBeUndefined();
  });
});
