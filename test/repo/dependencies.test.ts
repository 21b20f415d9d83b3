import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { publishedPackages, read } from './source.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What comes along from others when a package is installed, direct dependencies only. A new one needs a decision record. */
const FOREIGN: Readonly<Record<string, readonly string[]>> = {
  core: [],
  upload: [],
  express: [],
  koa: [],
  nestjs: [],
  emulator: ['busboy'],
  cli: ['cli-progress', 'commander', 'tinyglobby'],
};

/** The least versions that know of every advisory in the catalogue of threats. */
const FLOORS: readonly (readonly [folder: string, name: string, version: string])[] = [['upload', 'multer', '2.5.0']];

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly files?: readonly string[];
  readonly gypfile?: boolean;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

interface Installed {
  readonly folder: string;
  readonly manifest: Manifest;
}

const packages = publishedPackages();
const lockfile = read('pnpm-lock.yaml');

describe('what is installed with this', () => {
  it('D12 has a list for every package', () => {
    expect(Object.keys(FOREIGN).sort()).toEqual(packages.sort());
  });

  it.each(packages)('D12 brings along with %s only what is listed, and no more than three', (name) => {
    const { dependencies = {} } = installedAt(`packages/${name}`).manifest;
    const foreign = Object.keys(dependencies).filter((one) => !one.startsWith('@didit-liveness/'));

    expect(foreign.sort()).toEqual(FOREIGN[name]);
    expect(foreign.length).toBeLessThanOrEqual(3);
  });

  it.each(packages)('D12 runs no script when %s is installed, nor does anything that it brings along', (name) => {
    const all = closureOf(installedAt(`packages/${name}`));
    const running = all.filter(({ folder, manifest: { scripts = {}, gypfile } }) => {
      const runs = ['preinstall', 'install', 'postinstall', 'prepare'].some((script) => script in scripts);
      const isPublished = !folder.startsWith(join(ROOT, 'packages'));
      // `prepare` runs for a folder or a git address, and so not for what comes from a registry.
      const atInstall = isPublished ? ['preinstall', 'install', 'postinstall'].some((one) => one in scripts) : runs;
      return atInstall || gypfile === true || existsSync(join(folder, 'binding.gyp'));
    });

    expect(running.map(({ manifest }) => manifest.name)).toEqual([]);
  });

  it('D12 is told apart by what it is: the lock file has a digest for each and an address for none', () => {
    const resolutions = [...lockfile.matchAll(/^ {4}resolution: (.+)$/gm)].map(([, resolution]) => resolution);
    const unsure = resolutions.filter((resolution) => !/^\{integrity: sha512-[\w+/]{86}==\}$/.test(resolution ?? ''));

    expect(resolutions.length).toBeGreaterThan(500);
    expect(unsure).toEqual([]);
    expect(lockfile).not.toMatch(/https?:|git\+|tarball/);
  });

  it('D12 builds nothing of others while developing, and is installed by one version of one tool', () => {
    const workspace = read('pnpm-workspace.yaml');
    const [, list = ''] = /^allowBuilds:\n((?: {2}.+\n?)+)/m.exec(workspace) ?? [];
    const { packageManager } = JSON.parse(read('package.json')) as { packageManager: string };

    expect(
      list
        .trim()
        .split('\n')
        .filter((line) => !line.endsWith(': false')),
    ).toEqual([]);
    expect(packageManager).toMatch(/^pnpm@\d+\.\d+\.\d+$/);
  });

  it.each(FLOORS)('D11 holds for %s a floor under %s of its own: %s', (folder, name, version) => {
    const { dependencies, peerDependencies } = installedAt(`packages/${folder}`).manifest;
    const range = { ...peerDependencies, ...dependencies }[name];
    const installed = installedAt(`packages/${folder}/node_modules/${name}`);

    expect(range).toBe(`^${version}`);
    expect(isAtLeast(installed.manifest.version, version)).toBe(true);
  });

  it.each(packages)('D12 publishes of %s its build, its README and its licence, and nothing else', (name) => {
    const { files = [] } = installedAt(`packages/${name}`).manifest;

    expect(
      files.filter((one) => !['dist', 'README.md', 'LICENSE'].includes(one)).filter((one) => !isSchema(one)),
    ).toEqual([]);
    expect(files).toContain('dist');
  });
});

function isSchema(path: string): boolean {
  return path.endsWith('.schema.json');
}

function installedAt(folder: string): Installed {
  const path = realpathSync(join(ROOT, folder));
  // Manifests of packages that are installed.
  return { folder: path, manifest: JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest };
}

/** A package and everything that comes with it, each once. */
function closureOf(root: Installed): readonly Installed[] {
  const found = new Map([[root.folder, root]]);
  for (const { folder, manifest } of found.values()) {
    for (const name of Object.keys(manifest.dependencies ?? {})) {
      const path = realpathSync(folderOf(name, folder));
      if (!found.has(path)) found.set(path, installedAt(path.replace(ROOT, '')));
    }
  }
  return [...found.values()];
}

/** Where Node looks for a package, from a folder upwards. */
function folderOf(name: string, from: string): string {
  const place = join(from, 'node_modules', name);
  if (existsSync(place)) return place;
  if (dirname(from) === from) throw new Error(`${name} is not installed`);
  return folderOf(name, dirname(from));
}

function isAtLeast(version: string, floor: string): boolean {
  const [have, need] = [version, floor].map((text) => text.split('.').map(Number));
  const differing = need?.findIndex((part, index) => have?.[index] !== part) ?? -1;
  return differing === -1 || (have?.[differing] ?? 0) > (need?.[differing] ?? 0);
}
