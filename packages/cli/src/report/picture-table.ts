import type { PictureOutcome } from '../batch/outcome.js';
import { describeReason } from '../decision-text.js';
import { html, type SafeHtml } from './html.js';

/** One row of the table: what came of one file. */
interface Row {
  readonly file: string;
  readonly sha256: string | undefined;
  /** What the badge says, and its colour where it is a decision. */
  readonly outcome: string;
  readonly score: number | null;
  readonly reasons: readonly string[];
}

/** Declined first: that is what people look for. */
const ORDER: readonly string[] = [
  'declined',
  'review',
  'lost',
  'failed',
  'unknown',
  'unreadable',
  'refused',
  'approved',
  'copy',
];

/** All files with their verdicts, what needs attention first. */
export function pictureTable(
  outcomes: readonly PictureOutcome[],
  thumbnails: ReadonlyMap<string, string> | undefined,
): SafeHtml {
  const rows = outcomes.map(toRow).toSorted((left, right) => rankOf(left) - rankOf(right));
  return html`<section aria-labelledby="pictures-title">
<h2 id="pictures-title">Pictures</h2>
<table id="pictures" class="pictures" role="table">
<caption>${rows.length} files; what needs attention first</caption>
<thead role="rowgroup"><tr role="row">${thumbnails ? columnHead('Picture') : ''}${['File', 'Outcome', 'Score', 'Reasons'].map(columnHead)}</tr></thead>
<tbody role="rowgroup">
${rows.map((row) => drawRow(row, thumbnails))}</tbody>
</table>
</section>`;
}

/** On a phone the rows become cards; the roles keep the table one for those who do not see it. */
function columnHead(name: string): SafeHtml {
  const isNumber = name === 'Score';
  return html`<th role="columnheader" scope="col" class="${isNumber ? 'number' : 'text'}">${name}</th>`;
}

function drawRow(
  { file, sha256, outcome, score, reasons }: Row,
  thumbnails: ReadonlyMap<string, string> | undefined,
): SafeHtml {
  const source = sha256 === undefined ? undefined : thumbnails?.get(sha256);
  const picture = source === undefined ? '' : html`<img src="${source}" width="48" height="48" alt="">`;
  return html`<tr role="row" data-file="${file}" data-outcome="${outcome}" data-score="${score ?? ''}">${thumbnails ? html`<td role="cell" class="picture">${picture}</td>` : ''}<th role="rowheader" scope="row" class="file">${file}</th><td role="cell" class="outcome"><span class="badge ${outcome}">${outcome}</span></td><td role="cell" class="score number">${score ?? '-'}</td><td role="cell" class="why">${reasonList(reasons)}</td></tr>
`;
}

function reasonList(reasons: readonly string[]): SafeHtml | string {
  return reasons.length === 0
    ? ''
    : html`<ul class="reasons">${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`;
}

function toRow(outcome: PictureOutcome): Row {
  const { file } = outcome;
  const facts = { file, sha256: undefined, score: null };
  switch (outcome.kind) {
    case 'answered': {
      const { sha256, score, reasons } = outcome.entry;
      const texts = reasons.map((reason) => describeReason(reason).replace(/ {2,}/, ' '));
      return { file, sha256, score, outcome: outcome.entry.outcome, reasons: texts };
    }
    case 'lost': {
      const { sha256, score, outcome: decision, requestId } = outcome.entry;
      const text = `Paid for (${decision}, request ${requestId ?? 'without an id'}), but the record did not take it.`;
      return { file, sha256, score, outcome: 'lost', reasons: [text] };
    }
    case 'refused':
      return { ...facts, sha256: outcome.entry.sha256, outcome: 'refused', reasons: [outcome.entry.message] };
    case 'failed':
      return { ...facts, sha256: outcome.entry.sha256, outcome: 'failed', reasons: [outcome.entry.message] };
    case 'unknown':
      return { ...facts, outcome: 'unknown', reasons: ['A call was started before; its answer was lost.'] };
    case 'copy':
      return { ...facts, outcome: 'copy', reasons: [`The same bytes as ${outcome.of}`] };
    case 'unreadable':
      return { ...facts, outcome: 'unreadable', reasons: [outcome.message] };
    case 'not-started':
      return { ...facts, outcome: 'not started', reasons: [] };
    default:
      return outcome satisfies never;
  }
}

function rankOf({ outcome }: Row): number {
  return ORDER.includes(outcome) ? ORDER.indexOf(outcome) : ORDER.length;
}
