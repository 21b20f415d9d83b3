import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { publishedPackages } from '../repo/source.js';
import { runNode, useTarballs } from './tarballs.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PACKAGES = publishedPackages();
const tarballs = useTarballs(PACKAGES);

describe.each(PACKAGES)('the tarball of %s', (name) => {
  const check = (args: readonly string[]) => runNode(ROOT, [...args, tarballs.of(name)]);

  it('is what publint expects', async () => {
    const { code, output } = await check(['node_modules/publint/src/cli.js', '--strict']);

    expect(output).toContain('All good!');
    expect(code).toBe(0);
  });

  it('has types that fit every way to import it', async () => {
    const { code, output } = await check(['node_modules/@arethetypeswrong/cli/dist/index.js', '--format', 'ascii']);

    expect(output).toContain('No problems found');
    expect(code).toBe(0);
  });

  it('holds the build, the licence and the README, and nothing else', () => {
    const list = execFileSync('tar', ['-tzf', tarballs.of(name)], { encoding: 'utf8' })
      .trim()
      .split('\n');
    const others = list.filter(
      (path) => !/^package\/(dist\/.*|LICENSE|README\.md|package\.json|policy\.schema\.json)$/.test(path),
    );

    expect(others).toEqual([]);
    expect(list).toEqual(expect.arrayContaining(['package/LICENSE', 'package/README.md']));
  });
});
