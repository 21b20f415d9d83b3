import type { MatchVerdict } from '../wire/face-match.js';
import type { CheckVerdict } from '../wire/verdict.js';
import type { LivenessWarning, LogType } from '../wire/warning.js';
import { alwaysDeclines, isFaceMatchRisk, isKnownRisk } from '../wire/warning-tags.js';
import { type HintCode, hintFor } from './catalogue.js';
import type { Action, PolicyRules } from './policy.js';

/** One rule that fired. `rule` is the option to change to change it, or what cannot be changed. */
export interface Reason {
  /**
   * Path of the policy option, for example `score.declineAtOrBelow` or `warnings.DUPLICATED_FACE`; or what no policy
   * can relax: `status`, `contradiction`, `severity`, `autoDecline`; or `severityDefault` for a tag that is not named.
   * Of a comparison of two faces, `faceMatch.status` and `faceMatch.contradiction`; of a session, `session.status` and
   * `session.contradiction`.
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

/** A reason, and the advice that mends it. */
export interface Finding extends Reason {
  readonly hint?: HintCode | undefined;
}

/** Everything that a policy has to say of one check of liveness, in the order of the rules. */
export function checkFindings(rules: PolicyRules, verdict: CheckVerdict): readonly Finding[] {
  return [
    ...statusFindings(verdict),
    ...scoreFindings(rules, verdict),
    ...faceQualityFindings(rules, verdict),
    ...faceLuminanceFindings(rules, verdict),
    ...verdict.warnings.map((warning) => warningFinding(rules, warning)),
  ];
}

/** The same of one comparison of two faces. Nothing here can be mended by another picture of the same person. */
export function faceMatchFindings(rules: PolicyRules, match: MatchVerdict): readonly Finding[] {
  const { score, warnings } = match;
  return [
    ...statusFindings(match, 'faceMatch.'),
    ...(score === null
      ? unmeasured('faceMatch', match, Object.values(rules.faceMatch))
      : lowerFindings('faceMatch', score, rules.faceMatch)),
    ...warnings.map(({ risk, logType }) => ({ ...warningAction(rules, risk, logType), risk })),
  ];
}

/** What every kind of verdict has. */
type Settled = Pick<CheckVerdict, 'status' | 'contradictions' | 'warnings'>;

/** @param prefix - stands before the names of the rules; empty for liveness */
function statusFindings({ status, contradictions, warnings }: Settled, prefix = ''): Finding[] {
  if (contradictions.length > 0) return [{ rule: `${prefix}contradiction`, action: 'decline' }];
  if (status === 'Approved') return [];
  if (status === 'In Review') return [{ rule: `${prefix}status`, action: 'review' }];
  // A decline comes with the warning that caused it; without one, nothing says that a retake would help. A status that
  // nobody knows is no pass, whatever comes with it.
  const isExplained = status === 'Declined' && warnings.some(({ logType }) => logType === 'error');
  return isExplained ? [] : [{ rule: `${prefix}status`, action: 'decline' }];
}

/** No score is no pass: the decoder lets none through as approved, and other verdicts say why there is none. */
function scoreFindings({ score: limits }: PolicyRules, verdict: CheckVerdict): Finding[] {
  if (verdict.score === null) return unmeasured('score', verdict, Object.values(limits));
  return lowerFindings('score', verdict.score, limits);
}

function lowerFindings(rule: string, value: number, limits: PolicyRules['score']): Finding[] {
  const { declineAtOrBelow, reviewAtOrBelow } = limits;
  return [
    ...atOrBelow({ rule: `${rule}.declineAtOrBelow`, value, limit: declineAtOrBelow, action: 'decline' }),
    ...atOrBelow({ rule: `${rule}.reviewAtOrBelow`, value, limit: reviewAtOrBelow, action: 'review' }),
  ];
}

function faceQualityFindings({ faceQuality: limits }: PolicyRules, verdict: CheckVerdict): Finding[] {
  const { declineAtOrBelow, reviewAtOrBelow } = limits;
  const value = verdict.faceQuality;
  if (value === null) return unmeasuredPicture('faceQuality', verdict, [declineAtOrBelow, reviewAtOrBelow]);
  const hint = 'sharper-picture';
  return [
    ...atOrBelow({ rule: 'faceQuality.declineAtOrBelow', value, limit: declineAtOrBelow, action: 'decline', hint }),
    ...atOrBelow({ rule: 'faceQuality.reviewAtOrBelow', value, limit: reviewAtOrBelow, action: 'review' }),
  ];
}

function faceLuminanceFindings({ faceLuminance: limits }: PolicyRules, verdict: CheckVerdict): Finding[] {
  const { declineBelow, declineAbove, reviewBelow, reviewAbove } = limits;
  const value = verdict.faceLuminance;
  if (value === null) return unmeasuredPicture('faceLuminance', verdict, Object.values(limits));
  const rule = 'faceLuminance';
  return [
    ...below({ rule: `${rule}.declineBelow`, value, limit: declineBelow, action: 'decline', hint: 'more-light' }),
    ...above({ rule: `${rule}.declineAbove`, value, limit: declineAbove, action: 'decline', hint: 'less-light' }),
    ...below({ rule: `${rule}.reviewBelow`, value, limit: reviewBelow, action: 'review' }),
    ...above({ rule: `${rule}.reviewAbove`, value, limit: reviewAbove, action: 'review' }),
  ];
}

/** A number that has a limit but was not measured is unknown, and what is unknown does not pass by itself. */
function unmeasured(
  rule: string,
  verdict: Pick<CheckVerdict, 'status'>,
  limits: readonly (number | null)[],
): Finding[] {
  const isLimited = limits.some((limit) => limit !== null);
  return isLimited && verdict.status === 'Approved' ? [{ rule, value: null, action: 'review' }] : [];
}

/** Quality and brightness are figures of single pictures; the active methods of a session have none. */
function unmeasuredPicture(rule: string, verdict: CheckVerdict, limits: readonly (number | null)[]): Finding[] {
  return verdict.method === 'PASSIVE' ? unmeasured(rule, verdict, limits) : [];
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

function fires(comparison: Comparison, isOut: (value: number, limit: number) => boolean): Finding[] {
  const { value, limit } = comparison;
  return limit !== null && isOut(value, limit) ? [{ ...comparison, limit }] : [];
}

function warningFinding(rules: PolicyRules, { risk, logType }: LivenessWarning): Finding {
  return { ...warningAction(rules, risk, logType), risk, hint: hintFor(risk) };
}

/** Severity `error` and the tags on which Didit always declines beat whatever is configured. */
function warningAction(rules: PolicyRules, risk: string, logType: LogType): Pick<Reason, 'rule' | 'action'> {
  if (alwaysDeclines(risk)) return { rule: 'autoDecline', action: 'decline' };
  if (logType === 'error') return { rule: 'severity', action: 'decline' };
  if (!isKnownRisk(risk) && !isFaceMatchRisk(risk)) {
    return logType === 'warning'
      ? { rule: 'unknownWarning', action: rules.unknownWarning }
      : { rule: 'unknownInformation', action: rules.unknownInformation };
  }
  const configured = isKnownRisk(risk) ? rules.warnings[risk] : undefined;
  if (configured !== undefined) return { rule: `warnings.${risk}`, action: configured };
  return { rule: 'severityDefault', action: logType === 'warning' ? 'review' : 'approve' };
}
