import { OUTCOMES, type OutcomeCounts, totalOf } from '../outcome-counts.js';
import { html, type SafeHtml } from './html.js';

/** One column of a chart. */
export interface Column {
  /** Below the column; only some are written. */
  readonly label: string;
  /** What assistive software and the mouse are told. */
  readonly title: string;
  readonly counts: OutcomeCounts;
}

/** A chart of stacked columns. */
export interface Chart {
  readonly id: string;
  readonly title: string;
  readonly axis: string;
  readonly columns: readonly Column[];
  /** Draws a line at this position between the left edge (0) and the right edge (1). */
  readonly marker?: { readonly at: number; readonly label: string } | undefined;
}

const WIDTH = 720;
const HEIGHT = 260;
const AREA = { left: 48, right: 8, top: 28, bottom: 50 } as const;
const PLOT_WIDTH = WIDTH - AREA.left - AREA.right;
const PLOT_HEIGHT = HEIGHT - AREA.top - AREA.bottom;
const BASE = AREA.top + PLOT_HEIGHT;
/** Labels that fit below the columns. */
const MAX_LABELS = 11;

/** Draws a chart with numbers that can be read from its attributes. */
export function drawChart({ id, title, axis, columns, marker }: Chart): SafeHtml {
  const top = niceTop(Math.max(1, ...columns.map(({ counts }) => totalOf(counts))));
  return html`<svg class="chart" id="${id}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
${gridLines(top)}
${columns.map((column, index) => drawColumn(column, { index, count: columns.length, top }))}
<line class="axis" x1="${AREA.left}" y1="${BASE}" x2="${WIDTH - AREA.right}" y2="${BASE}"/>
<text class="label" x="${AREA.left + PLOT_WIDTH / 2}" y="${HEIGHT - 6}" text-anchor="middle">${axis}</text>
${marker ? drawMarker(marker) : ''}
</svg>`;
}

interface Place {
  readonly index: number;
  readonly count: number;
  /** The count at the upper edge. */
  readonly top: number;
}

function drawColumn({ label, title, counts }: Column, { index, count, top }: Place): SafeHtml {
  const slot = PLOT_WIDTH / count;
  const x = AREA.left + index * slot;
  const every = Math.ceil(count / MAX_LABELS);
  let y = BASE;
  const boxes = OUTCOMES.filter((outcome) => counts[outcome] > 0).map((outcome) => {
    const height = (counts[outcome] / top) * PLOT_HEIGHT;
    y -= height;
    return html`<rect class="${outcome}" x="${round(x + slot * 0.1)}" y="${round(y)}" width="${round(slot * 0.8)}" height="${round(height)}"/>`;
  });
  const text =
    index % every === 0
      ? html`<text class="label" x="${round(x + slot / 2)}" y="${BASE + 19}" text-anchor="middle">${label}</text>`
      : '';
  return html`<g data-label="${label}" data-approved="${counts.approved}" data-review="${counts.review}" data-declined="${counts.declined}"><title>${title}</title>${boxes}${text}</g>
`;
}

function gridLines(top: number): readonly SafeHtml[] {
  return [0.5, 1].map((share) => {
    const y = round(BASE - share * PLOT_HEIGHT);
    return html`<line class="grid" x1="${AREA.left}" y1="${y}" x2="${WIDTH - AREA.right}" y2="${y}"/><text class="label" x="${AREA.left - 6}" y="${y + 4}" text-anchor="end">${round(top * share)}</text>`;
  });
}

function drawMarker({ at, label }: NonNullable<Chart['marker']>): SafeHtml {
  const x = round(AREA.left + at * PLOT_WIDTH);
  const anchor = at > 0.8 ? 'end' : at < 0.2 ? 'start' : 'middle';
  return html`<line class="marker" x1="${x}" y1="${AREA.top - 6}" x2="${x}" y2="${BASE}"/><text class="marker-label" x="${x}" y="${AREA.top - 10}" text-anchor="${anchor}">${label}</text>`;
}

/** The next even number of one or two digits and noughts, so that half of it is whole as well. */
function niceTop(count: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1) * 2;
  return Math.max(2, Math.ceil(count / unit) * unit);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
