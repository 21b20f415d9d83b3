import { DiditClient, type DiditClientOptions } from '@didit-liveness/core';
import type { Command } from 'commander';
import type { CommandContext } from './command-result.js';
import { readSecret } from './secret.js';

/** Options of every command that talks to Didit with a key. */
export interface KeyFlags {
  readonly apiKey?: string;
  readonly apiKeyFile?: string;
}

/** Gives a command the options of {@link KeyFlags}. */
export function withKeyOptions(command: Command): Command {
  return command
    .option('--api-key-file <path>', 'file that holds the API key (otherwise DIDIT_API_KEY, or a prompt)')
    .option('--api-key <key>', 'the API key itself; visible in process lists, so you are warned');
}

/** Where a host is, as a variable says. http is for an emulator on this machine, and refused elsewhere by core. */
export function addressOptions(variable = ''): Pick<DiditClientOptions, 'baseUrl' | 'allowInsecure'> {
  const baseUrl = variable.trim().replace(/\/+$/, '');
  return baseUrl === '' ? {} : { baseUrl, allowInsecure: true };
}

/** The API key of a command. @throws {@link UsageError} when there is none */
export function readApiKey(flags: KeyFlags, context: CommandContext): Promise<string> {
  return readSecret(
    {
      name: 'the API key',
      variable: 'DIDIT_API_KEY',
      file: flags.apiKeyFile,
      fileOption: '--api-key-file',
      argument: flags.apiKey,
      argumentOption: '--api-key',
    },
    context,
  );
}

/** How a command connects: the options of the user, and whether it paces its calls itself. */
export type ConnectionOptions = KeyFlags & Pick<DiditClientOptions, 'retryRateLimited'>;

/**
 * Runs `work` with a client of the user's account, and closes it behind the work.
 *
 * @throws {@link UsageError} when there is no key, or what the work throws
 */
export async function withClient<Result>(
  { retryRateLimited = true, ...flags }: ConnectionOptions,
  context: CommandContext,
  work: (client: DiditClient) => Promise<Result>,
): Promise<Result> {
  const apiKey = await readApiKey(flags, context);
  const client = new DiditClient({
    apiKey,
    timeoutMs: TIMEOUT_MS,
    retryRateLimited,
    ...addressOptions(context.world.env['DIDIT_BASE_URL']),
  });
  warnOfSandbox(client, context);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** Didit's samples wait a minute (contract 1.6); half of it is what its tests wait. */
const TIMEOUT_MS = 30_000;

function warnOfSandbox({ isSandbox }: DiditClient, { terminal }: CommandContext): void {
  if (!isSandbox) return;
  terminal.note(
    `${terminal.paintNote('caution', 'warning:')} this is a sandbox key (sk_test_): Didit approves every picture without looking at it.`,
  );
}
