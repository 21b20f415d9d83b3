import { describe, expect, it } from '@jest/globals';
import { MAX_ENTRIES, pushBounded, setBounded } from '../src/bounded.js';

describe('setBounded', () => {
  it('drops the oldest key beyond the limit', () => {
    const map = new Map(Array.from({ length: MAX_ENTRIES }, (_, index) => [index, index]));

    setBounded(map, MAX_ENTRIES, 0);

    expect(map.size).toBe(MAX_ENTRIES);
    expect([map.has(0), map.has(1), map.has(MAX_ENTRIES)]).toEqual([false, true, true]);
  });
});

describe('pushBounded', () => {
  it('drops the oldest entry beyond the limit', () => {
    const list = Array.from({ length: MAX_ENTRIES }, (_, index) => index);

    pushBounded(list, MAX_ENTRIES);

    expect([list.length, list[0], list.at(-1)]).toEqual([MAX_ENTRIES, 1, MAX_ENTRIES]);
  });
});
