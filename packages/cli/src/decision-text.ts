import type { Decision, Reason } from '@didit-liveness/core';
import type { Paint, Tone } from './terminal/colours.js';
import { foreign } from './terminal/foreign.js';

const TONES = { approved: 'good', review: 'caution', declined: 'bad' } as const satisfies Record<
  Decision['outcome'],
  Tone
>;

/** The outcome in capitals and its colour. */
export function paintOutcome(outcome: Decision['outcome'], paint: Paint): string {
  return paint(TONES[outcome], outcome.toUpperCase());
}

/** One rule that fired, for example `decline  score.declineAtOrBelow: 8.25 is at or below 80`. */
export function describeReason(reason: Reason): string {
  return `${reason.action.padEnd(7)}  ${reason.rule}${detailOf(reason)}`;
}

function detailOf({ rule, risk, value, limit }: Reason): string {
  if (value === null) return ': not measured';
  if (value !== undefined && limit !== undefined)
    return `: ${value} ${COMPARISONS[lastPartOf(rule)] ?? 'against'} ${limit}`;
  return risk === undefined || rule.endsWith(risk) ? '' : `: ${risk}`;
}

function lastPartOf(rule: string): string {
  return rule.slice(rule.lastIndexOf('.') + 1);
}

const COMPARISONS: Readonly<Record<string, string>> = {
  declineAtOrBelow: 'is at or below',
  reviewAtOrBelow: 'is at or below',
  declineBelow: 'is below',
  reviewBelow: 'is below',
  declineAbove: 'is above',
  reviewAbove: 'is above',
};

/** Lines `name  value`, the values below each other; they are plain text and may be of others. */
export function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${foreign(value)}`.trimEnd()).join('\n');
}

/** The reasons and hints of a decision, as rows for {@link columns}. */
export function decisionRows({
  reasons,
  hints,
}: Pick<Decision, 'reasons' | 'hints'>): readonly (readonly [string, string])[] {
  return [
    ...(reasons.length === 0 ? [['reasons', 'none'] as const] : []),
    ...reasons.map((reason, index) => [onFirst('reasons', index), describeReason(reason)] as const),
    ...hints.map(({ message }, index) => [onFirst('hints', index), message] as const),
  ];
}

function onFirst(name: string, index: number): string {
  return index === 0 ? name : '';
}
