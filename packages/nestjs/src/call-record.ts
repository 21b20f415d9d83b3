import type { FailedEvent, LivenessEvent } from '@didit-liveness/core';

/** Failures that say something about the way to Didit, and not about one request. */
const TELLING: readonly FailedEvent['error'][] = [
  'authentication',
  'permission',
  'insufficient-credits',
  'connection',
  'timeout',
  'unavailable',
  'too-many-requests',
  'api-key',
];

/** What the latest calls to Didit came to. */
export class CallRecord {
  /** Failed calls since the last answer. */
  failures = 0;
  lastError: FailedEvent['error'] | undefined;
  /** ISO 8601. */
  lastFailedAt: string | undefined;
  /** ISO 8601. */
  lastAnsweredAt: string | undefined;

  /** Takes an event of the gate; most say nothing here. */
  note(event: LivenessEvent): void {
    if (event.type === 'decided') {
      this.failures = 0;
      this.lastAnsweredAt = event.at;
    } else if (event.type === 'failed' && TELLING.includes(event.error)) {
      this.failures += 1;
      this.lastError = event.error;
      this.lastFailedAt = event.at;
    }
  }
}
