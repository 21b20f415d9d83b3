import { rename, rm, writeFile } from 'node:fs/promises';
import type { Policy } from '@didit-liveness/core';
import type { PictureOutcome } from '../batch/outcome.js';
import type { BatchSummary } from '../batch/summary.js';
import { answeredOf, reportPage } from './page.js';
import { asideOf } from './report-target.js';
import { histogramOf, sweepOf } from './report-facts.js';
import type { Thumbnailer } from './thumbnail.js';

/** What a report is made of. */
export interface ReportInput {
  readonly outcomes: readonly PictureOutcome[];
  readonly summary: BatchSummary;
  readonly policy: Policy;
  /** The same policy with another threshold. */
  readonly policyAt: (threshold: number) => Policy;
  /** Step of the sweep. */
  readonly sweepStep: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly thumbnailer: Thumbnailer | undefined;
}

/**
 * Writes the report of a batch, whole or not at all. Only its owner may read it: it may show faces.
 *
 * @throws what the file system throws when it cannot be written
 */
export async function writeReport(path: string, input: ReportInput): Promise<void> {
  const { outcomes, summary, policy, policyAt, sweepStep, createdAt, thumbnailer } = input;
  const entries = answeredOf(outcomes);
  const page = reportPage({
    outcomes,
    summary,
    histogram: histogramOf(entries),
    sweep: sweepOf(entries, policyAt, sweepStep),
    threshold: policy.rules.score.declineAtOrBelow,
    policyId: policy.policyId,
    createdAt,
    thumbnails: thumbnailer && (await makeThumbnails(outcomes, thumbnailer)),
  });
  await replaceFile(path, page);
}

async function makeThumbnails(
  outcomes: readonly PictureOutcome[],
  thumbnailer: Thumbnailer,
): Promise<ReadonlyMap<string, string>> {
  const thumbnails = new Map<string, string>();
  for (const outcome of outcomes) {
    if (outcome.kind !== 'answered') continue;
    const { sha256 } = outcome.entry;
    const source = await thumbnailer(outcome.file, sha256);
    if (source !== undefined) thumbnails.set(sha256, source);
  }
  return thumbnails;
}

async function replaceFile(path: string, text: string): Promise<void> {
  const aside = asideOf(path);
  try {
    await writeFile(aside, text, { mode: 0o600 });
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}
