import { DiditAccount } from '@didit-liveness/core';
import type { CommandContext } from './command-result.js';
import { addressOptions } from './connection.js';
import { readSecret } from './secret.js';

/** Options of every command that needs the password of an account. */
export interface PasswordFlags {
  readonly email: string;
  readonly passwordFile?: string;
}

/** Runs `work` with the host for accounts, and closes the connection behind it. */
export async function withAccount<Result>(
  { world }: CommandContext,
  work: (account: DiditAccount) => Promise<Result>,
): Promise<Result> {
  const account = new DiditAccount({ timeoutMs: TIMEOUT_MS, ...addressOptions(world.env['DIDIT_AUTH_URL']) });
  try {
    return await work(account);
  } finally {
    await account.close();
  }
}

/** Registering sends a mail before it answers. */
const TIMEOUT_MS = 30_000;

/** The password of an account; there is no option for it, since arguments are visible to others. */
export function readPassword({ passwordFile }: PasswordFlags, context: CommandContext): Promise<string> {
  const sources = {
    name: 'the password',
    variable: 'DIDIT_PASSWORD',
    file: passwordFile,
    fileOption: '--password-file',
  };
  return readSecret(sources, context);
}
