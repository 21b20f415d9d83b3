import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { machineText } from './machine.js';
import { plotCpu } from './plot.js';
import type { Results } from './run.js';
import type { ScaleResults } from './scale.js';
import { scaleSummary } from './scale-table.js';
import { cpuTable, rowTable } from './table.js';

const DOCUMENTS = new URL('../../../docs/', import.meta.url);

/** Comments between which a page has what a run found. */
interface Marks {
  readonly begin: string;
  readonly end: string;
}

const RESULTS: Marks = {
  begin: '<!-- results: written by `pnpm bench --full --write` -->',
  end: '<!-- end of results -->',
};
const SCALE: Marks = {
  begin: '<!-- scale: written by `pnpm bench scale --write` -->',
  end: '<!-- end of scale -->',
};

/** Keeps results as those that the documentation shows and later runs are compared with. */
export function writeRecord(results: Results): void {
  writeFileSync(documentUrl('performance.json'), `${JSON.stringify(rounded(results), undefined, 1)}\n`);
  writeFileSync(documentUrl('performance.svg'), plotCpu(results.cells));
  rewritePage((page) => withResults(page, results));
}

/** Keeps requests per second in the documentation. */
export function writeScale(results: ScaleResults): void {
  rewritePage((page) => withScale(page, results));
}

function rewritePage(rewrite: (page: string) => string): void {
  const url = documentUrl('performance.md');
  writeFileSync(url, rewrite(readFileSync(url, 'utf8')));
}

/** The results that were kept; undefined when none were. */
export function readRecord(): Results | undefined {
  const url = documentUrl('performance.json');
  return existsSync(url) ? (JSON.parse(readFileSync(url, 'utf8')) as Results) : undefined; // written above
}

/** A page with the results in their place. @throws RangeError for a page without one */
export function withResults(page: string, results: Results): string {
  return withText(page, RESULTS, summary(results));
}

/** A page with requests per second in their place. @throws RangeError for a page without one */
export function withScale(page: string, results: ScaleResults): string {
  return withText(page, SCALE, scaleSummary(results));
}

function withText(page: string, marks: Marks, text: string): string {
  const begin = page.indexOf(marks.begin);
  const end = page.indexOf(marks.end);
  if (begin < 0 || end < begin)
    throw new RangeError(`the page has no place for results between ${marks.begin} and ${marks.end}`);
  return `${page.slice(0, begin + marks.begin.length)}\n\n${text}\n\n${page.slice(end)}`;
}

/** What a run found, for people. */
export function summary(results: Results): string {
  const pinning = results.isPinned ? 'server on one, load and upstream on the other' : 'not pinned: taskset is missing';
  const place = `${machineText(results)}, ${pinning}.`;
  const cpu = results.cells.length > 0 ? ['', cpuTable(results)] : [];
  return [place, '', rowTable(results), ...cpu].join('\n');
}

/** Five digits are more than any figure is good for, and keep changes of the file readable. */
function rounded(results: Results): unknown {
  return JSON.parse(JSON.stringify(results), (_, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value,
  );
}

function documentUrl(name: string): URL {
  return new URL(name, DOCUMENTS);
}
