import { fstatSync, type Stats, statSync } from 'node:fs';
import { reasonOf } from '../os-reason.js';
import { UsageError } from '../usage-error.js';

/** Standard output and standard error. */
const PRINTED = [1, 2] as const;

/**
 * Looks whether a record can be kept at a path: in a file that can be read again, and that nothing else is written into.
 *
 * @throws {@link UsageError} when there is a device, a pipe or a folder, or what this program prints goes there
 */
export function checkRecordPlace(path: string): void {
  const found = statsOf(path);
  if (found === undefined) return;
  if (!found.isFile()) {
    throw new UsageError(`--out ${path} is no regular file, so it cannot keep what was paid for. Name a file.`);
  }
  if (PRINTED.some((descriptor) => isSame(found, descriptor))) {
    throw new UsageError(`--out ${path} is where the output goes. Name a file of its own for the record.`);
  }
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (reasonOf(error) === 'ENOENT') return undefined;
    throw new UsageError(`--out ${path} cannot be written (${reasonOf(error)}).`);
  }
}

function isSame({ dev, ino }: Stats, descriptor: number): boolean {
  try {
    const printed = fstatSync(descriptor);
    return printed.dev === dev && printed.ino === ino;
  } catch {
    // It is closed.
    return false;
  }
}
