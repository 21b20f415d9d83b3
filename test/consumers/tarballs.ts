import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PNPM = ['--prefer-offline', '-y', 'pnpm@12.21.0'];

/** A temporary folder; remove it when the tests are done. */
function temporaryFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'didit-liveness-consumer-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Packs packages as they would be published; gives the tarball of each. */
function pack(names: readonly string[], folder: string): ReadonlyMap<string, string> {
  const target = join(folder, 'tarballs');
  mkdirSync(target, { recursive: true });
  return new Map(
    names.map((name) => {
      execFileSync('npx', [...PNPM, 'pack', '--pack-destination', target], {
        cwd: join(ROOT, 'packages', name),
        stdio: 'pipe',
      });
      const stem = manifestName(name).replace('@', '').replace('/', '-');
      const file = readdirSync(target).find((entry) => new RegExp(`^${stem}-\\d`).test(entry)) ?? '';
      return [name, join(target, file)];
    }),
  );
}

/** What a package is called on npm, by the name of its folder. */
function manifestName(folder: string): string {
  const manifest = readFileSync(join(ROOT, 'packages', folder, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { name: string }).name;
}

/** Tarballs of packages, and a folder for projects that install them, for as long as the tests of a file run. */
export interface Tarballs {
  /** Where a project can be made. */
  readonly folder: string;
  /** Path of a tarball, by the name of the folder of its package. */
  readonly of: (name: string) => string;
  /** All of them, as dependencies of a project. */
  readonly dependencies: () => Record<string, string>;
}

/** Packs packages before the tests of a file, and cleans up behind them. */
export function useTarballs(names: readonly string[]): Tarballs {
  const folder = temporaryFolder();
  let packed: ReadonlyMap<string, string> = new Map();
  beforeAll(() => {
    packed = pack(names, folder.path);
  }, 180_000);
  afterAll(() => folder.remove());
  return {
    folder: folder.path,
    of: (name) => packed.get(name) ?? '',
    dependencies: () => Object.fromEntries([...packed].map(([name, file]) => [manifestName(name), `file:${file}`])),
  };
}

/** A project of a user: its files, and its dependencies installed with npm. */
export function createProject(
  folder: string,
  dependencies: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>>,
): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  // npm hands its own settings down to child processes as variables; a user's install has none of them.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_config_/i.test(name)));
  execFileSync('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: folder,
    stdio: 'pipe',
    env,
  });
}

/** Runs a program with Node; gives what it printed, and its exit code. */
export async function runNode(
  folder: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, args, { cwd: folder, env: { PATH: process.env['PATH'] } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => {
      output += text.toString();
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

/** The compiler of the repository, for projects that do not install one. */
export const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
