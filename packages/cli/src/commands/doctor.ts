import { Command } from 'commander';
import type { CommandContext, CommandResult, CommonFlags } from '../command-result.js';
import { type KeyFlags, readApiKey, withKeyOptions } from '../connection.js';
import { examine } from '../doctor/examine.js';
import type { Finding } from '../doctor/finding.js';
import { EXIT_CODES } from '../exit-codes.js';
import type { Paint } from '../terminal/colours.js';
import { foreign } from '../terminal/foreign.js';
import { UsageError } from '../usage-error.js';

interface DoctorFlags extends CommonFlags, KeyFlags {}

/** `didit-liveness doctor`. */
export function doctorCommand(context: CommandContext): Command {
  const command = new Command('doctor')
    .summary('find out why it does not work; spends nothing')
    .description('Examines the key, the network, the clock, the balance and this machine. Spends nothing.');
  return withKeyOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (flags: DoctorFlags) => {
      const findings = await examine(await keyOrNothing(flags, context), context.world);
      context.finish(toResult(findings, context.terminal.paint), flags);
    });
}

const EXAMPLES = `
Exit codes: 0 all well (there may be warnings), 4 something has failed.

Examples:
  didit-liveness doctor
  DIDIT_BASE_URL=http://127.0.0.1:3999 didit-liveness doctor --json`;

/** A missing key is one of the things that the doctor finds. */
async function keyOrNothing(flags: DoctorFlags, context: CommandContext): Promise<string | undefined> {
  try {
    return await readApiKey(flags, context);
  } catch (error) {
    if (error instanceof UsageError && flags.apiKeyFile === undefined) return undefined;
    throw error;
  }
}

function toResult(findings: readonly Finding[], paint: Paint): CommandResult {
  const isWell = findings.every(({ status }) => status !== 'failed');
  return {
    exitCode: isWell ? EXIT_CODES.approved : EXIT_CODES.unavailable,
    json: { ok: isWell, findings },
    text: findings.map((finding) => toLine(finding, paint)).join('\n'),
  };
}

const TONES = { ok: 'good', warning: 'caution', failed: 'bad', skipped: 'quiet' } as const;
const WIDTH = 14;

function toLine({ name, status, detail }: Finding, paint: Paint): string {
  return `${paint(TONES[status], status.padEnd(8))} ${name.padEnd(WIDTH)}${foreign(detail)}`;
}
