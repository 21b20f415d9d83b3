import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folders of the packages that come along with these, each once, themselves included. Peers do not count. */
export function installedWith(names: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const here = dirname(fileURLToPath(import.meta.url));
  for (const name of names) collect(name, here, found);
  return found;
}

function collect(name: string, from: string, found: Set<string>): void {
  const folder = folderOf(name, from);
  if (folder === undefined || found.has(folder)) return;
  found.add(folder);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { dependencies?: object };
  for (const dependency of Object.keys(manifest.dependencies ?? {})) collect(dependency, folder, found);
}

/** Where Node would find a package, by its folder: many do not export their package.json. */
function folderOf(name: string, from: string): string | undefined {
  const candidate = join(from, 'node_modules', name);
  if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
  const parent = dirname(from);
  return parent === from ? undefined : folderOf(name, parent);
}
