import { readFile, stat } from 'node:fs/promises';
import type { CommandContext } from './command-result.js';
import { reasonOf } from './os-reason.js';
import { foreign } from './terminal/foreign.js';
import { UsageError } from './usage-error.js';

/** Where a secret may come from, besides a question to the person at the keyboard. */
export interface SecretSources {
  /** What it is called in messages, for example `the API key`. */
  readonly name: string;
  /** The environment variable that holds it. */
  readonly variable: string;
  /** Path of a file that holds it, and the option that named the file. */
  readonly file?: string | undefined;
  readonly fileOption: string;
  /** Given as an argument: accepted, with a warning. */
  readonly argument?: string | undefined;
  readonly argumentOption?: string;
}

/**
 * Reads a secret: from an argument (with a warning), a file, the environment, or a question on a terminal, in this order.
 *
 * @throws {@link UsageError} when there is none; the message says where it is looked for
 */
export async function readSecret(sources: SecretSources, { world, terminal }: CommandContext): Promise<string> {
  const { name, variable, file, fileOption, argument, argumentOption } = sources;
  if (argument !== undefined) {
    terminal.note(
      `${terminal.paintNote('caution', 'warning:')} ${argumentOption} shows ${name} in process lists and in the history of the shell; use ${variable} or ${fileOption} instead.`,
    );
    return filled(argument, `${argumentOption} is empty.`);
  }
  if (file !== undefined) return readSecretFile(sources, file, (text) => terminal.note(text));
  const fromEnvironment = world.env[variable]?.trim() ?? '';
  if (fromEnvironment !== '') return fromEnvironment;
  const places = `Set ${variable}, or name a file with ${fileOption}.`;
  if (!terminal.isInteractive) throw new UsageError(`There is no ${name.replace(/^the /, '')}. ${places}`);
  return filled(await terminal.promptSecret(`Enter ${name} (not shown): `), `Nothing was entered. ${places}`);
}

async function readSecretFile(
  { name, fileOption }: SecretSources,
  path: string,
  warn: (text: string) => void,
): Promise<string> {
  try {
    const { mode } = await stat(path);
    // Windows has no such bits and reports all of them.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      warn(`warning: others on this machine may read ${foreign(path)}, which holds ${name}; chmod 600 keeps them out.`);
    }
    return filled((await readFile(path, 'utf8')).trim(), `${path}, named by ${fileOption}, is empty.`);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path}, named by ${fileOption}, cannot be read (${reasonOf(error)}).`);
  }
}

function filled(secret: string, complaint: string): string {
  if (secret.trim() === '') throw new UsageError(complaint);
  return secret.trim();
}
