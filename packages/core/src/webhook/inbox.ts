import { aClock, type Clock, systemClock } from '../clock.js';
import { checkOptions, integerFrom, type OptionCheck, type OptionChecks } from '../options.js';

/**
 * Remembers which events were handled, so that one that is delivered twice is handled once. With several processes behind
 * one address they have to share one, for example in a database; a key is a string of up to 200 printable characters.
 *
 * What it throws is answered with 500, so that Didit sends the event again.
 */
export interface WebhookInbox {
  /**
   * Takes an event, in one step that no other caller can come between: `new` to exactly one of them, who is to handle it;
   * `running` while that one has neither finished nor released it; `done` once it was finished.
   *
   * One that can lose a handler, because processes end, should give a `running` event up after a while.
   */
  begin(key: string): WebhookProgress | Promise<WebhookProgress>;
  /** The event was handled. */
  finish(key: string): void | Promise<void>;
  /** The event was not handled; the next delivery of it is `new` again. */
  release(key: string): void | Promise<void>;
}

/** What an inbox knows of an event. */
export type WebhookProgress = 'new' | 'running' | 'done';

/** Options of {@link createMemoryInbox}. */
export interface MemoryInboxOptions {
  /** Handled events that are remembered, and as many that may run at a time; 1 to 1_000_000. @defaultValue 10_000 */
  readonly maxEvents?: number;
  /**
   * Seconds that a handled event is remembered; 600 to 2_592_000. Must outlast Didit's attempts, about five minutes, and
   * twice the tolerance of the verifier. @defaultValue 86_400
   */
  readonly ttlSeconds?: number;
  /** Time, for tests. @defaultValue the clock of the process */
  readonly clock?: Clock;
}

const DEFAULTS = { maxEvents: 10_000, ttlSeconds: 86_400, clock: systemClock } satisfies Required<MemoryInboxOptions>;

const CHECKS: OptionChecks<MemoryInboxOptions> = {
  maxEvents: integerFrom(1, 1_000_000),
  ttlSeconds: integerFrom(600, 2_592_000),
  clock: aClock,
};

/**
 * An inbox in the memory of this process: for one process, and until it ends.
 *
 * @throws {@link InvalidOptionError}
 */
export function createMemoryInbox(options: MemoryInboxOptions = {}): WebhookInbox {
  return new MemoryInbox({ ...DEFAULTS, ...checkOptions('createMemoryInbox', options, CHECKS) });
}

class MemoryInbox implements WebhookInbox {
  readonly #running = new Set<string>();
  /** When each is forgotten. All stay equally long, so the oldest comes first. */
  readonly #done = new Map<string, number>();
  readonly #options: Required<MemoryInboxOptions>;

  constructor(options: Required<MemoryInboxOptions>) {
    this.#options = options;
  }

  begin(key: string): WebhookProgress {
    this.#forget();
    if (this.#done.has(key)) return 'done';
    // Without room to remember that it runs it could run twice; Didit comes again when there is some.
    if (this.#running.has(key) || this.#running.size >= this.#options.maxEvents) return 'running';
    this.#running.add(key);
    return 'new';
  }

  finish(key: string): void {
    const { ttlSeconds, clock } = this.#options;
    this.#running.delete(key);
    this.#done.set(key, clock.now() + ttlSeconds * 1000);
    this.#forget();
  }

  release(key: string): void {
    this.#running.delete(key);
  }

  #forget(): void {
    const { maxEvents, clock } = this.#options;
    for (const [key, expiresAt] of this.#done) {
      if (expiresAt > clock.now() && this.#done.size <= maxEvents) return;
      this.#done.delete(key);
    }
  }
}

/** The check of the option `inbox`. */
export const anInbox: OptionCheck = {
  allowed: 'an object with the functions begin, finish and release',
  accepts: (value) =>
    typeof value === 'object' &&
    value !== null &&
    ['begin', 'finish', 'release'].every((name) => typeof (value as Record<string, unknown>)[name] === 'function'),
};
