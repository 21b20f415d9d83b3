import { describe, expect, it } from '@jest/globals';
import { groupsOf, rowsIn } from '../told.mjs';

describe('the table of rows at the end of a run', () => {
  it.each([
    ['A20 P16 closes', ['A20']],
    ['ends (C29-C31, P10)', ['C29', 'C30', 'C31']],
    ['is free (C01, H12)', ['C01', 'H12']],
    ['knows neither I01, A1 nor SHA256', []],
  ])('finds rows in %p', (title, rows) => {
    expect(rowsIn(title)).toEqual(rows);
  });

  it('counts a row as passing only if no test failed that names it, and if one ran', () => {
    const groups = groupsOf([
      { fullName: 'an upload A01 is refused', status: 'passed' },
      { fullName: 'an upload A01 is refused elsewhere', status: 'failed' },
      { fullName: 'an upload A02 is refused', status: 'passed' },
    ]);

    expect(groups[0]).toEqual([
      'A uploads',
      { rows: 34, tested: 34, passing: 1, failing: 1, 'not run here': 32, 'not applicable': 0 },
    ]);
    for (const [, counts] of groups)
      expect(counts['rows']).toBe((counts['tested'] ?? 0) + (counts['not applicable'] ?? 0));
  });
});
