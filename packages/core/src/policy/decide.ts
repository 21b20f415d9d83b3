import type { MatchVerdict } from '../wire/face-match.js';
import type { CheckVerdict } from '../wire/verdict.js';
import { type Hint, HINT_TEXTS, type HintCode } from './catalogue.js';
import { checkFindings, faceMatchFindings, type Finding, type Reason } from './findings.js';
import type { Action, Policy } from './policy.js';

/** What a policy makes of a verdict. */
export interface Decision {
  readonly outcome: 'approved' | 'review' | 'declined';
  /** Declined, and for nothing but reasons that an honest person can mend with another picture. */
  readonly retakeable: boolean;
  /** Every rule that fired, in the order of the rules. */
  readonly reasons: readonly Reason[];
  /** Advice for a retake; empty unless `retakeable`. */
  readonly hints: readonly Hint[];
  readonly policyId: string;
}

/** What is stricter than to approve, the strictest first. */
const STRICT_ACTIONS: readonly Action[] = ['decline', 'review'];

const OUTCOMES = { approve: 'approved', review: 'review', decline: 'declined' } as const satisfies Record<
  Action,
  Decision['outcome']
>;

/**
 * Applies a policy to a verdict, and to a comparison with a reference picture where there was one. Pure, and total: every
 * verdict gets a decision. A policy can only tighten: what Didit did not approve is never approved here.
 */
export function decide(policy: Policy, verdict: CheckVerdict, faceMatch?: MatchVerdict): Decision {
  const { rules } = policy;
  return toDecision(policy, [
    ...checkFindings(rules, verdict),
    ...(faceMatch ? faceMatchFindings(rules, faceMatch) : []),
  ]);
}

/** The strictest of the findings, with all of them as its reasons. */
export function toDecision({ policyId }: Policy, findings: readonly Finding[]): Decision {
  const action = strictest(findings.map((finding) => finding.action));
  const hints = retakeHints(findings);
  return Object.freeze({
    outcome: OUTCOMES[action],
    retakeable: hints.length > 0,
    reasons: Object.freeze(findings.map(toReason)),
    hints: Object.freeze(hints.map((code) => Object.freeze({ code, message: HINT_TEXTS[code] }))),
    policyId,
  });
}

function strictest(actions: readonly Action[]): Action {
  return STRICT_ACTIONS.find((action) => actions.includes(action)) ?? 'approve';
}

/** The advice that mends every declining reason, or none at all when one of them cannot be mended. */
function retakeHints(findings: readonly Finding[]): readonly HintCode[] {
  const declining = findings.filter((finding) => finding.action === 'decline');
  const hints = declining.flatMap(({ hint }) => (hint === undefined ? [] : [hint]));
  return hints.length === declining.length ? [...new Set(hints)] : [];
}

function toReason({ hint, ...reason }: Finding): Reason {
  return Object.freeze(reason);
}
