import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { escapePath, glob } from 'tinyglobby';
import { UsageError } from '../usage-error.js';

/** Endings of the formats that Didit takes. Source: contract 1.2 of the API; `.tif` is sent as TIFF by its bytes. */
const ENDINGS = 'jpg,jpeg,png,webp,tif,tiff';

/**
 * The files that files, folders and patterns stand for, each once and in a stable order. Of folders the pictures are
 * taken, by their endings, at any depth; a file that is named is taken whatever it is called.
 *
 * @throws {@link UsageError} when one of the sources is nothing
 */
export async function listPictures(sources: readonly string[]): Promise<readonly string[]> {
  const files = new Set<string>();
  for (const source of sources) {
    const found = await expand(source);
    if (found.length === 0)
      throw new UsageError(`${source} is no file, no folder with pictures, and no pattern that fits any.`);
    for (const file of found) files.add(file);
  }
  return [...files];
}

async function expand(source: string): Promise<readonly string[]> {
  const kind = await kindOf(source);
  if (kind === 'file') return [source];
  const pattern = kind === 'folder' ? `${escapePath(withoutSlash(source))}/**/*.{${ENDINGS}}` : source;
  const files = await glob([pattern], {
    caseSensitiveMatch: false,
    expandDirectories: false,
    onlyFiles: true,
    absolute: isAbsolute(source),
  });
  return files.sort();
}

function withoutSlash(path: string): string {
  return path.replace(/(?<=.)[/\\]+$/, '');
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'nothing'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch {
    return 'nothing';
  }
}
