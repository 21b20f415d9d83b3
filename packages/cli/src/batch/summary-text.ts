import { columns } from '../decision-text.js';
import type { Paint } from '../terminal/colours.js';
import type { PictureOutcome, Stop } from './outcome.js';
import { type BatchSummary, countOpen } from './summary.js';
import { foreign } from '../terminal/foreign.js';

/** Where things were written. */
export interface BatchFiles {
  readonly out: string;
  readonly report: string | undefined;
  /** Why there is none although one was asked for. */
  readonly reportProblem: string | null;
}

/** Problems that are listed one by one before the rest is only counted. */
const MAX_LISTED = 20;

/** A batch for people: counts, what needs their attention, and how to go on. */
export function summaryText(
  summary: BatchSummary,
  { outcomes, files }: { readonly outcomes: readonly PictureOutcome[]; readonly files: BatchFiles },
  paint: Paint,
): string {
  const parts = [
    countsText(summary, paint),
    filesText(files),
    ...reportText(files, paint),
    ...problemsText(outcomes),
    ...lostText(summary),
    ...unknownText(summary),
    ...stopText(summary.stop, paint),
    ...(countOpen(summary) > 0
      ? [`To go on, run the same command again: what has an answer is not paid for twice.`]
      : []),
  ];
  return parts.join('\n\n');
}

function countsText(summary: BatchSummary, paint: Paint): string {
  const { files, paidCalls, unknownCalls, durationMs, scoreQuantiles } = summary;
  const counts = ['approved', 'review', 'declined', 'refused', 'unreadable', 'failed', 'unknown', 'copies'] as const;
  const rows = counts.map((name) => [name, String(summary[name])] as const);
  const quantiles = Object.entries(scoreQuantiles).map(([share, score]) => `${Number(share) * 100}%: ${score}`);
  return [
    paint('strong', `${files} ${files === 1 ? 'file' : 'files'} in ${(durationMs / 1_000).toFixed(1)} s`),
    columns([
      ...rows.filter(([name, value]) => value !== '0' || ['approved', 'review', 'declined'].includes(name)),
      ...(summary.notStarted > 0 ? [['not started', String(summary.notStarted)] as const] : []),
      ['paid calls', `${paidCalls}${unknownCalls > 0 ? `, and ${unknownCalls} that may have been charged` : ''}`],
      ...(quantiles.length > 0 ? [['scores', quantiles.join('  ')] as const] : []),
    ]),
  ].join('\n');
}

function filesText({ out, report }: BatchFiles): string {
  return columns([['results', out], ...(report === undefined ? [] : [['report', report] as const])]);
}

function reportText({ reportProblem }: BatchFiles, paint: Paint): readonly string[] {
  if (reportProblem === null) return [];
  return [
    `${paint('bad', 'No report:')} ${reportProblem} The results are kept; the same command makes the report for free.`,
  ];
}

function problemsText(outcomes: readonly PictureOutcome[]): readonly string[] {
  const lines = outcomes.flatMap((outcome) => {
    if (outcome.kind === 'unreadable') return [`unreadable  ${foreign(outcome.message)}`];
    if (outcome.kind === 'refused' || outcome.kind === 'failed') {
      return [`${outcome.kind}  ${foreign(outcome.file)}: ${foreign(outcome.entry.message)}`];
    }
    return outcome.kind === 'unknown' ? [`unknown  ${foreign(outcome.file)}`] : [];
  });
  const hidden = lines.length - MAX_LISTED;
  const shown = [...lines.slice(0, MAX_LISTED), ...(hidden > 0 ? [`and ${hidden} more`] : [])];
  return shown.length > 0 ? [shown.join('\n')] : [];
}

/** All of them, however many: they stand nowhere else. */
function lostText({ lost }: BatchSummary): readonly string[] {
  if (lost.length === 0) return [];
  const rows = lost.map(
    ({ file, requestId, outcome, score }) =>
      `lost  ${foreign(file)}: ${outcome}, score ${score ?? 'not measured'}, request ${requestId ?? 'without an id'}`,
  );
  return [['Paid for, but not in the record; keep these lines:', ...rows].join('\n')];
}

function unknownText({ unknown }: BatchSummary): readonly string[] {
  if (unknown === 0) return [];
  return [
    `Of ${unknown} ${unknown === 1 ? 'picture' : 'pictures'} a call was started before and its answer was lost, so it may have been paid for. They are not sent again unless you add --retry-unknown.`,
  ];
}

function stopText(stop: Stop | null, paint: Paint): readonly string[] {
  if (stop === null) return [];
  if (stop.kind === 'signal')
    return [`${paint('caution', 'Stopped')} by ${stop.signal}; running calls were waited for.`];
  return [`${paint('bad', 'Stopped early:')} ${stop.message}. ${stop.advice}`.trimEnd()];
}
