import {
  type CreatedSession,
  decideSession,
  type Policy,
  type SessionDecision,
  type SessionOutcome,
  type SessionRequest,
} from '@didit-liveness/core';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext, CommandResult, CommonFlags } from '../command-result.js';
import { type KeyFlags, withClient, withKeyOptions } from '../connection.js';
import { columns, decisionRows, paintOutcome } from '../decision-text.js';
import { EXIT_CODES, type ExitCode, exitCodeOf } from '../exit-codes.js';
import { readPolicy } from '../policy/policy-source.js';
import type { Paint } from '../terminal/colours.js';
import { foreign } from '../terminal/foreign.js';
import { UsageError } from '../usage-error.js';

/** `didit-liveness session`. */
export function sessionCommand(context: CommandContext): Command {
  return new Command('session')
    .summary('sessions on pages of Didit: create, decision, delete')
    .description("Sessions, in which Didit's own pages test the person in front of the camera.")
    .addCommand(createCommand(context))
    .addCommand(decisionCommand(context))
    .addCommand(deleteCommand(context));
}

interface CreateFlags extends CommonFlags, KeyFlags {
  readonly workflow: string;
  readonly vendorData?: string;
  readonly callback?: string;
  readonly callbackMethod?: 'initiator' | 'completer' | 'both';
  readonly language?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly sandboxScenario?: string;
}

function createCommand(context: CommandContext): Command {
  const command = new Command('create')
    .summary('make a session')
    .description(
      'Makes a session and gives the address to send the person to. An unfinished one of the same --vendor-data is used again.',
    )
    .requiredOption('--workflow <id>', 'id of a published workflow')
    .option('--vendor-data <id>', 'your id of the person')
    .option('--callback <url>', 'where the browser goes afterwards')
    .addOption(
      new Option('--callback-method <device>', 'which device goes there').choices(['initiator', 'completer', 'both']),
    )
    .option('--language <code>', 'of the pages, for example es')
    .option('--metadata <json>', 'a JSON object that is kept with the session', parseMetadata)
    .option('--sandbox-scenario <name>', 'outcome to play, for keys of a sandbox');
  return withKeyOptions(command)
    .addHelpText('after', CREATE_EXAMPLES)
    .action(async (flags: CreateFlags) => {
      const session = await withClient(flags, context, (client) => client.sessions.create(toRequest(flags)));
      context.finish(created(session), flags);
    });
}

const CREATE_EXAMPLES = `
Examples:
  didit-liveness session create --workflow b3e4a0d1-55c2-4c58-9a36-3d0a2a6f9e70 --vendor-data user-17
  didit-liveness session create --workflow "$WORKFLOW" --callback https://app.your-company.com/back --language es`;

function toRequest({
  workflow,
  vendorData,
  callback,
  callbackMethod,
  language,
  metadata,
  sandboxScenario,
}: CreateFlags): SessionRequest {
  const optional = { vendorData, callback, callbackMethod, language, metadata, sandboxScenario };
  const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return { workflowId: workflow, ...given };
}

function parseMetadata(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    // Checked here for being an object; core checks the rest.
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below, without the text: it may be about a person.
  }
  throw new InvalidArgumentError('It is not a JSON object.');
}

function created(session: CreatedSession): CommandResult {
  const { sessionId, sessionNumber, status, workflowId, workflowVersion, vendorData, callback, url } = session;
  return {
    exitCode: EXIT_CODES.approved,
    json: { sessionId, sessionNumber, status, workflowId, workflowVersion, vendorData, callback, url },
    text: [
      columns([
        ['session', sessionId],
        ['status', status],
        ['address', url ?? 'not given to this key'],
      ]),
      'Whoever has the address acts as the person: send it to nobody else.',
    ].join('\n'),
  };
}

interface DecisionFlags extends CommonFlags, KeyFlags {
  readonly policy?: string;
}

function decisionCommand(context: CommandContext): Command {
  const command = new Command('decision')
    .summary('read what came of a session')
    .description(
      'Reads what came of a session, or of a check that was saved, and applies a policy to it. Costs nothing.',
    )
    .argument('<session>', 'id of the session')
    .option('--policy <policy>', 'strict, balanced, lenient, or a JSON file');
  return withKeyOptions(command)
    .addHelpText('after', DECISION_EXAMPLES)
    .action(async (id: string, flags: DecisionFlags) => {
      const policy = await readPolicy(flags.policy);
      const session = await withClient(flags, context, (client) => client.sessions.decision(id));
      context.finish(decided(session, policy, context.terminal.paint), flags);
    });
}

const DECISION_EXAMPLES = `
Exit codes: 0 approved, 1 declined or ended without a result, 2 review, 3 no such session, 4 not finished or no answer.

Examples:
  didit-liveness session decision c7a1d2f4-6b0e-4c38-9a11-52d0e7f3b8c6 --policy strict`;

function decided(session: SessionDecision, policy: Policy, paint: Paint): CommandResult {
  const outcome = decideSession(policy, session);
  const { sessionId, status, environment, workflowId, vendorData, features, livenessChecks, createdAt } = session;
  const checks = (livenessChecks ?? []).map((check) => ({
    status: check.status,
    method: check.method,
    score: check.score,
  }));
  const decision = outcome.kind === 'decided' ? outcome.decision : undefined;
  const title = decision ? paintOutcome(decision.outcome, paint) : paint('caution', NAMES[outcome.kind]);
  return {
    exitCode: exitCodeOfSession(outcome),
    json: {
      sessionId,
      outcome: decision?.outcome ?? outcome.kind,
      status,
      environment,
      workflowId,
      vendorData,
      features,
      livenessChecks: checks,
      reasons: decision?.reasons ?? [],
      policyId: policy.policyId,
      createdAt,
    },
    text: [
      `${title}  ${foreign(sessionId)}`,
      columns([
        ['status', status],
        ...checks.map(({ method, score }) => ['liveness', `${method}, score ${score ?? 'not measured'}`] as const),
        ...(decision ? decisionRows(decision) : []),
      ]),
    ].join('\n'),
  };
}

const NAMES = { decided: 'DECIDED', pending: 'NOT FINISHED', void: 'NO RESULT' } as const satisfies Record<
  SessionOutcome['kind'],
  string
>;

function exitCodeOfSession(outcome: SessionOutcome): ExitCode {
  switch (outcome.kind) {
    case 'decided':
      return exitCodeOf(outcome.decision.outcome);
    case 'pending':
      return EXIT_CODES.unavailable;
    case 'void':
      return EXIT_CODES.declined;
    default:
      return outcome satisfies never;
  }
}

interface DeleteFlags extends CommonFlags, KeyFlags {
  readonly yes?: boolean;
}

function deleteCommand(context: CommandContext): Command {
  const command = new Command('delete')
    .summary('delete a session with its pictures')
    .description('Deletes a session with its pictures at Didit, for good.')
    .argument('<session>', 'id of the session')
    .option('--yes', 'required: there is no way back');
  return withKeyOptions(command)
    .addHelpText('after', '\nExamples:\n  didit-liveness session delete c7a1d2f4-6b0e-4c38-9a11-52d0e7f3b8c6 --yes')
    .action(async (id: string, flags: DeleteFlags) => {
      if (flags.yes !== true) throw new UsageError('Deleting cannot be undone. Add --yes if you mean it.');
      await withClient(flags, context, (client) => client.sessions.delete(id));
      const result = {
        exitCode: EXIT_CODES.approved,
        json: { sessionId: id, deleted: true },
        text: `Deleted ${foreign(id)}.`,
      };
      context.finish(result, flags);
    });
}
