import type { Decision } from '@didit-liveness/core';

/** The outcomes of decisions, in the order in which people read them. */
export const OUTCOMES = ['approved', 'review', 'declined'] as const satisfies readonly Decision['outcome'][];

/** How many pictures have each outcome. */
export type OutcomeCounts = Record<Decision['outcome'], number>;

/** Nothing counted yet. */
export function noCounts(): OutcomeCounts {
  return { approved: 0, review: 0, declined: 0 };
}

/** All of them together. */
export function totalOf({ approved, review, declined }: OutcomeCounts): number {
  return approved + review + declined;
}

/** For example `12 approved, 1 review, 3 declined`. */
export function describeCounts({ approved, review, declined }: OutcomeCounts): string {
  return `${approved} approved, ${review} review, ${declined} declined`;
}
