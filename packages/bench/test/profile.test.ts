import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type CpuProfile, shareOf } from '../src/profile.js';

const folder = mkdtempSync(join(tmpdir(), 'didit-liveness-profile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const built = join(folder, 'packages/core/dist/esm');
mkdirSync(built, { recursive: true });
const joined = join(built, 'index.js');
writeFileSync(joined, ['// dist/esm/gate/run.js', 'one', 'two', '', '// dist/esm/image/jpeg.js', 'three'].join('\n'));

function nodeAt(id: number, url: string, lineNumber: number, children: readonly number[] = []) {
  return { id, callFrame: { functionName: `f${id}`, url, lineNumber }, children };
}

describe('shareOf', () => {
  const profile: CpuProfile = {
    nodes: [
      nodeAt(1, pathToFileURL(joined).href, 2, [2]),
      nodeAt(2, 'node:net', 7),
      nodeAt(3, pathToFileURL(joined).href, 5),
      nodeAt(4, 'file:///elsewhere.js', 1),
    ],
    samples: [1, 2, 3, 4],
    timeDeltas: [10, 20, 30, 40],
  };

  it('knows the modules that a build has joined, and counts what they called for them', () => {
    expect(shareOf(profile, /packages\/core\/dist\/esm\/gate\//)).toBeCloseTo(0.3);
    expect(shareOf(profile, /packages\/core\/dist\/esm\/image\//)).toBeCloseTo(0.3);
    expect(shareOf(profile, /packages\/core\/dist\/esm\/policy\//)).toBe(0);
  });
});
