import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { plotCpu } from './plot.js';
import type { Results } from './run.js';
import { cpuTable, rowTable } from './table.js';

const DOCUMENTS = new URL('../../../docs/', import.meta.url);
const BEGIN = '<!-- results: written by `pnpm bench --full --write` -->';
const END = '<!-- end of results -->';

/** Keeps results as those that the documentation shows and later runs are compared with. */
export function writeRecord(results: Results): void {
  writeFileSync(documentUrl('performance.json'), `${JSON.stringify(rounded(results), undefined, 1)}\n`);
  writeFileSync(documentUrl('performance.svg'), plotCpu(results.cells));
  const page = readFileSync(documentUrl('performance.md'), 'utf8');
  writeFileSync(documentUrl('performance.md'), withResults(page, results));
}

/** The results that were kept; undefined when none were. */
export function readRecord(): Results | undefined {
  const url = documentUrl('performance.json');
  return existsSync(url) ? (JSON.parse(readFileSync(url, 'utf8')) as Results) : undefined; // written above
}

/** A page with the results in their place. @throws RangeError for a page without one */
export function withResults(page: string, results: Results): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new RangeError(`the page has no place for results between ${BEGIN} and ${END}`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${summary(results)}\n\n${page.slice(end)}`;
}

/** What a run found, for people. */
export function summary(results: Results): string {
  const { at, node, processor, cores, isPinned } = results;
  const pinning = isPinned ? 'server on one, load and upstream on the other' : 'not pinned: taskset is missing';
  const place = `${at.slice(0, 10)}, Node ${node.slice(1)}, ${processor}, ${cores} cores, ${pinning}.`;
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
