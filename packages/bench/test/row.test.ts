import { describe, expect, it } from '@jest/globals';
import { notBuilt, pairedRatios, toRow } from '../src/row.js';

const SEVEN = [0.4, 0.5, 0.5, 0.5, 0.5, 0.5, 0.6];
const base = { id: 'P1' as const, figure: 'guard / A', at: '200KB', rounds: SEVEN };

describe('a row', () => {
  it.each([
    ['is a hit at its goal', { atMost: 0.5 }, 'hit'],
    ['is a miss above its goal', { atMost: 0.49 }, 'miss'],
    ['is a miss below a goal from below', { atLeast: 0.51 }, 'miss'],
    ['is nothing without a goal', undefined, ''],
  ])('%s', (_, goal, judgement) => {
    expect(toRow({ ...base, goal })).toMatchObject({ judgement, median: 0.5, low: 0.4, high: 0.6 });
  });

  it('is not judged when the floor moved', () => {
    const row = toRow({ ...base, goal: { atMost: 0.5 }, floor: [1, 1, 1, 1.2, 1.3, 1.3, 1.3] });

    expect(row).toMatchObject({ judgement: 'not judged', remark: 'the floor moved by 30 %' });
  });

  it('is not judged on fewer than seven rounds, unless it is a count', () => {
    const few = { ...base, goal: { atMost: 0.5 }, rounds: [0.1, 0.1] };

    expect(toRow(few)).toMatchObject({ judgement: 'not judged', remark: 'fewer than 7 rounds' });
    expect(toRow({ ...few, isExact: true }).judgement).toBe('hit');
  });

  it('is judged by its worst value when it is a count', () => {
    const counts = { ...base, isExact: true as const, rounds: [1, 1, 1, 0] };

    expect(toRow({ ...counts, goal: { atLeast: 1 } }).judgement).toBe('miss');
    expect(toRow({ ...counts, goal: { atMost: 0.5 } }).judgement).toBe('miss');
  });

  it('says when there is nothing to measure yet', () => {
    expect(notBuilt({ ...base, remark: 'not yet' })).toMatchObject({ judgement: 'not built', rounds: [] });
  });
});

describe('pairedRatios()', () => {
  it('divides round by round', () => {
    expect(pairedRatios([1, 4], [2, 16])).toEqual([0.5, 0.25]);
  });
});
