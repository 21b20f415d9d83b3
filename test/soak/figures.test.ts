import { describe, expect, it } from '@jest/globals';
import { megabytes, percentileOf, slopeOf, spread } from './figures.mjs';

describe('the slope', () => {
  it.each([
    ['of a line', [1, 3, 5, 7], 2],
    ['of a falling line', [9, 6, 3], -3],
    ['of nothing that changes', [4, 4, 4, 4], 0],
    ['of a saw, which does not rise', [1, 2, 1, 2, 1], 0],
    ['of a line with a peak in its middle', [0, 1, 12, 3, 4], 1],
  ])('%s is what one more sample adds', (_what, values, expected) => {
    expect(slopeOf(values)).toBeCloseTo(expected);
  });
});

describe('a percentile', () => {
  it.each([
    [0.5, 3],
    [0.99, 5],
    [1, 5],
    [0, 1],
  ])('at %d is a value that so many do not exceed', (share, expected) => {
    expect(percentileOf([5, 1, 4, 2, 3], share)).toBe(expected);
  });
});

describe('the mixture', () => {
  const list = spread([
    ['good', 70],
    ['bad', 20],
    ['rare', 10],
  ]);

  it('has every kind as often as it is asked for', () => {
    expect(['good', 'bad', 'rare'].map((kind) => list.filter((one) => one === kind).length)).toEqual([70, 20, 10]);
  });

  it('has them evenly, so that no part of a run is worse than another', () => {
    const places = list.flatMap((kind, index) => (kind === 'rare' ? [index] : []));
    const distances = places.slice(1).map((place, index) => place - (places[index] ?? 0));

    expect(Math.min(...distances)).toBeGreaterThanOrEqual(9);
    expect(Math.max(...distances)).toBeLessThanOrEqual(11);
  });
});

describe('a number of bytes', () => {
  it('is told in megabytes', () => {
    expect(megabytes(1_234_567)).toBe('1.23 MB');
  });
});
