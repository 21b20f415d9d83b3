import { Command } from 'commander';
import type { CommandContext } from './command-result.js';
import { loginCommand, registerCommand, resendCodeCommand, verifyEmailCommand } from './commands/account.js';
import { ageCommand } from './commands/age.js';
import { batchCommand } from './commands/batch.js';
import { balanceCommand, topUpCommand } from './commands/billing.js';
import { checkCommand } from './commands/check.js';
import { doctorCommand } from './commands/doctor.js';
import { emulatorCommand } from './commands/emulator-command.js';
import { matchCommand } from './commands/match.js';
import { policyCommand } from './commands/policy.js';
import { sessionCommand } from './commands/session.js';
import { webhookCommand } from './commands/webhook.js';
import { printable } from './terminal/terminal.js';
import { withoutTypedWords } from './usage-text.js';

const COMMANDS = [
  checkCommand,
  batchCommand,
  policyCommand,
  matchCommand,
  ageCommand,
  sessionCommand,
  webhookCommand,
  registerCommand,
  verifyEmailCommand,
  resendCodeCommand,
  loginCommand,
  balanceCommand,
  topUpCommand,
  doctorCommand,
  emulatorCommand,
] as const;

/** All commands, each with `--json` and `--help`. */
export function createProgram(context: CommandContext): Command {
  const { world } = context;
  const program = new Command('didit-liveness')
    .description('Passive liveness checks with Didit from the command line. Unofficial.')
    .version(world.version)
    .addHelpText('after', HELP);
  for (const make of COMMANDS) program.addCommand(make(context));
  for (const command of [program, ...everyCommandBelow(program)]) prepare(command, context);
  return program;
}

function everyCommandBelow(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...everyCommandBelow(child)]);
}

/** Errors are thrown instead of ending the process, and the texts go where the world says. */
function prepare(command: Command, { world }: CommandContext): void {
  command
    .exitOverride()
    .showHelpAfterError(`See: ${pathOf(command)} --help`)
    .configureOutput({
      writeOut: (text) => void world.stdout.write(text),
      writeErr: (text) => void world.stderr.write(printable(text)),
      outputError: (text, write) => write(withoutTypedWords(text)),
    });
  if (command.commands.length === 0)
    command.option('--json', 'print the result as JSON, and nothing else, on standard output');
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

const HELP = `
Environment:
  DIDIT_API_KEY   the key of your Didit application; or --api-key-file; or you are asked for it
  DIDIT_BASE_URL  where Didit's API is; http only on this machine, for an emulator
  DIDIT_AUTH_URL  the same for the host of accounts
  NO_COLOR        no colours; FORCE_COLOR: colours also in pipes and files

Exit codes: 0 approved or done, 1 declined, 2 review, 3 usage, 4 unavailable.

Examples:
  didit-liveness doctor
  didit-liveness check selfie.jpg --threshold 80
  didit-liveness batch pictures/ --out results.jsonl --report report.html`;
