import { setBounded } from './bounded.js';

/** Counts failed logins per e-mail address. */
export interface LockOut {
  /** Milliseconds until the address may try again, undefined when it may now. */
  waitMs(email: string): number | undefined;
  fail(email: string): void;
  succeed(email: string): void;
}

const MINUTE_MS = 60_000;

/**
 * Failures in a row, and how long each number locks; beyond the last one every failure locks.
 *
 * Source: https://docs.didit.me/auth-api/login (read 2026-11-22)
 */
const LOCKS: ReadonlyMap<number, number> = new Map([
  [5, 15 * MINUTE_MS],
  [10, 60 * MINUTE_MS],
  [20, 24 * 60 * MINUTE_MS],
]);
const LAST_LOCK = 20;

/** Makes a counter that has seen no failure. */
export function createLockOut(now: () => number): LockOut {
  const failures = new Map<string, { readonly count: number; readonly untilMs: number }>();
  return {
    waitMs(email) {
      const waitMs = (failures.get(email.toLowerCase())?.untilMs ?? 0) - now();
      return waitMs > 0 ? waitMs : undefined;
    },
    fail(email) {
      const count = (failures.get(email.toLowerCase())?.count ?? 0) + 1;
      const lockMs = LOCKS.get(Math.min(count, LAST_LOCK)) ?? 0;
      setBounded(failures, email.toLowerCase(), { count, untilMs: now() + lockMs });
    },
    succeed(email) {
      failures.delete(email.toLowerCase());
    },
  };
}
