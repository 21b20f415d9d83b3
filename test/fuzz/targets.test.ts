import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const TARGETS = ['content-type', 'image-inspector', 'multipart-form', 'retry-after', 'verdict-decoder'];
const require = createRequire(import.meta.url);

type Fuzz = (bytes: Buffer) => void;

/** What earlier runs found for a target; each was a bug once. */
function regressionsOf(target: string): Buffer[] {
  const folder = `${HERE}regressions/${target}`;
  return existsSync(folder) ? readdirSync(folder).map((file) => readFileSync(`${folder}/${file}`)) : [];
}

describe('the targets of coverage-guided fuzzing', () => {
  it('are all there', () => {
    const files = readdirSync(HERE).filter((file) => file.endsWith('.fuzz.cjs'));

    expect(files.map((file) => file.replace('.fuzz.cjs', ''))).toEqual(TARGETS);
  });

  it.each(TARGETS)(
    'B14 C08 C16 A05 A32 take what %s begins with, any prefix of it, and whatever was once found',
    async (target) => {
      const { fuzz } = require(`./${target}.fuzz.cjs`) as { fuzz: Fuzz };
      const { seedsOf } = await import('./seeds.mjs');
      const seeds = await seedsOf(target);
      const lengths = (seed: Buffer) => [...new Set([0, 1, 4, 12, 40, seed.length - 1, seed.length])];

      const inputs = [
        ...regressionsOf(target),
        ...seeds.flatMap((seed) => lengths(seed).map((end) => seed.subarray(0, end))),
      ];

      expect(seeds.length).toBeGreaterThan(3);
      for (const bytes of inputs) expect(() => fuzz(bytes)).not.toThrow();
    },
  );
});
