import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A source file of the repository, by its path from the top. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** The text of a file, by its path from the top. */
export function read(path: string): string {
  return readFileSync(`${ROOT}${path}`, 'utf8');
}

/** Names of the folders below a folder. */
export function foldersIn(path: string): string[] {
  return readdirSync(`${ROOT}${path}`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/** Folders of the packages that are published. */
export function publishedPackages(): string[] {
  const isPrivate = (name: string) =>
    (JSON.parse(read(`packages/${name}/package.json`)) as { private?: boolean }).private === true;
  return foldersIn('packages').filter((name) => !isPrivate(name));
}

/** All files with this ending below a folder; what is installed or built is left out. */
export function filesBelow(path: string, ending: string): SourceFile[] {
  return readdirSync(`${ROOT}${path}`, { withFileTypes: true }).flatMap((entry) => {
    const child = `${path}/${entry.name}`;
    if (entry.isDirectory()) return /^(node_modules|dist|\..*)$/.test(entry.name) ? [] : filesBelow(child, ending);
    return entry.name.endsWith(ending) ? [{ path: child, text: read(child) }] : [];
  });
}

/** The names in the import and export statements of a file. */
export function importsOf({ text }: SourceFile): { readonly from: string; readonly isTypeOnly: boolean }[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, ''); // Examples in comments import what users import.
  const statements = code.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm);
  return [...statements].map(([, typeOnly, from = '']) => ({ from, isTypeOnly: typeOnly !== undefined }));
}
