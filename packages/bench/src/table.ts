import { DESIGNS } from './catalogue.js';
import type { CpuCell } from './cpu-cells.js';
import type { Goal, Row } from './row.js';
import type { Results } from './run.js';
import { formatSize } from './size.js';
import { spreadOf } from './statistics.js';

/** The cells of a line of a table. */
export type Line = readonly string[];

const HEAD: Line = ['row', 'figure', 'at', 'median', 'spread', 'goal', 'result'];

/** The figures of a run, as a table of Markdown. */
export function rowTable({ rows }: Pick<Results, 'rows'>): string {
  return render([HEAD, ...rows.map(lineOf)]);
}

/** CPU of each design per request, as a table of Markdown. Of the sizes, those that were measured. */
export function cpuTable({ cells }: Pick<Results, 'cells'>): string {
  const sizes = [...new Set(cells.map(({ sizeBytes }) => sizeBytes))].toSorted((one, other) => one - other);
  const designs = [...new Set(cells.map(({ design }) => design))];
  const lines = designs.map((design) => [
    DESIGNS[design].label,
    ...sizes.map((sizeBytes) => millisecondsOf(cells.find((cell) => isAt(cell, design, sizeBytes)))),
  ]);
  return render([['CPU ms per request', ...sizes.map(formatSize)], ...lines]);
}

function isAt(cell: CpuCell, design: CpuCell['design'], sizeBytes: number): boolean {
  return cell.design === design && cell.sizeBytes === sizeBytes;
}

function millisecondsOf(cell: CpuCell | undefined): string {
  if (!cell) return '';
  const { median, low, high } = spreadOf(cell.rounds);
  return `${median.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

function lineOf({ id, figure, at, median, low, high, unit, goal, judgement, remark, rounds }: Row): Line {
  const value = (number: number) => `${number.toFixed(decimalsFor(high))}${unit === '' ? '' : ` ${unit}`}`;
  const figures = rounds.length === 0 ? ['', ''] : [value(median), `${value(low)} to ${value(high)}`];
  const result = remark === undefined ? judgement : `${judgement}${judgement === '' ? '' : ': '}${remark}`;
  return [id, figure, at, ...figures, goal ? goalText(goal, unit) : '', result];
}

function decimalsFor(high: number): number {
  if (high >= 100) return 0;
  return high >= 10 ? 1 : 2;
}

function goalText(goal: Goal, unit: string): string {
  const [sign, limit] = 'atMost' in goal ? ['<=', goal.atMost] : ['>=', goal.atLeast];
  return `${sign} ${limit}${unit === '' ? '' : ` ${unit}`}`;
}

/** A table whose columns stand under each other in a terminal too. */
export function render([head = [], ...body]: readonly Line[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...body].map((line) => line[column]?.length ?? 0)));
  const row = (line: Line) => `| ${line.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [row(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(row)].join('\n');
}
