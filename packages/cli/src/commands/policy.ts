import { decide, type Policy } from '@didit-liveness/core';
import { Command } from 'commander';
import { readFinished } from '../batch/journal.js';
import { damageText } from '../batch/record-lines.js';
import type { CommandContext, CommandResult, CommonFlags } from '../command-result.js';
import { columns, decisionRows, paintOutcome } from '../decision-text.js';
import { EXIT_CODES, exitCodeOf } from '../exit-codes.js';
import { type LintFinding, type LintResult, lintPolicy } from '../policy/lint.js';
import { readJson, readPolicy, readPolicyOptions } from '../policy/policy-source.js';
import { chooseAnswers } from '../policy/choose-answers.js';
import { asRecorded, by, simulate } from '../policy/simulate.js';
import { simulationText } from '../policy/simulation-text.js';
import type { Paint } from '../terminal/colours.js';
import { foreign } from '../terminal/foreign.js';
import { decodeAnswer } from '../wire-answer.js';

/** `didit-liveness policy`, which makes no call. */
export function policyCommand(context: CommandContext): Command {
  return new Command('policy')
    .summary('check, explain and compare policies; makes no call')
    .description('Checks, explains and compares policies. Makes no call and needs no key.')
    .addCommand(lintCommand(context))
    .addCommand(explainCommand(context))
    .addCommand(simulateCommand(context));
}

function lintCommand(context: CommandContext): Command {
  return new Command('lint')
    .summary('find all mistakes of a policy')
    .description('Names all mistakes of a policy in one go, and what looks suspicious.')
    .argument('<policy>', 'strict, balanced, lenient, or a JSON file')
    .addHelpText('after', LINT_EXAMPLES)
    .action(async (source: string, flags: CommonFlags) => {
      context.finish(lint(lintPolicy(await readPolicyOptions(source)), source, context.terminal.paint), flags);
    });
}

const LINT_EXAMPLES = `
Exit codes: 0 usable (there may be warnings), 3 not a policy.

Examples:
  didit-liveness policy lint policy.json
  didit-liveness policy lint policy.json --json`;

function lint({ problems, warnings, policy }: LintResult, source: string, paint: Paint): CommandResult {
  const line = (tone: 'bad' | 'caution', word: string) => (finding: LintFinding) =>
    `${paint(tone, word)}  ${foreign(finding.message.startsWith(finding.path) ? finding.message : `${finding.path}: ${finding.message}`)}`;
  const verdict = policy
    ? `${paint('good', 'OK')}  ${foreign(source)} is a policy: ${policy.policyId}`
    : `${paint('bad', 'NOT A POLICY')}  ${foreign(source)}: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
  return {
    exitCode: policy ? EXIT_CODES.approved : EXIT_CODES.usage,
    json: { policy: source, valid: policy !== undefined, policyId: policy?.policyId ?? null, problems, warnings },
    text: [verdict, ...problems.map(line('bad', 'problem')), ...warnings.map(line('caution', 'warning'))].join('\n'),
  };
}

function explainCommand(context: CommandContext): Command {
  return new Command('explain')
    .summary('show what a policy makes of an answer')
    .description('Shows what a policy makes of an answer of Didit, rule by rule.')
    .argument('<policy>', 'strict, balanced, lenient, or a JSON file')
    .argument('<answer>', 'JSON file: an answer of Didit, what check --json printed, or one line of results.jsonl')
    .addHelpText('after', EXPLAIN_EXAMPLES)
    .action(async (source: string, answerFile: string, flags: CommonFlags) => {
      const policy = await readPolicy(source);
      const answer = { document: await readJson(answerFile), file: answerFile };
      context.finish(explain(policy, answer, context.terminal.paint), flags);
    });
}

const EXPLAIN_EXAMPLES = `
Exit codes: 0 approved, 1 declined, 2 review, 3 not a policy or not an answer.

Examples:
  didit-liveness policy explain policy.json answer.json
  didit-liveness check selfie.jpg --json > answer.json && didit-liveness policy explain strict answer.json`;

interface AnswerFile {
  readonly document: unknown;
  readonly file: string;
}

function explain(policy: Policy, { document, file }: AnswerFile, paint: Paint): CommandResult {
  const verdict = decodeAnswer(innerAnswer(document), file);
  const decision = decide(policy, verdict);
  const { outcome, retakeable, reasons, hints, policyId } = decision;
  return {
    exitCode: exitCodeOf(outcome),
    json: {
      outcome,
      retakeable,
      reasons,
      hints,
      policyId,
      status: verdict.status,
      contradictions: verdict.contradictions,
    },
    text: [
      `${paintOutcome(outcome, paint)}  ${foreign(file)}`,
      columns([
        [
          'Didit',
          verdict.contradictions.length > 0 ? `Approved, but ${verdict.contradictions.join(', ')}` : verdict.status,
        ],
        ['score', verdict.score === null ? 'not measured' : String(verdict.score)],
        ...decisionRows(decision),
        ['retake', retakeable ? 'may help' : 'no'],
        ['policy', policyId],
      ]),
    ].join('\n'),
  };
}

/** What this program prints holds the answer of Didit in a member of its own. */
function innerAnswer(document: unknown): unknown {
  const { answer } = Object(document) as { readonly answer?: unknown };
  return answer ?? document;
}

interface SimulateFlags extends CommonFlags {
  readonly against?: string;
  readonly request?: string;
}

function simulateCommand(context: CommandContext): Command {
  return new Command('simulate')
    .summary('show which recorded decisions a policy would change')
    .description(
      'Decides recorded answers again, by another policy: which decisions change, and why. Where the policy has another threshold, the answer that Didit would have given is worked out from the score.',
    )
    .argument('<policy>', 'strict, balanced, lenient, or a JSON file')
    .argument('<results>', 'results.jsonl of a batch')
    .option('--against <policy>', 'compare with this policy instead of the decisions of the time')
    .option('--request <id>', 'which question, where the record holds answers to several')
    .addHelpText('after', SIMULATE_EXAMPLES)
    .action(async (source: string, results: string, flags: SimulateFlags) => {
      const before = flags.against === undefined ? asRecorded : by(await readPolicy(flags.against));
      const policy = await readPolicy(source);
      const { questions, damaged } = readFinished(results);
      warnOfDamage(damageText(results, damaged), context);
      const simulation = simulate(chooseAnswers(questions, flags.request), before, by(policy));
      const json = { policyId: policy.policyId, against: flags.against ?? null, ...simulation };
      const text = simulationText(simulation, context.terminal.paint);
      context.finish({ exitCode: EXIT_CODES.approved, json, text }, flags);
    });
}

function warnOfDamage(text: string | undefined, { terminal }: CommandContext): void {
  if (text !== undefined) terminal.note(`${terminal.paintNote('caution', 'warning:')} ${text}`);
}

const SIMULATE_EXAMPLES = `
Examples:
  didit-liveness policy simulate strict results.jsonl
  didit-liveness policy simulate policy.json results.jsonl --against balanced --json`;
