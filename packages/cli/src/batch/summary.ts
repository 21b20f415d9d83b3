import type { PictureOutcome, Stop } from './outcome.js';
import type { BatchResult } from './runner.js';

/** Scores at these shares of the answered pictures, from the lowest. */
export const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95] as const;

/** A paid answer that stands nowhere but here. */
export interface LostAnswer {
  readonly file: string;
  /** Didit's, by which the answer is found in its console. */
  readonly requestId: string | null;
  readonly outcome: string;
  readonly score: number | null;
}

/** A batch in numbers. Every file is counted under exactly one of the first nine names. */
export interface BatchSummary {
  readonly files: number;
  readonly approved: number;
  readonly review: number;
  readonly declined: number;
  /** Cannot be judged; nothing was paid. */
  readonly refused: number;
  /** Could not be read. */
  readonly unreadable: number;
  /** The call gave no answer. */
  readonly failed: number;
  /** May have been paid in an earlier run, without an answer; not sent again. */
  readonly unknown: number;
  /** The run stopped before. */
  readonly notStarted: number;
  /** The same bytes as another file. */
  readonly copies: number;
  /** Answers that were paid for and that the record did not take. */
  readonly lost: readonly LostAnswer[];
  /** Answers that an earlier run had paid for. */
  readonly fromEarlierRuns: number;
  readonly paidCalls: number;
  /** Calls of which nobody knows whether they were charged. */
  readonly unknownCalls: number;
  readonly durationMs: number;
  /** By share, for example `{"0.5": 93.2}`; empty without scores. */
  readonly scoreQuantiles: Readonly<Record<string, number>>;
  readonly stop: Stop | null;
}

/** Counts what came of a batch. */
export function summarize({ outcomes, stop, paidCalls, unknownCalls }: BatchResult, durationMs: number): BatchSummary {
  const count = (matches: (outcome: PictureOutcome) => boolean) => outcomes.filter(matches).length;
  const ofKind = (kind: PictureOutcome['kind']) => count((outcome) => outcome.kind === kind);
  const judged = (name: string) => count((outcome) => outcome.kind === 'answered' && outcome.entry.outcome === name);
  return {
    files: outcomes.length,
    approved: judged('approved'),
    review: judged('review'),
    declined: judged('declined'),
    refused: ofKind('refused'),
    unreadable: ofKind('unreadable'),
    failed: ofKind('failed'),
    unknown: ofKind('unknown'),
    notStarted: ofKind('not-started'),
    copies: ofKind('copy'),
    lost: lostOf(outcomes),
    fromEarlierRuns: count((outcome) => outcome.kind === 'answered' && !outcome.isNew),
    paidCalls,
    unknownCalls,
    durationMs: Math.round(durationMs),
    scoreQuantiles: quantilesOf(scoresOf(outcomes)),
    stop: stop ?? null,
  };
}

function lostOf(outcomes: readonly PictureOutcome[]): readonly LostAnswer[] {
  return outcomes.flatMap((outcome) => {
    if (outcome.kind !== 'lost') return [];
    const { requestId, outcome: decision, score } = outcome.entry;
    return [{ file: outcome.file, requestId, outcome: decision, score }];
  });
}

function scoresOf(outcomes: readonly PictureOutcome[]): readonly number[] {
  return outcomes.flatMap((outcome) =>
    outcome.kind === 'answered' && outcome.entry.score !== null ? [outcome.entry.score] : [],
  );
}

/** The smallest score that at least this share of the scores does not exceed. */
export function quantilesOf(scores: readonly number[]): Readonly<Record<string, number>> {
  const sorted = scores.toSorted((left, right) => left - right);
  return Object.fromEntries(
    QUANTILES.flatMap((share) => {
      const score = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
      return score === undefined ? [] : [[String(share), score]];
    }),
  );
}

/** Files without a final word: the run stopped, the call failed, or nobody knows. */
export function countOpen({ failed, unknown, notStarted, unreadable, lost }: BatchSummary): number {
  return failed + unknown + notStarted + unreadable + lost.length;
}
