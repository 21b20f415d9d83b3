import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** The core of the server that is measured. */
export const SERVER_CORE = 0;

/** The core of everything else. */
export const OTHER_CORE = 1;

let known: boolean | undefined;

/** Whether processes can be given a core each: with `taskset`, on two cores or more. */
export function canPin(): boolean {
  known ??= availableParallelism() > 1 && spawnSync('taskset', ['-V'], { stdio: 'ignore' }).status === 0;
  return known;
}

/** A command line, on this core where one is named and that can be had. */
export function pinnedCommand(core: number | undefined, line: readonly string[]): [command: string, args: string[]] {
  const isPinned = core !== undefined && canPin();
  const [command = '', ...args] = isPinned ? ['taskset', '-c', String(core), ...line] : line;
  return [command, args];
}

/** Moves this process to a core, where that can be had; its later children come along unless they are pinned. */
export function pinSelf(core: number): void {
  if (canPin()) spawnSync('taskset', ['-a', '-c', '-p', String(core), String(process.pid)], { stdio: 'ignore' });
}
