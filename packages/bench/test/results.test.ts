import { describe, expect, it } from '@jest/globals';
import { garbageTable } from '../src/garbage.js';
import { plotCpu } from '../src/plot.js';
import { withResults } from '../src/record.js';
import { compareTwice, compareWith } from '../src/regression.js';
import { type Row, type RowId, toRow } from '../src/row.js';
import type { Results } from '../src/run.js';
import { cpuTable, rowTable } from '../src/table.js';

const rowOf = (factor: number): Row =>
  toRow({
    id: 'P1',
    figure: 'guard / A',
    at: '200KB',
    goal: { atMost: 0.5 },
    rounds: [0.4, 0.4, 0.4, 0.4, 0.44, 0.44, 0.44].map((value) => value * factor),
  });
const cells = [
  { design: 'guard-express' as const, sizeBytes: 204_800, concurrency: 16, rounds: [1, 1.5, 1.25] },
  { design: 'guard-express' as const, sizeBytes: 1_048_576, concurrency: 16, rounds: [3] },
  { design: 'express-fetch' as const, sizeBytes: 204_800, concurrency: 16, rounds: [2, 2, 2] },
];
const results: Results = {
  at: '2026-11-25T20:00:00.000Z',
  node: 'v20.19.0',
  processor: 'some processor',
  cores: 2,
  isPinned: true,
  rows: [rowOf(1)],
  cells,
};

describe('the tables', () => {
  it('show what of the CPU is not that of JavaScript, and collections', () => {
    const round = (cpuMs: number) => ({ cpuMs, mainMs: 1, minor: 20, major: 8.25 });
    const cell = { design: 'guard-express' as const, sizeBytes: 204_800, rounds: [round(1.5), round(1.25), round(4)] };

    expect(
      garbageTable([cell])
        .split('\n')[2]
        ?.split('|')
        .map((text) => text.trim()),
    ).toStrictEqual(['', 'guard/Express', '200KB', '1.50', '0.50', '20', '8.3', '']);
  });

  it('show a row with its median, spread, goal and result', () => {
    expect(rowTable({ rows: [rowOf(1)] }).split('\n')[2]).toBe(
      '| P1  | guard / A | 200KB | 0.40   | 0.40 to 0.44 | <= 0.5 | hit    |',
    );
  });

  it('show the CPU of each design at each size', () => {
    expect(cpuTable({ cells }).split('\n').slice(2)).toEqual([
      '| guard/Express      | 1.25 (1.00 to 1.50) | 3.00 (3.00 to 3.00) |',
      '| A                  | 2.00 (2.00 to 2.00) |                     |',
    ]);
  });
});

describe('the plot', () => {
  it('has a line and a label for each design that was measured', () => {
    const svg = plotCpu(cells);

    expect(svg.match(/<polyline/g)).toHaveLength(2);
    expect(svg).toContain('>guard/Express</text>');
    expect(svg).not.toContain('NaN');
  });
});

describe('the page', () => {
  it('gets new results in place of the old ones, and keeps the rest', () => {
    const page =
      'before\n<!-- results: written by `pnpm bench --full --write` -->\nold\n<!-- end of results -->\nafter\n';

    const next = withResults(page, results);

    expect(next).toMatch(/^before\n/);
    expect(next).toMatch(/\nafter\n$/);
    expect(next).not.toContain('old');
    expect(next).toContain('| P1  | guard / A |');
  });

  it('is refused when it has no place for them', () => {
    expect(() => withResults('text', results)).toThrow('no place for results');
  });
});

describe('the comparison with recorded figures', () => {
  const moved = toRow({ ...rowOf(2), floor: [1, 1, 1, 1, 1, 1, 2, 2, 2] });

  it.each([
    ['the same', 1, 'ok'],
    ['a little worse', 1.15, 'ok'],
    ['worse by more than a fifth in the whole upper half', 1.25, 'worse'],
  ])('of %s', (_, factor, verdict) => {
    expect(compareWith(results, { rows: [rowOf(factor)] })).toMatchObject([{ verdict, recorded: 0.4 }]);
  });

  it('says nothing of a run in which the machine changed', () => {
    expect(compareWith(results, { rows: [moved] })).toMatchObject([{ verdict: 'not judged' }]);
  });

  it('fails when clients that got the answer no longer do', () => {
    const seen = (share: number) =>
      toRow({ id: 'P7', figure: 'clients', at: 'curl', isExact: true, goal: { atLeast: 1 }, rounds: [share, share] });

    expect(compareWith({ rows: [seen(1)] }, { rows: [seen(0)] })).toMatchObject([{ verdict: 'worse' }]);
    expect(compareWith({ rows: [seen(1)] }, { rows: [seen(1)] })).toMatchObject([{ verdict: 'ok' }]);
  });

  it.each([
    ['is worse once', 1, 'ok'],
    ['is worse twice', 1.3, 'worse'],
    ['is worse once, and then not judged', undefined, 'worse'],
  ])('measures a row that %s once more, and that row alone', async (_, again, verdict) => {
    const other = { ...rowOf(1), id: 'P2' as const };
    const asked: unknown[] = [];
    const measure = async (rows?: readonly RowId[]) => {
      asked.push(rows);
      return { rows: rows ? [again === undefined ? moved : rowOf(again)] : [rowOf(1.3), other] };
    };

    const comparisons = await compareTwice({ rows: [rowOf(1), other] }, measure);

    expect(asked).toStrictEqual([undefined, ['P1']]);
    expect(comparisons.map((comparison) => [comparison.row.id, comparison.verdict])).toStrictEqual([
      ['P1', verdict],
      ['P2', 'ok'],
    ]);
  });

  it('leaves out what was never recorded', () => {
    expect(compareWith({ rows: [] }, { rows: [rowOf(1)] })).toEqual([]);
  });
});
