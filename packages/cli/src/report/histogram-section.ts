import { describeCounts } from '../outcome-counts.js';
import { drawChart } from './chart.js';
import { LEGEND, scrollable } from './chart-frame.js';
import { html, type SafeHtml } from './html.js';
import type { ReportData } from './page.js';

/** The scores of all answers, as a chart and as quantiles. */
export function histogramSection({ histogram, summary }: ReportData): SafeHtml {
  const columns = histogram.map(({ from, to, counts }) => ({
    label: String(from),
    title: `Score ${from} to ${to}: ${describeCounts(counts)}`,
    counts,
  }));
  const quantiles = Object.entries(summary.scoreQuantiles).map(
    ([quantile, score]) => html`<td class="number" data-quantile="${quantile}">${score}</td>`,
  );
  const heads = Object.keys(summary.scoreQuantiles).map(
    (quantile) => html`<th scope="col" class="number">${Number(quantile) * 100}%</th>`,
  );
  return html`<section aria-labelledby="histogram-title">
<h2 id="histogram-title">Scores</h2>
<p class="quiet">How many pictures have which liveness score, 0 to 100; coloured by what was decided.</p>
${scrollable('Chart of the scores', drawChart({ id: 'histogram', title: 'Histogram of liveness scores', axis: 'score', columns }))}
${LEGEND}
${heads.length === 0 ? '' : scrollable('Quantiles of the scores', html`<table id="quantiles"><caption>Scores that this share of the pictures does not exceed</caption><thead><tr>${heads}</tr></thead><tbody><tr>${quantiles}</tr></tbody></table>`)}
</section>`;
}
