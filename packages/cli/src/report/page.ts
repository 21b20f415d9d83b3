import { createHash } from 'node:crypto';
import type { FinishedEntry } from '../batch/journal-entry.js';
import type { PictureOutcome } from '../batch/outcome.js';
import { type BatchSummary, countOpen } from '../batch/summary.js';
import { html, type SafeHtml, trusted } from './html.js';
import { pictureTable } from './picture-table.js';
import { histogramSection } from './histogram-section.js';
import type { HistogramBin, SweepPoint } from './report-facts.js';
import { STYLE } from './style.js';
import { sweepSection } from './sweep-section.js';

/** Everything that the page shows. */
export interface ReportData {
  readonly outcomes: readonly PictureOutcome[];
  readonly summary: BatchSummary;
  readonly histogram: readonly HistogramBin[];
  readonly sweep: readonly SweepPoint[];
  /** The limit of the policy; null leaves it to Didit, which declines at 30. */
  readonly threshold: number | null;
  readonly policyId: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** By the hash of the picture; undefined when none were asked for. */
  readonly thumbnails: ReadonlyMap<string, string> | undefined;
}

/** Tells a report of this program, so that it is replaced and nothing else is. */
export const REPORT_MARK = '<meta name="generator" content="didit-liveness">';

/** The report as one file that needs nothing else: no script, no address but `data:`. */
export function reportPage(data: ReportData): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${trusted(REPORT_MARK)}
<meta http-equiv="Content-Security-Policy" content="${securityPolicy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Liveness report, ${data.createdAt}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<main>
${header(data)}
${tiles(data.summary)}
${notices(data)}
${sweepSection(data)}
${histogramSection(data)}
${pictureTable(data.outcomes, data.thumbnails)}
</main>
</body>
</html>
`;
  return page.markup;
}

function securityPolicy(): string {
  const style = createHash('sha256').update(STYLE).digest('base64');
  return `default-src 'none'; style-src 'sha256-${style}'; img-src data:; base-uri 'none'; form-action 'none'`;
}

function header({ createdAt, policyId, summary, threshold }: ReportData): SafeHtml {
  const limit = threshold === null ? "Didit's own threshold (30)" : `threshold ${threshold}`;
  return html`<header>
<h1>Liveness report</h1>
<p class="quiet"><time datetime="${createdAt}">${createdAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}</time> &middot; <span id="files" data-value="${summary.files}">${summary.files}</span> files &middot; ${limit} &middot; policy <code>${policyId}</code></p>
</header>`;
}

function tiles(summary: BatchSummary): SafeHtml {
  const { approved, review, declined, refused, copies, paidCalls } = summary;
  return html`<dl class="tiles">
${tile('approved', 'Approved', approved)}${tile('review', 'Review', review)}${tile('declined', 'Declined', declined)}${tile('refused', 'Refused for free', refused)}${tile('open', 'No answer', countOpen(summary))}${tile('copies', 'Copies', copies)}${tile('paid', 'Paid calls', paidCalls)}
</dl>`;
}

function tile(name: string, label: string, value: number): SafeHtml {
  return html`<div class="tile ${name}"><dt>${label}</dt><dd id="count-${name}" data-value="${value}">${value}</dd></div>
`;
}

function notices({ summary, thumbnails }: ReportData): readonly SafeHtml[] {
  const { stop } = summary;
  const texts = [
    ...(stop === null
      ? []
      : [
          stop.kind === 'signal' ? `The run was stopped by ${stop.signal}.` : `The run stopped early: ${stop.message}.`,
        ]),
    ...(summary.unknown > 0
      ? [`Of ${summary.unknown} pictures nobody knows whether the call was paid for; they were not sent again.`]
      : []),
    ...(thumbnails ? ['This file holds pictures of faces. Treat it like the pictures themselves.'] : []),
  ];
  return texts.length > 0
    ? [html`<section class="notice" role="note">${texts.map((text) => html`<p>${text}</p>`)}</section>`]
    : [];
}

/** The pictures that have an answer. */
export function answeredOf(outcomes: readonly PictureOutcome[]): readonly FinishedEntry[] {
  return outcomes.flatMap((outcome) => (outcome.kind === 'answered' ? [outcome.entry] : []));
}
