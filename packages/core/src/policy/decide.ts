import type { LivenessVerdict, LivenessWarning, LogType } from '../wire/verdict.js';
import { isAutoDeclineRisk, isKnownRisk } from '../wire/warning-tags.js';
import { type Hint, HINT_TEXTS, type HintCode, hintFor } from './catalogue.js';
import type { Action, Policy, PolicyRules } from './policy.js';

/** One rule that fired. `rule` is the option to change to change it, or what cannot be changed. */
export interface Reason {
  /**
   * Path of the policy option, for example `score.declineAtOrBelow` or `warnings.DUPLICATED_FACE`; or what no policy
   * can relax: `status`, `contradiction`, `severity`, `autoDecline`; or `severityDefault` for a tag that is not named.
   */
  readonly rule: string;
  /** The warning tag, for rules about one. */
  readonly risk?: string;
  /** The measured value, for rules about a number. Null when the verdict does not give it. */
  readonly value?: number | null;
  /** The limit it was held against. */
  readonly limit?: number;
  readonly action: Action;
}

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

/** A reason, and the advice that mends it. */
interface Finding extends Reason {
  readonly hint?: HintCode;
}

const STRICTNESS: Readonly<Record<Action, number>> = { approve: 0, review: 1, decline: 2 };

const OUTCOMES = { approve: 'approved', review: 'review', decline: 'declined' } as const satisfies Record<
  Action,
  Decision['outcome']
>;

/**
 * Applies a policy to a verdict. Pure, and total: every verdict gets a decision. A policy can only tighten: what Didit
 * did not approve is never approved here.
 */
export function decide(policy: Policy, verdict: LivenessVerdict): Decision {
  const { rules, policyId } = policy;
  const findings: readonly Finding[] = [
    ...statusFindings(verdict),
    ...scoreFindings(rules, verdict),
    ...faceQualityFindings(rules, verdict),
    ...faceLuminanceFindings(rules, verdict),
    ...verdict.warnings.map((warning) => warningFinding(rules, warning)),
  ];
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
  return actions.reduce((strict, action) => (STRICTNESS[action] > STRICTNESS[strict] ? action : strict), 'approve');
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

function statusFindings(verdict: LivenessVerdict): Finding[] {
  if (verdict.contradictions.length > 0) return [{ rule: 'contradiction', action: 'decline' }];
  switch (verdict.status) {
    case 'Approved':
      return [];
    case 'In Review':
      return [{ rule: 'status', action: 'review' }];
    case 'Declined':
      // A decline comes with the warning that caused it; without one, nothing says that a retake would help.
      return verdict.warnings.some(({ logType }) => logType === 'error') ? [] : [{ rule: 'status', action: 'decline' }];
    default:
      return verdict satisfies never;
  }
}

/** No score is no pass: the decoder lets none through as approved, and other verdicts say why there is none. */
function scoreFindings({ score: limits }: PolicyRules, verdict: LivenessVerdict): Finding[] {
  const { score } = verdict;
  if (score === null) return unmeasured('score', verdict, Object.values(limits));
  const { declineAtOrBelow, reviewAtOrBelow } = limits;
  return [
    ...atOrBelow({ rule: 'score.declineAtOrBelow', value: score, limit: declineAtOrBelow, action: 'decline' }),
    ...atOrBelow({ rule: 'score.reviewAtOrBelow', value: score, limit: reviewAtOrBelow, action: 'review' }),
  ];
}

function faceQualityFindings({ faceQuality: limits }: PolicyRules, verdict: LivenessVerdict): Finding[] {
  const { declineAtOrBelow, reviewAtOrBelow } = limits;
  const value = verdict.faceQuality;
  if (value === null) return unmeasured('faceQuality', verdict, [declineAtOrBelow, reviewAtOrBelow]);
  const hint = 'sharper-picture';
  return [
    ...atOrBelow({ rule: 'faceQuality.declineAtOrBelow', value, limit: declineAtOrBelow, action: 'decline', hint }),
    ...atOrBelow({ rule: 'faceQuality.reviewAtOrBelow', value, limit: reviewAtOrBelow, action: 'review' }),
  ];
}

function faceLuminanceFindings({ faceLuminance: limits }: PolicyRules, verdict: LivenessVerdict): Finding[] {
  const { declineBelow, declineAbove, reviewBelow, reviewAbove } = limits;
  const value = verdict.faceLuminance;
  if (value === null) return unmeasured('faceLuminance', verdict, Object.values(limits));
  const rule = 'faceLuminance';
  return [
    ...below({ rule: `${rule}.declineBelow`, value, limit: declineBelow, action: 'decline', hint: 'more-light' }),
    ...above({ rule: `${rule}.declineAbove`, value, limit: declineAbove, action: 'decline', hint: 'less-light' }),
    ...below({ rule: `${rule}.reviewBelow`, value, limit: reviewBelow, action: 'review' }),
    ...above({ rule: `${rule}.reviewAbove`, value, limit: reviewAbove, action: 'review' }),
  ];
}

/** A number that has a limit but was not measured is unknown, and what is unknown does not pass by itself. */
function unmeasured(rule: string, verdict: LivenessVerdict, limits: readonly (number | null)[]): Finding[] {
  const isLimited = limits.some((limit) => limit !== null);
  return isLimited && verdict.status === 'Approved' ? [{ rule, value: null, action: 'review' }] : [];
}

interface Comparison {
  readonly rule: string;
  readonly value: number;
  readonly limit: number | null;
  readonly action: Action;
  readonly hint?: HintCode;
}

// The comparisons are the negated ones, so that a number that is none fires every limit.

function atOrBelow(comparison: Comparison): Finding[] {
  return fires(comparison, (value, limit) => !(value > limit));
}

function below(comparison: Comparison): Finding[] {
  return fires(comparison, (value, limit) => !(value >= limit));
}

function above(comparison: Comparison): Finding[] {
  return fires(comparison, (value, limit) => !(value <= limit));
}

function fires({ limit, ...comparison }: Comparison, isOut: (value: number, limit: number) => boolean): Finding[] {
  return limit !== null && isOut(comparison.value, limit) ? [{ ...comparison, limit }] : [];
}

function warningFinding(rules: PolicyRules, { risk, logType }: LivenessWarning): Finding {
  const hint = hintFor(risk);
  return { ...warningAction(rules, risk, logType), risk, ...(hint === undefined ? {} : { hint }) };
}

/** Severity `error` and the four auto-decline tags beat whatever is configured. */
function warningAction(rules: PolicyRules, risk: string, logType: LogType): Pick<Reason, 'rule' | 'action'> {
  if (isAutoDeclineRisk(risk)) return { rule: 'autoDecline', action: 'decline' };
  if (logType === 'error') return { rule: 'severity', action: 'decline' };
  if (!isKnownRisk(risk)) {
    return logType === 'warning'
      ? { rule: 'unknownWarning', action: rules.unknownWarning }
      : { rule: 'unknownInformation', action: rules.unknownInformation };
  }
  const configured = rules.warnings[risk];
  if (configured !== undefined) return { rule: `warnings.${risk}`, action: configured };
  return { rule: 'severityDefault', action: logType === 'warning' ? 'review' : 'approve' };
}
