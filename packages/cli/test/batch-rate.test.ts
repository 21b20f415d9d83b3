import { describe, expect, it } from '@jest/globals';
import { parseRate } from '../src/batch/rate.js';

describe('parseRate', () => {
  it.each([
    ['300/min', 5],
    ['300/m', 5],
    ['5/s', 5],
    ['0.5/sec', 0.5],
    ['3600/h', 1],
    [' 60/min ', 1],
  ])('reads %s as %d a second', (text, perSecond) => {
    expect(parseRate(text)).toBe(perSecond);
  });

  it.each(['', '5', '5/d', '0/s', '-1/s', '5 /s', '1e9/s', '1001/s', '/s'])('refuses "%s"', (text) => {
    expect(() => parseRate(text)).toThrow('300/min');
  });
});
