import { describeCounts, type OutcomeCounts, totalOf } from '../outcome-counts.js';
import { drawChart } from './chart.js';
import { LEGEND, scrollable } from './chart-frame.js';
import { html, type SafeHtml } from './html.js';
import type { ReportData } from './page.js';
import type { SweepPoint } from './report-facts.js';

/** How many pictures would pass at each threshold, as a chart and as a table. */
export function sweepSection({ sweep, threshold }: ReportData): SafeHtml {
  const columns = sweep.map(({ threshold: at, counts }) => ({
    label: String(at),
    title: `Threshold ${at}: ${describeCounts(counts)}`,
    counts,
  }));
  const used = threshold ?? 30;
  const at = markerPosition(
    sweep.map((point) => point.threshold),
    used,
  );
  return html`<section aria-labelledby="sweep-title">
<h2 id="sweep-title">How many would pass at each threshold</h2>
<p class="quiet">All other rules of the policy as they are. Worked out from the scores: Didit declines at the threshold or below it.</p>
${scrollable('Chart of the threshold sweep', drawChart({ id: 'sweep', title: 'Outcomes at each threshold from 0 to 100', axis: 'threshold', columns, marker: { at, label: `used: ${used}` } }))}
${LEGEND}
<details><summary>The numbers</summary>
${scrollable('Table of the threshold sweep', sweepTable(sweep, used))}
</details>
</section>`;
}

/** Where a value lies between the middles of the columns. */
function markerPosition(values: readonly number[], value: number): number {
  const index = values.findIndex((candidate) => candidate >= value);
  const [left = 0, right = 0] = [values[Math.max(0, index - 1)], values[index]];
  const share = right > left ? (value - left) / (right - left) : 1;
  return (Math.max(0, index - 1) + share + 0.5 - (index === 0 ? 1 : 0)) / values.length;
}

function sweepTable(sweep: readonly SweepPoint[], used: number): SafeHtml {
  return html`<table id="sweep-table">
<caption>Outcomes at each threshold</caption>
<thead><tr><th scope="col" class="number">Threshold</th><th scope="col" class="number">Approved</th><th scope="col" class="number">Review</th><th scope="col" class="number">Declined</th><th scope="col" class="number">Pass</th></tr></thead>
<tbody>
${sweep.map(
  ({
    threshold,
    counts,
  }) => html`<tr class="${threshold === used ? 'used' : 'other'}" data-threshold="${threshold}"><th scope="row" class="number">${threshold}</th><td class="number">${counts.approved}</td><td class="number">${counts.review}</td><td class="number">${counts.declined}</td><td class="number">${shareOf(counts)}</td></tr>
`,
)}</tbody>
</table>`;
}

function shareOf(counts: OutcomeCounts): string {
  const total = totalOf(counts);
  return total === 0 ? '-' : `${((100 * counts.approved) / total).toFixed(1)}%`;
}
