import { CommanderError } from 'commander';
import type { CommandContext, CommandResult, CommonFlags } from './command-result.js';
import { EXIT_CODES } from './exit-codes.js';
import { describeFailure } from './failure.js';
import { createProgram } from './program.js';
import { foreign } from './terminal/foreign.js';
import { createTerminal, type Terminal } from './terminal/terminal.js';
import { seemToHoldSecret, withoutTypedWords } from './usage-text.js';
import type { World } from './world.js';

/**
 * Runs the command line.
 *
 * @param args - what stands behind the name of the command
 * @returns the exit code
 */
export async function runCli(args: readonly string[], world: World): Promise<number> {
  const terminal = createTerminal(world);
  let exitCode: number = EXIT_CODES.approved;
  const context: CommandContext = {
    world,
    terminal,
    finish(result, flags) {
      printResult(result, flags, terminal);
      exitCode = result.exitCode;
    },
  };
  try {
    await createProgram(context).parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return error instanceof CommanderError ? reportUsage(error, args, terminal) : reportFailure(error, args, terminal);
  }
}

function printResult({ json, text }: CommandResult, flags: CommonFlags, terminal: Terminal): void {
  if (flags.json === true) terminal.printJson(json);
  else if (text !== '') terminal.print(text);
}

/** Commander has said on standard error what is wrong; programs get it as JSON too. */
function reportUsage(error: CommanderError, args: readonly string[], terminal: Terminal): number {
  if (error.exitCode === 0) return EXIT_CODES.approved;
  if (seemToHoldSecret(args)) {
    terminal.note(
      `${terminal.paintNote('caution', 'warning:')} a secret in the arguments shows in process lists and in the history of the shell; use the environment or a file instead, and replace it if others may have seen it.`,
    );
  }
  if (wantsJson(args)) {
    const message = withoutTypedWords(error.message).replace(/^error: /, '');
    terminal.printJson({ error: { code: 'usage', message } });
  }
  return EXIT_CODES.usage;
}

function reportFailure(error: unknown, args: readonly string[], terminal: Terminal): number {
  const { exitCode, lines, ...failure } = describeFailure(error);
  if (wantsJson(args)) terminal.printJson({ error: failure });
  terminal.note(`${terminal.paintNote('bad', 'error:')} ${lines.map(foreign).join('\n  ')}`);
  if (failure.advice !== '') terminal.note(failure.advice);
  return exitCode;
}

function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end === -1 ? args : args.slice(0, end)).includes('--json');
}
