import { type FileHandle, open, rm } from 'node:fs/promises';
import { KeyNotWrittenError } from './key-not-written-error.js';
import { reasonOf } from './os-reason.js';
import { foreign } from './terminal/foreign.js';
import { UsageError } from './usage-error.js';

/** Where a key that Didit gives is kept, unless `--api-key-out` says otherwise. */
export const DEFAULT_KEY_FILE = 'didit-api-key';

/** More than any key needs. */
const RESERVED_BYTES = 1024;

/**
 * Gets a key and writes it into a new file that only its owner may read. The file is made and filled first: a code for
 * one use is not spent on a key that then has no place. Never overwrites anything.
 *
 * @throws {@link UsageError} when the file cannot be made, or what `obtain` throws
 * @throws {@link KeyNotWrittenError} when there is a key, and the file cannot hold it all the same
 */
export async function writeKeyFile<Result extends { readonly apiKey: string }>(
  path: string,
  obtain: () => Promise<Result>,
): Promise<Result> {
  const file = await create(path);
  try {
    await reserve(file, path);
    const result = await obtain();
    await fill(file, path, result.apiKey);
    return result;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/** A disk that is full says so now. */
async function reserve(file: FileHandle, path: string): Promise<void> {
  try {
    await file.write(' '.repeat(RESERVED_BYTES), 0);
    await file.sync();
  } catch (error) {
    throw notWritable(path, reasonOf(error));
  }
}

async function fill(file: FileHandle, path: string, apiKey: string): Promise<void> {
  const line = Buffer.from(`${apiKey}\n`);
  try {
    const { bytesWritten } = await file.write(line, 0, line.length, 0);
    await file.truncate(bytesWritten);
    await file.sync();
    if (bytesWritten === line.length) return;
  } catch (error) {
    throw new KeyNotWrittenError(`Didit gave a key, but ${path} cannot be written (${reasonOf(error)}).`);
  }
  throw new KeyNotWrittenError(`Didit gave a key, but ${path} took only a part of it.`);
}

async function create(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600);
  } catch (error) {
    const reason = reasonOf(error) === 'EEXIST' ? 'it exists, and keys are not overwritten' : reasonOf(error);
    throw notWritable(path, reason);
  }
}

function notWritable(path: string, reason: string): UsageError {
  return new UsageError(`${path} cannot be written (${reason}). Name another file with --api-key-out.`);
}

/** How to use a key file. */
export function keyFileAdvice(path: string): string {
  const shown = foreign(path);
  return `The key is in ${shown}. Use it with --api-key-file ${shown}, or: export DIDIT_API_KEY="$(cat ${shown})"`;
}
