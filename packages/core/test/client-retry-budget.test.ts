import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { RetryBudget } from '../src/client/retry-budget.js';

describe('a budget of retries', () => {
  it('is spent by so many in a row, and told of once (E13)', () => {
    let told = 0;
    const budget = new RetryBudget(2, () => (told += 1));

    expect([1, 2, 3, 4].map(() => budget.take())).toEqual([true, true, false, false]);
    expect(told).toBe(1);
  });

  it('gets a retry back for ten answered calls, and is told of again when that is spent', () => {
    let told = 0;
    const budget = new RetryBudget(1, () => (told += 1));
    budget.take();
    budget.take();

    for (let answers = 0; answers < 9; answers += 1) budget.earn();
    expect(budget.take()).toBe(false);
    budget.earn();

    expect([budget.take(), budget.take()]).toEqual([true, false]);
    expect(told).toBe(2);
  });

  it('allows none at all when it is nothing, and tells of that', () => {
    let told = 0;
    const budget = new RetryBudget(0, () => (told += 1));
    for (let answers = 0; answers < 100; answers += 1) budget.earn();

    expect([budget.take(), budget.take()]).toEqual([false, false]);
    expect(told).toBe(1);
  });

  it('never allows more than it was made with and a tenth of the answers (E13, P17)', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.array(fc.boolean(), { maxLength: 500 }), (most, steps) => {
        const budget = new RetryBudget(most, () => {});
        let taken = 0;
        let answers = 0;
        for (const isAnswer of steps) {
          if (isAnswer) {
            answers += 1;
            budget.earn();
          } else if (budget.take()) {
            taken += 1;
          }
        }
        expect(taken).toBeLessThanOrEqual(most + answers / 10);
      }),
    );
  });
});
