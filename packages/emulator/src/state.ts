import type { Account } from './account.js';
import { createAccount } from './account.js';
import type { CallLog } from './call-log.js';
import { createCallLog } from './call-log.js';
import type { ResolvedEmulatorOptions } from './options.js';
import type { RateLimiter } from './rate-limiter.js';
import { createRateLimiter } from './rate-limiter.js';
import type { SavedChecks } from './saved-checks.js';
import { createSavedChecks } from './saved-checks.js';
import type { ScriptQueue } from './script-queue.js';
import { createScriptQueue } from './script-queue.js';

/** Source: https://docs.didit.me/integration/rate-limiting (read 2026-11-22) */
const READS_PER_MINUTE = 600;

/** Everything the emulator remembers, in memory only. */
export interface State {
  readonly options: ResolvedEmulatorOptions;
  readonly calls: CallLog;
  readonly queue: ScriptQueue;
  readonly account: Account;
  readonly saved: SavedChecks;
  readonly writes: RateLimiter;
  readonly reads: RateLimiter;
  /** Forgets everything and refills the balance. */
  reset(): void;
}

/** Makes the state of an emulator that was just started. */
export function createState(options: ResolvedEmulatorOptions): State {
  const state = {
    options,
    ...makeParts(options),
    reset() {
      Object.assign(state, makeParts(options));
    },
  };
  return state;
}

function makeParts(options: ResolvedEmulatorOptions): Omit<State, 'options' | 'reset'> {
  return {
    calls: createCallLog(),
    queue: createScriptQueue(),
    account: createAccount(options.balanceDollars, options.priceDollars),
    saved: createSavedChecks(),
    writes: createRateLimiter({ scope: 'Write', limit: options.writesPerMinute, now: options.now }),
    reads: createRateLimiter({ scope: 'GET', limit: READS_PER_MINUTE, now: options.now }),
  };
}
