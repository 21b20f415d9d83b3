import type { Account } from './account.js';
import { createAccount } from './account.js';
import type { BoundedSet } from './bounded.js';
import { createBoundedSet } from './bounded.js';
import type { CallLog } from './call-log.js';
import { createCallLog } from './call-log.js';
import type { Checkouts } from './checkouts.js';
import { createCheckouts } from './checkouts.js';
import type { Destinations } from './destinations.js';
import { createDestinations } from './destinations.js';
import type { LockOut } from './lock-out.js';
import { createLockOut } from './lock-out.js';
import type { ResolvedEmulatorOptions } from './options.js';
import type { Outbox } from './outbox.js';
import { createOutbox } from './outbox.js';
import type { RateLimiter } from './rate-limiter.js';
import { createHourlyLimiter, createRateLimiter } from './rate-limiter.js';
import type { SavedChecks } from './saved-checks.js';
import { createSavedChecks } from './saved-checks.js';
import type { ScriptQueue } from './script-queue.js';
import { createScriptQueue } from './script-queue.js';
import type { Counter } from './session-numbers.js';
import { createCounter } from './session-numbers.js';
import type { Sessions } from './sessions.js';
import { createSessions } from './sessions.js';
import type { SlidingWindow } from './sliding-window.js';
import { createSlidingWindow } from './sliding-window.js';
import type { Users } from './users.js';
import { createUsers } from './users.js';
import type { Webhooks } from './webhooks.js';
import { createWebhooks } from './webhooks.js';
import type { Workflows } from './workflows.js';
import { createWorkflows } from './workflows.js';

/** Source: https://docs.didit.me/integration/rate-limiting (read 2026-11-22) */
const READS_PER_MINUTE = 600;
const SESSIONS_PER_MINUTE = 600;

/** Source: https://docs.didit.me/auth-api/register (read 2026-11-22) */
const MAILS_PER_HOUR = 5;
const RESEND_COOL_DOWN_MS = 60_000;

/** Everything the emulator remembers, in memory only. */
export interface State {
  readonly options: ResolvedEmulatorOptions;
  readonly calls: CallLog;
  readonly queue: ScriptQueue;
  readonly account: Account;
  readonly checkouts: Checkouts;
  readonly saved: SavedChecks;
  readonly sessionNumbers: Counter;
  readonly workflows: Workflows;
  readonly sessions: Sessions;
  readonly destinations: Destinations;
  readonly webhooks: Webhooks;
  readonly writes: RateLimiter;
  readonly reads: RateLimiter;
  readonly sessionCreations: RateLimiter;
  readonly users: Users;
  readonly outbox: Outbox;
  /** Keys of applications that were registered here. */
  readonly issuedKeys: BoundedSet<string>;
  readonly registrations: RateLimiter;
  readonly resends: RateLimiter;
  /** Codes per e-mail address, beside those per sender. */
  readonly resendCoolDowns: SlidingWindow;
  readonly lockOut: LockOut;
  /** Forgets everything and refills the balance. */
  reset(): void;
}

/** Makes the state of an emulator that was just started. */
export function createState(options: ResolvedEmulatorOptions): State {
  const state = {
    options,
    ...makeParts(options),
    reset() {
      state.webhooks.close();
      Object.assign(state, makeParts(options));
    },
  };
  return state;
}

function makeParts(options: ResolvedEmulatorOptions): Omit<State, 'options' | 'reset'> {
  const { now } = options;
  const destinations = createDestinations();
  return {
    calls: createCallLog(),
    queue: createScriptQueue(),
    account: createAccount(options.balanceDollars, options.priceDollars),
    checkouts: createCheckouts(),
    saved: createSavedChecks(),
    sessionNumbers: createCounter(),
    writes: createRateLimiter({ scope: 'Write request', limit: options.writesPerMinute, now }),
    workflows: createWorkflows(),
    sessions: createSessions(now),
    destinations,
    webhooks: createWebhooks(options, destinations),
    reads: createRateLimiter({ scope: 'GET request', limit: READS_PER_MINUTE, now }),
    sessionCreations: createRateLimiter({ scope: 'Session creation', limit: SESSIONS_PER_MINUTE, now }),
    users: createUsers(now),
    outbox: createOutbox(),
    issuedKeys: createBoundedSet(),
    registrations: createHourlyLimiter(MAILS_PER_HOUR, now),
    resends: createHourlyLimiter(MAILS_PER_HOUR, now),
    resendCoolDowns: createSlidingWindow({ limit: 1, windowMs: RESEND_COOL_DOWN_MS }),
    lockOut: createLockOut(now),
  };
}
