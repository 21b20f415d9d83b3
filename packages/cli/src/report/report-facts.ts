import { decide, type Policy } from '@didit-liveness/core';
import type { FinishedEntry } from '../batch/journal-entry.js';
import { noCounts, type OutcomeCounts } from '../outcome-counts.js';
import { answerAt, decodeAnswer } from '../wire-answer.js';

/** Outcomes of the pictures whose score is from `from` up to, but not including, `to`; the last one includes 100. */
export interface HistogramBin {
  readonly from: number;
  readonly to: number;
  readonly counts: OutcomeCounts;
}

/** What would have come of all pictures with one threshold. */
export interface SweepPoint {
  readonly threshold: number;
  readonly counts: OutcomeCounts;
}

const BIN_WIDTH = 5;
const MAX_SCORE = 100;

/** How often which scores occur. Pictures without a score are in no bin. */
export function histogramOf(entries: readonly FinishedEntry[]): readonly HistogramBin[] {
  const bins = Array.from({ length: MAX_SCORE / BIN_WIDTH }, (_, index) => ({
    from: index * BIN_WIDTH,
    to: (index + 1) * BIN_WIDTH,
    counts: noCounts(),
  }));
  for (const { score, outcome } of entries) {
    const bin = score === null ? undefined : bins[Math.min(bins.length - 1, Math.floor(score / BIN_WIDTH))];
    if (bin) bin.counts[outcome] += 1;
  }
  return bins;
}

/** How many would pass at each threshold from 0 to 100, all other rules of the policy as they are. */
export function sweepOf(
  entries: readonly FinishedEntry[],
  policyAt: (threshold: number) => Policy,
  step: number,
): readonly SweepPoint[] {
  return thresholdsBy(step).map((threshold) => {
    const counts = noCounts();
    const policy = policyAt(threshold);
    for (const { answer, file } of entries) {
      const verdict = decodeAnswer(answerAt(answer, threshold), `The answer for ${file}`);
      counts[decide(policy, verdict).outcome] += 1;
    }
    return { threshold, counts };
  });
}

function thresholdsBy(step: number): readonly number[] {
  const thresholds = Array.from({ length: Math.floor(MAX_SCORE / step) + 1 }, (_, index) => index * step);
  return thresholds.at(-1) === MAX_SCORE ? thresholds : [...thresholds, MAX_SCORE];
}
