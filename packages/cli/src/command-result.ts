import type { Terminal } from './terminal/terminal.js';
import type { ExitCode } from './exit-codes.js';
import type { World } from './world.js';

/** What a command found: the same facts for programs and for people. */
export interface CommandResult {
  readonly exitCode: ExitCode;
  /** Printed with `--json`, as one document. */
  readonly json: object;
  /** Printed without it. */
  readonly text: string;
}

/** Options that every command has. */
export interface CommonFlags {
  readonly json?: boolean;
}

/** What commands are made with. */
export interface CommandContext {
  readonly world: World;
  readonly terminal: Terminal;
  /** Prints a result in the form that was asked for, and keeps its exit code. */
  finish(result: CommandResult, flags: CommonFlags): void;
}
