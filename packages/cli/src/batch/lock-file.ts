import { closeSync, fsyncSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { realLocation } from '../real-location.js';
import { reasonOf } from '../os-reason.js';
import { UsageError } from '../usage-error.js';

/** A lock that is held until it is released. */
export interface LockFile {
  release(): void;
}

/** Locks that this process holds: after a restart of a container another process may have had its number. */
const held = new Set<string>();

/**
 * Takes the lock of a record, so that two runs do not pay for the same pictures. A lock whose process is gone, as after
 * a crash, is taken over. The lock lies where the record really is, so that it is the same by every name of it.
 *
 * @throws {@link UsageError} when another run holds it
 */
export function lockFile(path: string): LockFile {
  const lock = `${realLocation(path)}.lock`;
  const mine = `${hostname()} ${process.pid}\n`;
  if (!create(lock, mine)) takeOver(lock, mine);
  held.add(lock);
  return {
    release() {
      held.delete(lock);
      if (read(lock) === mine) remove(lock);
    },
  };
}

/** A lock that cannot be removed is taken over by the next run. */
function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What the run came to is more important.
  }
}

/** The lock is there with its text or not at all: it is written aside, and gets its name when it is on the disk. */
function create(lock: string, text: string): boolean {
  const aside = `${lock}.${process.pid}.new`;
  try {
    writeWhole(aside, text);
    return claim(lock, aside, text);
  } catch (error) {
    throw new UsageError(`${lock} cannot be written (${reasonOf(error)}).`);
  } finally {
    remove(aside);
  }
}

function writeWhole(path: string, text: string): void {
  const descriptor = openSync(path, 'w', 0o600);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Not every file system has links. */
const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP']);

function claim(lock: string, aside: string, text: string): boolean {
  try {
    linkSync(aside, lock);
    return true;
  } catch (error) {
    if (reasonOf(error) === 'EEXIST') return false;
    if (!NO_LINKS.has(reasonOf(error))) throw error;
    return claimWithoutLinks(lock, text);
  }
}

function claimWithoutLinks(lock: string, text: string): boolean {
  try {
    writeFileSync(lock, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (reasonOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function takeOver(lock: string, mine: string): void {
  const holder = read(lock);
  if (holder !== undefined && isAlive(holder, lock)) throw inUse(lock, holder);
  // Moved, not deleted: of two runs that find the same dead lock only one moves it, and a lock that a third took in the
  // meantime is put back.
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
    if (read(aside) !== holder) linkSync(aside, lock);
  } catch {
    // Somebody else was faster; who, shows below.
  }
  remove(aside);
  if (!create(lock, mine)) throw inUse(lock, read(lock) ?? '');
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Of a process on another machine nobody here can tell, so it counts as alive. An empty lock is what a crash left: a run
 * that lives has its name in it. A lock with the number of this process is of an earlier one, unless it is held here.
 */
function isAlive(holder: string, lock: string): boolean {
  if (holder === '') return false;
  const [, host = '', pid = ''] = /^(\S+) (\d+)\n$/.exec(holder) ?? [];
  if (host !== hostname()) return true;
  if (Number(pid) === process.pid) return held.has(lock);
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
