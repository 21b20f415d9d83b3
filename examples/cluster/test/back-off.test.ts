import { describe, expect, it } from '@jest/globals';
import { BackOff } from '../back-off.mjs';

const after = (...ran: readonly number[]): readonly number[] => {
  const backOff = new BackOff();
  return ran.map((ranMs) => backOff.delayAfter(ranMs));
};

describe('the wait before a process is replaced', () => {
  it('is none for the first that ends', () => {
    expect(after(10)).toEqual([0]);
  });

  it('doubles for one that crashes after each start, up to half a minute', () => {
    expect(after(10, 10, 10, 10, 10, 10, 10, 10, 10, 10)).toEqual([
      0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
    ]);
  });

  it('is forgotten once one has run for half a minute', () => {
    expect(after(10, 10, 10, 30_000, 10)).toEqual([0, 500, 1_000, 0, 500]);
  });
});
