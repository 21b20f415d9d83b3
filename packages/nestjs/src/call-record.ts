import { type Clock, type FailedEvent, type LivenessEvent, systemClock } from '@didit-liveness/core';

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
  'circuit-open',
];

/** What the latest calls to Didit came to. */
export class CallRecord {
  /** Failed calls since the last answer. */
  failures = 0;
  lastError: FailedEvent['error'] | undefined;
  /** ISO 8601. */
  lastAnsweredAt: string | undefined;
  readonly #clock: Clock;
  /** By a clock that never jumps: the times of events come from one that may. */
  #failedAtMs = -Infinity;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** Milliseconds since the last failure; `Infinity` where there was none. */
  get sinceFailureMs(): number {
    return this.#clock.now() - this.#failedAtMs;
  }

  /** Takes an event of the gate; most say nothing here. */
  note(event: LivenessEvent): void {
    if (event.type === 'decided') {
      this.failures = 0;
      this.lastAnsweredAt = event.at;
    } else if ((event.type === 'failed' || event.type === 'skipped') && TELLING.includes(event.error)) {
      this.failures += 1;
      this.lastError = event.error;
      this.#failedAtMs = this.#clock.now();
    }
  }
}
