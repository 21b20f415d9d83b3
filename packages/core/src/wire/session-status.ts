/**
 * Every status that a session can have, as the API spells it.
 *
 * Source: https://docs.didit.me/integration/verification-statuses (read 2026-11-22).
 */
export const SESSION_STATUSES = [
  'Not Started',
  'In Progress',
  'Awaiting User',
  'In Review',
  'Approved',
  'Declined',
  'Resubmitted',
  'Expired',
  'Kyc Expired',
  'Abandoned',
] as const;

/** A status of a session that this version knows. The API may send others. */
export type SessionStatus = (typeof SESSION_STATUSES)[number];

/** `In Review` waits for a person, who may still approve or decline. */
const TERMINAL: ReadonlySet<string> = new Set<SessionStatus>([
  'Approved',
  'Declined',
  'Expired',
  'Kyc Expired',
  'Abandoned',
]);

/** True for a status of the list, in exactly this spelling. */
export function isSessionStatus(value: unknown): value is SessionStatus {
  return SESSION_STATUSES.some((status) => status === value);
}

/** True when the session is over. A status that nobody knows is not. */
export function isTerminalStatus(status: string): boolean {
  return TERMINAL.has(status);
}
