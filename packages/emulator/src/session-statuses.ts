/**
 * Sessions that may still end one way or another without a human reviewer.
 *
 * Source: https://docs.didit.me/integration/verification-statuses (read 2026-11-22)
 */
export const UNFINISHED_STATUSES: readonly string[] = ['Not Started', 'In Progress', 'Resubmitted', 'Awaiting User'];

/** What one may choose on the page of a session, and the status that it makes. */
export const OUTCOMES = {
  approve: 'Approved',
  decline: 'Declined',
  review: 'In Review',
  expire: 'Expired',
  abandon: 'Abandoned',
  resubmit: 'Resubmitted',
  await: 'Awaiting User',
  'expire-kyc': 'Kyc Expired',
} as const;

/** A word that the page of a session takes. */
export type Outcome = keyof typeof OUTCOMES;

/** Whether the value is a word that the page of a session takes. */
export function isOutcome(value: string | undefined): value is Outcome {
  return value !== undefined && Object.hasOwn(OUTCOMES, value);
}
