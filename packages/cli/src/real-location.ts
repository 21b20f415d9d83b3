import { readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** Links that may follow one another before they count as a circle. */
const MAX_LINKS = 40;

/** Where a path leads in the end, through every link, also when nothing is there yet. */
export function realLocation(path: string, linksLeft = MAX_LINKS): string {
  try {
    return realpathSync.native(path);
  } catch {
    const target = linksLeft > 0 ? linkTarget(path) : undefined;
    return target === undefined ? join(realFolder(path), basename(path)) : realLocation(target, linksLeft - 1);
  }
}

/** Of a link that leads to nothing yet. */
function linkTarget(path: string): string | undefined {
  try {
    return resolve(dirname(path), readlinkSync(path));
  } catch {
    return undefined;
  }
}

function realFolder(path: string): string {
  const folder = dirname(resolve(path));
  try {
    return realpathSync.native(folder);
  } catch {
    return folder;
  }
}
