import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';

const NAMES: Readonly<Record<string, readonly string[]>> = {
  index: [
    'DiditWebhook',
    'DiditWebhookInterceptor',
    'InjectLiveness',
    'Liveness',
    'LivenessException',
    'LivenessExceptionFilter',
    'LivenessGuard',
    'LivenessModule',
    'LivenessModuleOptions',
    'LivenessRouteGuard',
    'LivenessService',
    'Selfie',
    'SkipLiveness',
    'StepUp',
    'StepUpGuard',
    'StepUpRouteGuard',
    'WebhookEvent',
    'WebhookException',
    'getLiveness',
    'getLivenessServiceToken',
    'getSelfie',
    'getStepUp',
  ],
  swagger: ['ApiLiveness'],
  terminus: ['LivenessHealthIndicator'],
  testing: ['LivenessScript', 'LivenessTestingModule', 'SELFIE'],
};

describe.each(Object.entries(NAMES))('@didit-liveness/nestjs, entry %s', (entry, names) => {
  it('exports exactly the documented names from its ES module build', async () => {
    const esm = (await import(`../dist/esm/${entry}.js`)) as object;

    expect(Object.keys(esm).sort()).toEqual(names);
  });

  // Nest 12 is made of ES modules, which Jest does not let CommonJS load: test/consumers runs this build.
  it('exports the same names from its CommonJS build', () => {
    const cjs = createRequire(import.meta.url).resolve(`../dist/cjs/${entry}.js`);

    expect(exportsOf(cjs)).toEqual(names);
  });
});

/** The names that a CommonJS file compiled from TypeScript exports. */
function exportsOf(file: string): string[] {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  const names = readFileSync(file, 'utf8').matchAll(
    /Object\.defineProperty\(exports, "(\w+)"|^exports\.(\w+) = (?!void)/gm,
  );
  return [...new Set([...names].map(([, getter, value]) => getter ?? value ?? ''))]
    .filter((name) => name !== '__esModule')
    .sort();
}
