import { decide, type Decision, type Policy, type Reason } from '@didit-liveness/core';
import type { FinishedEntry } from '../batch/journal-entry.js';
import { noCounts, type OutcomeCounts } from '../outcome-counts.js';
import { answerAt, decodeAnswer } from '../wire-answer.js';

/** One picture whose decision another policy would change. */
export interface Change {
  readonly file: string;
  readonly sha256: string;
  readonly score: number | null;
  readonly before: Judgement;
  readonly after: Judgement;
}

/** An outcome, and the rules that brought it about. */
export interface Judgement {
  readonly outcome: Decision['outcome'];
  readonly reasons: readonly Reason[];
}

/** How many decisions went from one outcome to another: `matrix[before][after]`. */
export type Matrix = Readonly<Record<Decision['outcome'], Readonly<OutcomeCounts>>>;

/** What a policy would have made of recorded answers. */
export interface Simulation {
  readonly pictures: number;
  readonly changes: readonly Change[];
  readonly matrix: Matrix;
}

/** Gives what one side of the comparison says of a recorded answer. */
export type Judge = (entry: FinishedEntry) => Judgement;

/** Judges as it was decided at the time. */
export const asRecorded: Judge = ({ outcome, reasons }) => ({ outcome, reasons });

/** Didit's own threshold. Source: https://docs.didit.me/standalone-apis/passive-liveness (read 2026-11-22). */
const DIDIT_THRESHOLD = 30;

/** Judges by a policy, as if Didit had been asked with the threshold of that policy. */
export function by(policy: Policy): Judge {
  const threshold = policy.rules.score.declineAtOrBelow ?? DIDIT_THRESHOLD;
  return ({ answer, file }) => decide(policy, decodeAnswer(answerAt(answer, threshold), `The answer for ${file}`));
}

/** Holds two judges against each other over recorded answers. No call is made. */
export function simulate(entries: readonly FinishedEntry[], before: Judge, after: Judge): Simulation {
  const matrix = { approved: noCounts(), review: noCounts(), declined: noCounts() };
  const changes: Change[] = [];
  for (const entry of entries) {
    const [old, fresh] = [judgementOf(before(entry)), judgementOf(after(entry))];
    matrix[old.outcome][fresh.outcome] += 1;
    if (old.outcome === fresh.outcome) continue;
    changes.push({ file: entry.file, sha256: entry.sha256, score: entry.score, before: old, after: fresh });
  }
  return { pictures: entries.length, changes, matrix };
}

function judgementOf({ outcome, reasons }: Judgement): Judgement {
  return { outcome, reasons };
}
