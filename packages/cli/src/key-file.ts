import { type FileHandle, open, rm } from 'node:fs/promises';
import { reasonOf } from './secret.js';
import { foreign } from './terminal/foreign.js';
import { UsageError } from './usage-error.js';

/** Where a key that Didit gives is kept, unless `--api-key-out` says otherwise. */
export const DEFAULT_KEY_FILE = 'didit-api-key';

/**
 * Gets a key and writes it into a new file that only its owner may read. The file is made first: a code for one use is
 * not spent on a key that then has no place. Never overwrites anything.
 *
 * @throws {@link UsageError} when the file cannot be made, or what `obtain` throws
 */
export async function writeKeyFile<Result extends { readonly apiKey: string }>(
  path: string,
  obtain: () => Promise<Result>,
): Promise<Result> {
  const file = await create(path);
  try {
    const result = await obtain();
    await file.writeFile(`${result.apiKey}\n`);
    return result;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function create(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600);
  } catch (error) {
    const reason = reasonOf(error) === 'EEXIST' ? 'it exists, and keys are not overwritten' : reasonOf(error);
    throw new UsageError(`${path} cannot be written (${reason}). Name another file with --api-key-out.`);
  }
}

/** How to use a key file. */
export function keyFileAdvice(path: string): string {
  const shown = foreign(path);
  return `The key is in ${shown}. Use it with --api-key-file ${shown}, or: export DIDIT_API_KEY="$(cat ${shown})"`;
}
