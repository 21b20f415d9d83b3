import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import * as esm from '../dist/esm/index.js';

const cjs = createRequire(import.meta.url)('../dist/cjs/index.js') as Record<string, unknown>;

const NAMES = [
  'SelfieFile',
  'UploadConfigurationError',
  'UploadOptionError',
  'hangUpSignal',
  'holdUntilAnswered',
  'isUploadError',
  'readBody',
  'readSelfie',
  'refuseUpload',
  'resolveUploadOptions',
];

describe('@didit-liveness/upload', () => {
  it('exports exactly the documented names from its ES module build', () => {
    expect(Object.keys(esm).sort()).toEqual(NAMES);
  });

  it('exports the same names from its CommonJS build', () => {
    expect(Object.keys(cjs).sort()).toEqual(NAMES);
  });
});
