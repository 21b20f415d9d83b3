import type { DiditClient, Policy } from '@didit-liveness/core';
import { Command, Option } from 'commander';
import { Journal } from '../batch/journal.js';
import { lockFile } from '../batch/lock-file.js';
import { listPictures } from '../batch/picture-list.js';
import { createProgress, type Progress } from '../batch/progress.js';
import { toQuestion } from '../batch/question.js';
import { parseRate } from '../batch/rate.js';
import { damageText } from '../batch/record-lines.js';
import { checkRecordPlace } from '../batch/record-place.js';
import { type BatchResult, BatchRunner } from '../batch/runner.js';
import { type BatchSummary, countOpen, summarize } from '../batch/summary.js';
import { summaryText } from '../batch/summary-text.js';
import { createTokenBucket } from '../batch/token-bucket.js';
import type { CommandContext, CommandResult, CommonFlags } from '../command-result.js';
import { type KeyFlags, withClient, withKeyOptions } from '../connection.js';
import { EXIT_CODES, type ExitCode } from '../exit-codes.js';
import { parseScore, parseWholeNumber } from '../number-argument.js';
import { readPolicy, readPolicyFamily } from '../policy/policy-source.js';
import { checkReportTarget } from '../report/report-target.js';
import { loadThumbnailer, type Thumbnailer } from '../report/thumbnail.js';
import { writeReport } from '../report/write-report.js';
import { reasonOf } from '../os-reason.js';

type FailOn = 'declined' | 'review';

/** Options of `batch`. */
interface BatchFlags extends CommonFlags, KeyFlags {
  readonly threshold?: number;
  readonly policy?: string;
  readonly rotate?: boolean;
  readonly save?: boolean;
  readonly concurrency: number;
  readonly rate: number;
  readonly out: string;
  readonly report?: string;
  readonly thumbnails?: boolean;
  readonly sweepStep: number;
  readonly retryUnknown?: boolean;
  readonly failOn?: FailOn;
}

/** Didit's limit of writing requests. Source: https://docs.didit.me/integration/rate-limiting (read 2026-11-22). */
const DEFAULT_RATE = '300/min';

/** `didit-liveness batch`. */
export function batchCommand(context: CommandContext): Command {
  const command = new Command('batch')
    .summary('check many selfies, resumable')
    .description(
      'Checks many selfies, each one once. A run that was stopped goes on where it was, and never pays twice for a picture.',
    )
    .argument('<pictures...>', 'files, folders, or patterns in quotes')
    .option('--threshold <score>', 'decline at this score or below, 0 to 100', parseScore)
    .option('--policy <policy>', 'strict, balanced, lenient, or a JSON file')
    .option('--rotate', 'let Didit try the pictures in four orientations')
    .option('--save', 'keep pictures and faces at Didit')
    .option('--concurrency <n>', 'calls at a time, 1 to 64', parseWholeNumber(1, 64), 4)
    .addOption(
      new Option('--rate <rate>', 'calls that start, like 300/min or 5/s')
        .argParser(parseRate)
        .default(parseRate(DEFAULT_RATE), DEFAULT_RATE),
    )
    .option('--out <file>', 'record of results, one JSON line each', 'results.jsonl')
    .option('--report <file>', 'write a report to look at, one HTML file')
    .option('--thumbnails', 'put small pictures into the report; needs the package sharp')
    .option('--sweep-step <n>', 'step of the threshold sweep in the report, 1 to 50', parseWholeNumber(1, 50), 5)
    .option('--retry-unknown', 'send again what may have been paid for; you may pay twice')
    .addOption(
      new Option('--fail-on <outcome>', 'exit with 1 or 2 when a picture has it, or a stricter one').choices([
        'declined',
        'review',
      ]),
    );
  return withKeyOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (sources: string[], flags: BatchFlags) => {
      context.finish(await batch(sources, flags, context), flags);
    });
}

const EXAMPLES = `
Exit codes: 0 every picture has an answer, 4 some have none, 130 stopped by Ctrl-C; with --fail-on also 1 and 2.

Examples:
  didit-liveness batch pictures/ --report report.html
  didit-liveness batch 'archive/**/*.jpg' --threshold 80 --rate 5/s --out march.jsonl
  didit-liveness batch pictures/ --report report.html --thumbnails --fail-on declined`;

