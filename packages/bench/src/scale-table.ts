import { machineText } from './machine.js';
import { pairedRatios } from './row.js';
import { SCALE_CONCURRENCY, type ScaleCell, type ScaleResults } from './scale.js';
import { formatSize, SIZES } from './size.js';
import { median, spreadOf } from './statistics.js';
import { type Line, render } from './table.js';

const HEAD: Line = [
  'upstream',
  'processes',
  'requests per second',
  'against one',
  'cores, server',
  'cores, load and upstream',
];

/** What was found, for people. */
export function scaleSummary(results: ScaleResults): string {
  const rounds = results.cells[0]?.rounds.length ?? 0;
  const place = `${machineText(results)}; nothing pinned, load and upstream on the same cores.`;
  const what = `${formatSize(SIZES.usual)}, ${SCALE_CONCURRENCY} requests at a time, ${rounds} rounds: median (least to greatest).`;
  return [`${place} ${what}${isBusy(results) ? ` ${BUSY}` : ''}`, '', scaleTable(results)].join('\n');
}

/** A process that has always something to do keeps a core busy, unless others do. */
const LEAST_CORES = 0.85;
const BUSY = '**Other programs were busy: one process did not even get one core, so this compares nothing.**';

function isBusy({ cells }: ScaleResults): boolean {
  const cores = cells.find(({ delayMs, processes }) => delayMs === 0 && processes === 1)?.rounds ?? [];
  return median(cores.map(({ serverCores }) => serverCores)) < LEAST_CORES;
}

/** Requests per second by delay and number of processes, as a table of Markdown. */
export function scaleTable({ cells }: Pick<ScaleResults, 'cells'>): string {
  return render([HEAD, ...cells.map((cell) => lineOf(cell, cells))]);
}

function lineOf(cell: ScaleCell, cells: readonly ScaleCell[]): Line {
  const { delayMs, processes, rounds } = cell;
  const base = cells.find((other) => other.delayMs === delayMs);
  return [
    delayMs === 0 ? 'at once' : `after ${delayMs} ms`,
    String(processes),
    text(ratesOf(cell), 0),
    base === undefined || base === cell ? '' : text(pairedRatios(ratesOf(cell), ratesOf(base)), 2),
    median(rounds.map(({ serverCores }) => serverCores)).toFixed(2),
    median(rounds.map(({ otherCores }) => otherCores)).toFixed(2),
  ];
}

function ratesOf({ rounds }: ScaleCell): readonly number[] {
  return rounds.map(({ perSecond }) => perSecond);
}

function text(values: readonly number[], decimals: number): string {
  const { median: middle, low, high } = spreadOf(values);
  return `${middle.toFixed(decimals)} (${low.toFixed(decimals)} to ${high.toFixed(decimals)})`;
}
