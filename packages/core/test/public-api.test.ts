import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import * as esm from '../dist/esm/index.js';

const cjs = createRequire(import.meta.url)('../dist/cjs/index.js') as Record<string, unknown>;

const NAMES = [
  'AbortedError',
  'ApiKeyError',
  'AuthenticationError',
  'BadRequestError',
  'BadResponseError',
  'ClientClosedError',
  'ConnectionError',
  'DIDIT_BASE_URL',
  'DiditApiError',
  'DiditCallError',
  'DiditClient',
  'DiditLivenessError',
  'HINT_TEXTS',
  'ImageRefusedError',
  'InsufficientCreditsError',
  'InvalidOptionError',
  'LivenessGate',
  'LivenessRefusal',
  'LivenessRoute',
  'MAX_IMAGE_BYTES',
  'PRESETS',
  'PROBLEMS',
  'PassiveLiveness',
  'PermissionError',
  'RateLimitError',
  'TimeoutError',
  'UnavailableError',
  'UnexpectedStatusError',
  'WARNING_TAGS',
  'createGuard',
  'createLivenessGate',
  'decide',
  'definePolicy',
  'filePartsOf',
  'inspectImage',
  'isCallError',
  'isDiditLivenessError',
  'isLivenessRefusal',
  'isSandboxKey',
  'sniffImageType',
  'systemClock',
];

describe('@didit-liveness/core', () => {
  it('exports exactly the documented names from its ES module build', () => {
    expect(Object.keys(esm).sort()).toEqual(NAMES);
  });

  it('exports the same names from its CommonJS build', () => {
    expect(Object.keys(cjs).sort()).toEqual(NAMES);
  });
});