async function batch(sources: readonly string[], flags: BatchFlags, context: CommandContext): Promise<CommandResult> {
  const policy = await readPolicy(flags.policy, flags.threshold);
  const files = await listPictures(sources);
  checkRecordPlace(flags.out);
  if (flags.report !== undefined) checkReportTarget(flags.report, { out: flags.out, pictures: files });
  const policyAt = await readPolicyFamily(flags.policy);
  const thumbnailer = await loadThumbnailer(flags.thumbnails === true);
  const startedAt = context.world.clock.now();
  // Every sending goes through the rate of the batch, also one after a 429.
  const connection = { ...flags, retryRateLimited: false };
  const result = await withClient(connection, context, (client) => runBatch({ files, flags, policy, client }, context));
  const summary = summarize(result, context.world.clock.now() - startedAt);
  const reportProblem = await report({ flags, policy, policyAt, result, summary, thumbnailer }, context);
  const written = reportProblem === null ? flags.report : undefined;
  const texts = { outcomes: result.outcomes, files: { out: flags.out, report: written, reportProblem } };
  const exitCode = exitCodeOfBatch(summary, flags.failOn);
  const isInterrupted = summary.stop?.kind === 'signal';
  return {
    exitCode: reportProblem === null || isInterrupted ? exitCode : EXIT_CODES.unavailable,
    json: { out: flags.out, report: written ?? null, reportProblem, policyId: policy.policyId, ...summary },
    text: summaryText(summary, texts, context.terminal.paint),
  };
}

interface BatchInput {
  readonly files: readonly string[];
  readonly flags: BatchFlags;
  readonly policy: Policy;
  readonly client: DiditClient;
}

async function runBatch(
  { files, flags, policy, client }: BatchInput,
  { world, terminal }: CommandContext,
): Promise<BatchResult> {
  const lock = lockFile(flags.out);
  try {
    const journal = new Journal(flags.out);
    warnOfDamage(damageText(flags.out, journal.damaged), terminal);
    const progress = createProgress(files.length, world);
    const { origin, isSandbox } = client;
    const question = toQuestion({
      policy,
      origin,
      isSandbox,
      rotate: flags.rotate === true,
      save: flags.save === true,
    });
    const runner = new BatchRunner({
      files,
      client,
      journal,
      policy,
      question,
      bucket: createTokenBucket(flags.rate, world.clock),
      clock: world.clock,
      stdin: world.stdin,
      concurrency: flags.concurrency,
      retryUnknown: flags.retryUnknown === true,
      onOutcome: (outcome) => progress.advance(outcome),
    });
    const letGo = stopOnSignals({ runner, progress }, { world, terminal });
    try {
      return await runner.run();
    } finally {
      letGo();
      progress.end();
      journal.close();
    }
  } finally {
    lock.release();
  }
}

function warnOfDamage(text: string | undefined, terminal: CommandContext['terminal']): void {
  if (text !== undefined) terminal.note(`${terminal.paintNote('caution', 'warning:')} ${text}`);
}

const SIGNAL_EXITS = { SIGINT: EXIT_CODES.interrupted, SIGTERM: EXIT_CODES.terminated } as const;

/** The first signal ends the run in good order, the second at once. */
function stopOnSignals(
  { runner, progress }: { readonly runner: BatchRunner; readonly progress: Progress },
  { world, terminal }: Pick<CommandContext, 'world' | 'terminal'>,
): () => void {
  let isStopping = false;
  return world.onSignal((signal) => {
    if (isStopping) {
      // The bar has switched the wrapping of lines off.
      progress.end();
      world.exit(SIGNAL_EXITS[signal]);
    }
    isStopping = true;
    runner.stop({ kind: 'signal', signal });
    terminal.note('\nStopping: waiting for the calls that run. Once more ends at once.');
  });
}

interface ReportInput {
  readonly flags: BatchFlags;
  readonly policy: Policy;
  readonly policyAt: (threshold: number) => Policy;
  readonly result: BatchResult;
  readonly summary: BatchSummary;
  readonly thumbnailer: Thumbnailer | undefined;
}

/** Writes the report that was asked for, and says what hindered it: the calls are paid, so their summary must follow. */
async function report(
  { flags, policy, policyAt, result, summary, thumbnailer }: ReportInput,
  { world }: CommandContext,
): Promise<string | null> {
  if (flags.report === undefined) return null;
  const createdAt = new Date(world.clock.date()).toISOString();
  const { outcomes } = result;
  const { sweepStep } = flags;
  try {
    await writeReport(flags.report, { outcomes, summary, policy, policyAt, createdAt, sweepStep, thumbnailer });
    return null;
  } catch (error) {
    return `${flags.report} cannot be written (${reasonOf(error)}).`;
  }
}

function exitCodeOfBatch(summary: BatchSummary, failOn: FailOn | undefined): ExitCode {
  if (summary.stop?.kind === 'signal') return SIGNAL_EXITS[summary.stop.signal];
  if (countOpen(summary) > 0) return EXIT_CODES.unavailable;
  if (failOn !== undefined && summary.declined > 0) return EXIT_CODES.declined;
  if (failOn === 'review' && summary.review > 0) return EXIT_CODES.review;
  return EXIT_CODES.approved;
}
