import type { Emulator } from '@didit-liveness/emulator';
import type { HostOptions } from './guard.contract.js';

/** Options of a host with a form that nobody complains about, of one person, for suites that are about the upload. */
export function plainOptions({ url }: Emulator): HostOptions {
  return {
    apiKey: 'contract-key',
    baseUrl: url,
    allowInsecure: true,
    threshold: 80,
    policy: { warnings: { DUPLICATED_FACE: 'decline', POSSIBLE_DUPLICATED_FACE: 'decline' } },
    timeoutMs: 5_000,
    circuitBreaker: { enabled: false },
    uploadTimeoutMs: 5_000,
    validate: () => ({}),
    subject: () => 'ada',
    onEvent: () => {},
  };
}
