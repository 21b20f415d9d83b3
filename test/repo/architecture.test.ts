import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { filesBelow, foldersIn, importsOf, publishedPackages, read, type SourceFile } from './source.js';

/** What each package may import besides Node and itself. `type:` means types only. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: [],
  upload: [],
  express: ['@didit-liveness/core', '@didit-liveness/upload', 'type:express'],
  koa: ['@didit-liveness/core', '@didit-liveness/upload', 'type:koa'],
  nestjs: [
    '@didit-liveness/core',
    '@didit-liveness/upload',
    '@nestjs/common',
    '@nestjs/core',
    '@nestjs/swagger',
    '@nestjs/terminus',
    'class-validator',
    'reflect-metadata',
    'rxjs',
  ],
  cli: ['@didit-liveness/core', '@didit-liveness/emulator', 'cli-progress', 'commander', 'tinyglobby', 'type:sharp'],
  emulator: ['type:@didit-liveness/core', 'busboy'],
  // Private: the guards as users have them, and what the peers are made of.
  bench: [
    '@didit-liveness/core',
    '@didit-liveness/express',
    '@didit-liveness/koa',
    '@didit-liveness/nestjs',
    '@koa/multer',
    '@nestjs/common',
    '@nestjs/core',
    'axios',
    'express',
    'form-data',
    'koa',
    'multer',
    'reflect-metadata',
    'selfsigned',
    'undici',
    '@nestjs/platform-express',
  ],
};

/** The rooms of core, each of which may import itself and what is listed behind it. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  '.': ['client', 'wire', 'image', 'policy', 'gate', 'webhook'],
  image: ['.'],
  wire: ['.'],
  policy: ['.', 'wire'],
  webhook: ['.', 'wire'],
  client: ['.', 'wire', 'image', 'policy', 'webhook'],
  gate: ['.', 'wire', 'image', 'policy', 'client'],
};

const sourcesOf = (name: string) => filesBelow(`packages/${name}/src`, '.ts');
const isBuiltin = (from: string) => from.startsWith('node:') || builtinModules.includes(from);

describe('the direction of imports', () => {
  it('has a rule for every package', () => {
    expect(Object.keys(ALLOWED).sort()).toEqual(foldersIn('packages').sort());
  });

  it.each(Object.keys(ALLOWED))('keeps %s to what it may know', (name) => {
    const strangers = sourcesOf(name).flatMap((file) =>
      importsOf(file)
        .filter(({ from }) => !from.startsWith('.') && !isBuiltin(from))
        .filter(({ from, isTypeOnly }) => !isAllowed(name, from, isTypeOnly))
        .map(({ from }) => `${file.path} imports ${from}`),
    );

    expect(strangers).toEqual([]);
  });

  it.each(publishedPackages())('lists in package.json of %s exactly what it imports at run time', (name) => {
    const imported = sourcesOf(name).flatMap((file) => importsOf(file).filter(({ isTypeOnly }) => !isTypeOnly));
    const packages = imported.map(({ from }) => from).filter((from) => !from.startsWith('.') && !isBuiltin(from));
    const { dependencies = {}, peerDependencies = {} } = JSON.parse(read(`packages/${name}/package.json`)) as {
      dependencies?: object;
      peerDependencies?: object;
    };
    const own = [...new Set(packages)].filter((from) => !Object.hasOwn(peerDependencies, from));

    expect(own.sort()).toEqual(Object.keys(dependencies).sort());
  });

  it('keeps what is private out of what is published', () => {
    const named = publishedPackages().flatMap((name) => ALLOWED[name] ?? []);

    expect(named.filter((from) => /bench/.test(from))).toEqual([]);
    expect(JSON.parse(read('packages/bench/package.json'))).not.toHaveProperty('dependencies');
  });

  it('keeps each room of core to the rooms below it', () => {
    const files = sourcesOf('core');
    const crossings = files.flatMap((file) =>
      relativeImports(file)
        .filter((target) => roomOf(target) !== roomOf(file.path))
        .filter((target) => !ROOMS[roomOf(file.path)]?.includes(roomOf(target)))
        .map((target) => `${file.path} imports ${target}`),
    );

    expect(crossings).toEqual([]);
    expect(new Set(files.map(({ path }) => roomOf(path)))).toEqual(new Set(Object.keys(ROOMS)));
  });

  it.each(Object.keys(ALLOWED))('has no cycle in %s, type imports aside', (name) => {
    const graph = new Map(sourcesOf(name).map((file) => [file.path, relativeImports(file, false)]));

    expect(findCycle(graph)).toBeUndefined();
  });

  it('would find a cycle', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['b']],
    ]);

    expect(findCycle(graph)).toEqual(['b', 'c', 'b']);
  });
});

function isAllowed(name: string, from: string, isTypeOnly: boolean): boolean {
  const allowed = ALLOWED[name] ?? [];
  return allowed.includes(from) || (isTypeOnly && allowed.includes(`type:${from}`));
}

function relativeImports(file: SourceFile, withTypes = true): string[] {
  return importsOf(file)
    .filter(({ from, isTypeOnly }) => from.startsWith('.') && (withTypes || !isTypeOnly))
    .map(({ from }) => posix.join(posix.dirname(file.path), from).replace(/\.js$/, '.ts'));
}

/** The folder below `src` that a file of core lives in; `.` for the top. */
function roomOf(path: string): string {
  const [room, ...rest] = path.replace('packages/core/src/', '').split('/');
  return rest.length > 0 && room !== undefined ? room : '.';
}

/** A path that comes back to where it began, or undefined. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, trail: string[]): string[] | undefined => {
    if (trail.includes(node)) return [...trail.slice(trail.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next, [...trail, node]);
      if (cycle) return cycle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node, []);
    if (cycle) return cycle;
  }
  return undefined;
}
