import { describe, expect, it } from '@jest/globals';
import { driftOf, isUpperHalfBeyond, median, spreadOf } from '../src/statistics.js';

describe('median()', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[5], 5],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('of nothing is not a number', () => {
    expect(median([])).toBeNaN();
  });
});

describe('spreadOf()', () => {
  it('tells the middle and both ends', () => {
    expect(spreadOf([0.5, 0.4, 0.9])).toEqual({ median: 0.5, low: 0.4, high: 0.9 });
  });
});

describe('driftOf()', () => {
  it.each([
    ['a floor that stays', [1, 1, 1, 1, 1, 1, 1], 0],
    ['a single round that suffers', [1, 1, 9, 1, 1, 1, 1], 0],
    ['a machine that becomes slower', [1, 1, 1.2, 1.2, 1.4, 1.5, 1.5], 0.5],
    ['a single value', [2], 0],
  ])('of %s', (_, values, expected) => {
    expect(driftOf(values)).toBeCloseTo(expected);
  });
});

describe('isUpperHalfBeyond()', () => {
  it.each([
    ['the median is within', [0.4, 0.5, 0.6, 2, 2], false],
    ['the median is at the limit', [0.4, 0.5, 1, 2, 2], false],
    ['the whole upper half is beyond', [0.4, 0.5, 1.1, 2, 2], true],
    ['there is nothing', [], false],
  ])('when %s', (_, values, expected) => {
    expect(isUpperHalfBeyond(values, 1)).toBe(expected);
  });
});
