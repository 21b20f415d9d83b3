import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { filesBelow, foldersIn, read, type SourceFile } from './source.js';

const sources = foldersIn('packages').flatMap((name) => filesBelow(`packages/${name}/src`, '.ts'));
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: fileURLToPath(new URL('../..', import.meta.url)),
  encoding: 'utf8',
}).split('\n');

describe('source files', () => {
  it('are ASCII', () => {
    const strange = sources.filter(({ text }) => /[^\n\x20-\x7e]/.test(text)).map(({ path }) => path);

    expect(strange).toEqual([]);
  });

  it('have no type escapes, and no switched-off or focused tests', () => {
    const escapes = linesMatching(sources, /@ts-(ignore|nocheck)|: any\b|as any\b|<any>/);
    const tests = [
      ...filesBelow('packages', '.test.ts'),
      ...filesBelow('test', '.ts'),
      ...filesBelow('examples', '.test.ts'),
    ];

    expect(escapes).toEqual([]);
    expect(linesMatching(tests, /\b(it|test|describe)\.(only|skip)\b|\bx(it|describe)\(|\bf(it|describe)\(/)).toEqual(
      [],
    );
  });

  it('document every exported value, class, type and function', () => {
    const bare = sources.flatMap(({ path, text }) =>
      // A decorator stands between a class and what is said of it.
      [
        ...text
          .replace(/^@.*\n/gm, '')
          .matchAll(/(^.*\n)export (?:async |abstract )*(?:const|function|class|interface|type) (\w+)/gm),
      ]
        .filter(([, before = '']) => !/\*\/\s*$/.test(before))
        .map(([, , name]) => `${path} ${name}`),
    );

    expect(bare).toEqual([]);
  });

  it('carry no type in a TSDoc tag', () => {
    expect(linesMatching(sources, /\*\s+@(param|returns|throws)\s+\{(?!@link)/)).toEqual([]);
  });

  it('G11 read nothing that a client can say of its own address', () => {
    const guarding = sources.filter(({ path }) => /^packages\/(core|upload|express|koa|nestjs)\//.test(path));
    const claims = /x-forwarded|x-real-ip|['"`]forwarded|\.ips?\b|\.remoteAddress|headers(\.host\b|\[['"`]host)/i;

    expect(linesMatching(guarding, claims)).toEqual([]);
    expect(guarding.length).toBeGreaterThan(100);
  });

  it('stay within 300 lines of code', () => {
    const long = sources.filter(({ text }) => text.split('\n').filter((line) => /^\s*[^\s*/]/.test(line)).length > 300);

    expect(long.map(({ path }) => path)).toEqual([]);
  });
});

describe('the repository', () => {
  it('has lock files without download addresses', () => {
    expect(read('pnpm-lock.yaml')).not.toMatch(/https?:\/\/|tarball:/);
  });

  it('holds no key and no absolute path of a home folder', () => {
    const texts = tracked
      .filter((path) => /\.(ts|mjs|js|json|md|yaml|yml|html|css)$/.test(path) && path !== 'pnpm-lock.yaml')
      .map((path) => ({ path, text: read(path) }));

    expect(linesMatching(texts, /sk_(live|test)_[A-Za-z0-9_-]{43}/)).toEqual([]);
    expect(linesMatching(texts, /(^|[\s'"`(])\/(home|root|Users)\/\w/)).toEqual([]);
  });
});

function linesMatching(files: readonly SourceFile[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [])),
  );
}
