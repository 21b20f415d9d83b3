import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { quantilesOf } from '../src/batch/summary.js';

describe('quantilesOf', () => {
  it.each([
    [[], {}],
    [[42], { '0.05': 42, '0.25': 42, '0.5': 42, '0.75': 42, '0.95': 42 }],
    [[4, 3, 2, 1], { '0.05': 1, '0.25': 1, '0.5': 2, '0.75': 3, '0.95': 4 }],
  ])('of %j is %j', (scores, quantiles) => {
    expect(quantilesOf(scores)).toEqual(quantiles);
  });

  it('gives scores that at least this share does not exceed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1 }), (scores) => {
        for (const [share, quantile] of Object.entries(quantilesOf(scores))) {
          const notAbove = scores.filter((score) => score <= quantile).length;
          expect(notAbove / scores.length).toBeGreaterThanOrEqual(Number(share));
        }
      }),
    );
  });
});
