import { Command } from 'commander';
import type { CommandContext } from '../command-result.js';

/** `didit-liveness emulator`. Its options are those of `didit-emulator`, which reads them itself. */
export function emulatorCommand(context: CommandContext): Command {
  return new Command('emulator')
    .summary("serve Didit's API on this machine, scripted")
    .description("Serves Didit's API on this machine from a script, for tests and demos. Detects no faces.")
    .argument('[options...]', 'those of didit-emulator; see didit-liveness emulator --help')
    .helpOption(false)
    .allowUnknownOption()
    .action(async (_options: string[], flags: { readonly json?: boolean }, command: Command) => {
      // Loaded only here: nothing else of this program needs a server.
      const { runEmulator } = await import('./emulator.js');
      // Commander takes --json, which every command has, away.
      const args = flags.json === true ? ['--json', ...command.args] : command.args;
      const exitCode = await runEmulator(args, context);
      // What there is to say was said when the emulator listened.
      context.finish({ exitCode, json: {}, text: '' }, {});
    });
}
