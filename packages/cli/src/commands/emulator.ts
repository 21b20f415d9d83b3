import { once } from 'node:events';
import { type CommandResult as EmulatorResult, runEmulatorCommand } from '@didit-liveness/emulator';
import type { CommandContext } from '../command-result.js';
import { EXIT_CODES, type ExitCode } from '../exit-codes.js';

/** Runs `didit-liveness emulator` with the options of `didit-emulator` until a signal comes; gives the exit code. */
export async function runEmulator(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const { world, terminal } = context;
  // Listening first: a signal may come as soon as the word "ready" is out.
  const stopping = new AbortController();
  const stopped = once(stopping.signal, 'abort');
  const letGo = world.onSignal(() => stopping.abort());
  const result: EmulatorResult = await runEmulatorCommand(args, {
    name: 'didit-liveness emulator',
    info: (line) => terminal.print(line),
    error: (line) => terminal.note(line),
  });
  if (result.kind === 'running') {
    await stopped;
    await result.emulator.close();
  }
  letGo();
  return result.kind === 'done' && result.exitCode !== 0 ? EXIT_CODES.usage : EXIT_CODES.approved;
}
