import { createRequire } from 'node:module';
import { afterEach, describe, expect, it } from '@jest/globals';
import * as esm from '../dist/esm/index.js';
import { approvedAnswer } from './support/answers.js';
import { reads } from './support/gates.js';
import { answer, closeAfterTest, closeAll, rejectionOf, startServer } from './support/server.js';

const cjs = createRequire(import.meta.url)('../dist/cjs/index.js') as Record<string, unknown>;

const NAMES = [
  'AbortedError',
  'AgeEstimation',
  'ApiKeyError',
  'AuthenticationError',
  'BadRequestError',
  'BadResponseError',
  'Billing',
  'CircuitOpenError',
  'ClientClosedError',
  'ConnectionError',
  'DIDIT_AUTH_URL',
  'DIDIT_BASE_URL',
  'DiditAccount',
  'DiditApiError',
  'DiditCallError',
  'DiditClient',
  'DiditLivenessError',
  'FACE_MATCH_TAGS',
  'FaceMatch',
  'FaceSearch',
  'HINT_TEXTS',
  'IdentityIncompleteError',
  'ImageRefusedError',
  'InsufficientCreditsError',
  'InvalidOptionError',
  'LivenessGate',
  'LivenessRefusal',
  'LivenessRoute',
  'MAX_IMAGE_BYTES',
  'MAX_WEBHOOK_BYTES',
  'NotFoundError',
  'OverloadedError',
  'PRESETS',
  'PROBLEMS',
  'PassiveLiveness',
  'PermissionError',
  'RateLimitError',
  'SESSION_STATUSES',
  'Sessions',
  'StepUpRoute',
  'TimeoutError',
  'UnavailableError',
  'UndecodableError',
  'UnexpectedStatusError',
  'WARNING_TAGS',
  'WEBHOOK_PROBLEMS',
  'WebhookHandlerError',
  'WebhookVerificationError',
  'Workflows',
  'createGuard',
  'createHostedReceiver',
  'createLivenessGate',
  'createMemoryInbox',
  'createStepUpGuard',
  'createWebhookReceiver',
  'decide',
  'decideSession',
  'decodePassiveLiveness',
  'definePolicy',
  'filePartsOf',
  'imageRefusalOf',
  'inspectImage',
  'isCallError',
  'isDiditLivenessError',
  'isLivenessRefusal',
  'isSandboxKey',
  'isSessionStatus',
  'isTerminalStatus',
  'passwordProblems',
  'policyJsonSchema',
  'sharedWeakMap',
  'sniffImageType',
  'systemClock',
  'unknownOption',
  'warnAbout',
  'webhooks',
];

afterEach(closeAll);

describe('@didit-liveness/core', () => {
  it('exports exactly the documented names from its ES module build', () => {
    expect(Object.keys(esm).sort()).toEqual(NAMES);
  });

  it('exports the same names from its CommonJS build', () => {
    expect(Object.keys(cjs).sort()).toEqual(NAMES);
  });

  it('shares maps between both builds', () => {
    const { sharedWeakMap } = cjs as Pick<typeof esm, 'sharedWeakMap'>;

    expect(sharedWeakMap('public-api-test/1')).toBe(esm.sharedWeakMap('public-api-test/1'));
  });

  it('pays once for guards of both builds at one request, when they ask the same (E20, F09)', async () => {
    const server = await startServer(answer({ body: approvedAnswer() }));
    const host = { name: 'requireLiveness', env: {}, warn: () => {} };
    const apiKey = () => 'key';
    const builds = [esm, cjs as typeof esm].map(({ createGuard }) => {
      const options = { apiKey, baseUrl: server.origin, allowInsecure: true };
      const guards = [options, { ...options, saveApiRequest: true }].map((all) => createGuard(all, host));
      for (const { gate } of guards) closeAfterTest(gate);
      return guards;
    });
    const request = {};
    const checks = builds
      .flat()
      .map((guard) => () => guard.check(request, { read: reads() }, new AbortController().signal));
    const [first, kept, second, keptToo] = checks;

    expect((await first?.())?.kind).toBe('passed');
    expect((await second?.())?.kind).toBe('passed');
    for (const check of [kept, keptToo]) {
      expect(await rejectionOf(check?.() ?? Promise.resolve())).toMatchObject({ code: 'invalid-option' });
    }
    expect(server.requests).toHaveLength(1);
  });
});
