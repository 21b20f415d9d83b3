import { describe, expect, it } from '@jest/globals';
import { GROUPS, ROWS } from '../hostile/catalogue.mjs';
import { filesBelow, importsOf, read } from './source.js';

const suite = filesBelow('test/hostile', '.ts');
const idsIn = (text: string) =>
  [...text.matchAll(/(['"`])((?:[A-H]\d{2}\b|P\d+ |(?!\1)[^\n])*?)\1/g)].flatMap(
    ([literal]) => literal.match(/\b[A-H]\d{2}\b/g) ?? [],
  );

describe('the rows of the catalogue of threats', () => {
  it('are all accounted for, and no others', () => {
    const expected = Object.entries(GROUPS).flatMap(([group, count]) =>
      Array.from({ length: count }, (_, index) => `${group}${String(index + 1).padStart(2, '0')}`),
    );

    expect(expected).toHaveLength(169);
    expect(Object.keys(ROWS).sort()).toEqual(expected.sort());
  });

  it.each(Object.entries(ROWS))(
    '%s is in the title of a test of each file that is said to hold it, or has a reason',
    (row, status) => {
      if ('notApplicable' in status) return expect(status.notApplicable).toMatch(/\w+ \w+/);

      expect(status.tested.length).toBeGreaterThan(0);
      expect(status.tested.filter((path) => !idsIn(read(path)).includes(row))).toEqual([]);
    },
  );

  it('are told of every file that has them in a title', () => {
    const told = (path: string) =>
      Object.entries(ROWS).filter(([, status]) => 'tested' in status && status.tested.includes(path));
    const untold = suite
      .filter(({ path }) => /\.(cases|contract|test)\.ts$/.test(path))
      .flatMap(({ path, text }) => {
        const known = told(path).map(([row]) => row);
        const rows = [...new Set(idsIn(text))].filter((row) => row in ROWS);
        return rows.filter((row) => !known.includes(row)).map((row) => `${path} ${row}`);
      });

    expect(untold).toEqual([]);
  });

  it('run on every framework: no contract is left without a host', () => {
    const contracts = suite
      .filter(({ path }) => path.endsWith('.contract.ts'))
      .map(({ path }) => `./${path.split('/').at(-1)?.replace(/\.ts$/, '.js')}`);

    const importedBy = (path: string) => importsOf({ path, text: read(path) }).map(({ from }) => from);

    expect(importedBy('test/hostile/every-contract.ts')).toEqual(expect.arrayContaining(contracts));
    for (const host of ['express', 'express4.further', 'koa', 'koa2.further', 'nestjs', 'nestjs-express.further']) {
      expect(importedBy(`test/hostile/${host}.test.ts`)).toContain('./every-contract.js');
    }
  });
});
