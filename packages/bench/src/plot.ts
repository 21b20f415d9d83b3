import { DESIGNS, type DesignName } from './catalogue.js';
import type { CpuCell } from './cpu-cells.js';
import { formatSize } from './size.js';
import { median } from './statistics.js';

/** Designs of the plot, with the colour and the dashes of each, so that it reads without colours too. */
const LINES: readonly { readonly design: DesignName; readonly colour: string; readonly dash: string }[] = [
  { design: 'express-fetch', colour: '#b3261e', dash: '' },
  { design: 'guard-express', colour: '#0b57d0', dash: '' },
  { design: 'pipe-express', colour: '#5f6368', dash: '6 4' },
  { design: 'lean-express', colour: '#188038', dash: '2 3' },
];

const WIDTH = 720;
const HEIGHT = 420;
const LEFT = 60;
const RIGHT = 150;
const TOP = 40;
const BOTTOM = 50;

interface Point {
  readonly sizeBytes: number;
  readonly ms: number;
}

/** A plot of CPU per request against the size of the picture, both on logarithmic scales, as SVG. */
export function plotCpu(cells: readonly CpuCell[]): string {
  const lines = LINES.map((line) => ({ ...line, points: pointsOf(cells, line.design) })).filter(
    ({ points }) => points.length > 0,
  );
  const all = lines.flatMap(({ points }) => points);
  const x = scale(
    all.map(({ sizeBytes }) => sizeBytes),
    [LEFT, WIDTH - RIGHT],
  );
  const y = scale(
    all.map(({ ms }) => ms),
    [HEIGHT - BOTTOM, TOP],
  );
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" font-family="sans-serif" font-size="12">`,
    '<title>CPU per request against the size of the picture</title>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${LEFT}" y="20" font-size="14">CPU of the server per request in ms, by the size of the picture</text>`,
    ...[...new Set(all.map(({ sizeBytes }) => sizeBytes))].map((size) => sizeTick(x(size), formatSize(size))),
    ...msTicks(all.map(({ ms }) => ms)).map((ms) => msTick(y(ms), String(ms))),
    ...lines.map((line) => curve(line, x, y)),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

function pointsOf(cells: readonly CpuCell[], design: DesignName): Point[] {
  return cells
    .filter((cell) => cell.design === design && cell.rounds.length > 0)
    .map(({ sizeBytes, rounds }) => ({ sizeBytes, ms: median(rounds) }))
    .toSorted((one, other) => one.sizeBytes - other.sizeBytes);
}

type Scale = (value: number) => number;

function scale(values: readonly number[], [from, to]: readonly [number, number]): Scale {
  const low = Math.log(Math.min(...values));
  const span = Math.log(Math.max(...values)) - low || 1;
  return (value) => Math.round(from + ((Math.log(value) - low) / span) * (to - from));
}

/** 1, 2 and 5 of every power of ten within the values. */
function msTicks(values: readonly number[]): number[] {
  const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];
  return steps.filter((step) => step >= Math.min(...values) && step <= Math.max(...values));
}

function sizeTick(at: number, label: string): string {
  const bottom = HEIGHT - BOTTOM;
  return (
    `<line x1="${at}" y1="${TOP}" x2="${at}" y2="${bottom}" stroke="#e0e0e0"/>` +
    `<text x="${at}" y="${bottom + 20}" text-anchor="middle">${label}</text>`
  );
}

function msTick(at: number, label: string): string {
  return (
    `<line x1="${LEFT}" y1="${at}" x2="${WIDTH - RIGHT}" y2="${at}" stroke="#e0e0e0"/>` +
    `<text x="${LEFT - 8}" y="${at + 4}" text-anchor="end">${label}</text>`
  );
}

function curve(
  { design, colour, dash, points }: (typeof LINES)[number] & { readonly points: readonly Point[] },
  x: Scale,
  y: Scale,
): string {
  const path = points.map(({ sizeBytes, ms }) => `${x(sizeBytes)},${y(ms)}`).join(' ');
  const [last] = points.slice(-1);
  const label = last ? `<text x="${x(last.sizeBytes) + 8}" y="${y(last.ms) + 4}" fill="${colour}">` : '';
  return (
    `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>` +
    `${label}${DESIGNS[design].label}</text>`
  );
}
