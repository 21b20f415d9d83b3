import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { reasonOf } from '../secret.js';
import { UsageError } from '../usage-error.js';

/** A lock that is held until it is released. */
export interface LockFile {
  release(): void;
}

/**
 * Takes the lock of a record, so that two runs do not pay for the same pictures. A lock whose process is gone, as after
 * a crash, is taken over.
 *
 * @throws {@link UsageError} when another run holds it
 */
export function lockFile(path: string): LockFile {
  const lock = `${path}.lock`;
  const mine = `${hostname()} ${process.pid}\n`;
  if (!create(lock, mine)) takeOver(lock, mine);
  return {
    release() {
      if (read(lock) === mine) rmSync(lock, { force: true });
    },
  };
}

function create(lock: string, text: string): boolean {
  try {
    writeFileSync(lock, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (reasonOf(error) === 'EEXIST') return false;
    throw new UsageError(`${lock} cannot be written (${reasonOf(error)}).`);
  }
}

function takeOver(lock: string, mine: string): void {
  const holder = read(lock);
  if (holder !== undefined && isAlive(holder)) throw inUse(lock, holder);
  // Moved, not deleted: of two runs that find the same dead lock only one moves it, and a lock that a third took in the
  // meantime is put back.
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
    if (read(aside) !== holder) linkSync(aside, lock);
  } catch {
    // Somebody else was faster; who, shows below.
  }
  rmSync(aside, { force: true });
  if (!create(lock, mine)) throw inUse(lock, read(lock) ?? '');
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Of a process on another machine nobody here can tell, so it counts as alive. A lock without a name is half-written. */
function isAlive(holder: string): boolean {
  const [, host = '', pid = ''] = /^(\S+) (\d+)\n$/.exec(holder) ?? [];
  if (host !== hostname()) return true;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return reasonOf(error) !== 'ESRCH';
  }
}

function inUse(lock: string, holder: string): UsageError {
  const [host = 'an unknown machine', pid = 'unknown'] = holder.trim().split(' ');
  return new UsageError(
    `Another run writes this record: process ${pid} on ${host}. Wait for it, or name another file with --out. If it is surely gone, delete ${lock}.`,
  );
}
