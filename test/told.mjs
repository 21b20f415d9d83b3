import { readdirSync, readFileSync } from 'node:fs';
import { GROUPS, ROWS, SUBJECTS } from './hostile/catalogue.mjs';

/** These are about the table, and name rows without testing them. */
const ABOUT_ROWS = /\/test\/repo\/(hostile-rows|told)\.test\.ts$/;
const ROOT = new URL('..', import.meta.url);

/** What Jest's report says, as tables: the rows of the catalogue of threats by group, and how much was tested. */
export function tellRows(suites) {
  const ran = testsOf(suites);
  const groups = groupsOf(testsOf(suites.filter(({ name }) => !ABOUT_ROWS.test(name))));
  console.table(Object.fromEntries([...groups, ['all', sumOf(groups.map(([, counts]) => counts))]]));
  console.log(`${ran.length} test cases ran; the repository has ${countProperties()} properties (fc.assert)`);
}

function testsOf(suites) {
  const tests = suites.flatMap(({ assertionResults }) => assertionResults);
  return tests.filter(({ status }) => status === 'passed' || status === 'failed');
}

/** Rows by group: in the table, tested at all, tested by this run and passing, held by what did not run, not applicable. */
export function groupsOf(tests) {
  const outcomes = outcomesByRow(tests);
  return Object.entries(GROUPS).map(([group, rows]) => {
    const statuses = Object.entries(ROWS).filter(([row]) => row.startsWith(group));
    const tested = statuses.filter(([, status]) => 'tested' in status).map(([row]) => row);
    const held = tested.filter((row) => outcomes.has(row));
    return [
      `${group} ${SUBJECTS[group]}`,
      {
        rows,
        tested: tested.length,
        passing: held.filter((row) => outcomes.get(row)).length,
        failing: held.filter((row) => !outcomes.get(row)).length,
        'not run here': tested.length - held.length,
        'not applicable': statuses.length - tested.length,
      },
    ];
  });
}

/** Whether all tests passed whose titles hold a row. */
function outcomesByRow(tests) {
  const outcomes = new Map();
  for (const { fullName, status } of tests) {
    for (const row of rowsIn(fullName)) outcomes.set(row, (outcomes.get(row) ?? true) && status === 'passed');
  }
  return outcomes;
}

/** The rows that a title names, also as a range: C29-C31. */
export function rowsIn(title) {
  return [...title.matchAll(/\b([A-H])(\d{2})(?:-\1(\d{2}))?\b/g)].flatMap(([, group, first, last = first]) =>
    Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => nameOf(group, Number(first) + index)),
  );
}

function nameOf(group, number) {
  return `${group}${String(number).padStart(2, '0')}`;
}

function sumOf(counts) {
  const names = Object.keys(counts[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, counts.reduce((sum, count) => sum + count[name], 0)]));
}

/** Every place that asserts a property; `pnpm fuzz` runs each of them. */
function countProperties() {
  const lines = ['packages', 'test', 'examples']
    .flatMap(testFiles)
    .flatMap((path) => readFileSync(path, 'utf8').split('\n'));
  return lines.filter((line) => /\bfc\.assert\(/.test(line)).length;
}

function testFiles(folder) {
  const url = new URL(`${folder}/`, ROOT);
  return readdirSync(url, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/(^|\/)(node_modules|dist|src|fuzz)\//.test(path))
    .map((path) => new URL(path, url));
}
