import type { SessionDecision } from '../wire/session.js';
import { isSessionStatus, type SessionStatus } from '../wire/session-status.js';
import { type Decision, toDecision } from './decide.js';
import { checkFindings, faceMatchFindings, type Finding } from './findings.js';
import type { Action, Policy } from './policy.js';

/** What a policy makes of a session. */
export type SessionOutcome =
  /** There is a result, and the policy decided on it. */
  | { readonly kind: 'decided'; readonly decision: Decision }
  /** The person has not finished. */
  | { readonly kind: 'pending' }
  /** It ended without a result, or in a way that this version does not know. */
  | { readonly kind: 'void' };

/** What each status of a session means by itself; the steps can only make it stricter. */
const MEANINGS: Readonly<Record<SessionStatus, Action | 'pending' | 'void'>> = {
  'Not Started': 'pending',
  'In Progress': 'pending',
  'Awaiting User': 'pending',
  Resubmitted: 'pending',
  'In Review': 'review',
  Approved: 'approve',
  Declined: 'decline',
  Expired: 'void',
  'Kyc Expired': 'void',
  Abandoned: 'void',
};

/**
 * Applies a policy for selfies to what came of a session: to its status, and to each of its checks of liveness and
 * comparisons of faces. Pure, and total. A session is approved only if Didit approved it and it holds a check of
 * liveness; a policy can only tighten.
 */
export function decideSession(policy: Policy, session: SessionDecision): SessionOutcome {
  const meaning = isSessionStatus(session.status) ? MEANINGS[session.status] : 'void';
  if (meaning === 'pending' || meaning === 'void') return { kind: meaning };

  const { livenessChecks, faceMatches } = session;
  const findings: readonly Finding[] = [
    ...(meaning === 'approve' ? [] : [{ rule: 'session.status', action: meaning }]),
    ...(livenessChecks?.length ? [] : [{ rule: 'session.contradiction', action: 'decline' } as const]),
    ...(livenessChecks ?? []).flatMap((check) => checkFindings(policy.rules, check)),
    ...(faceMatches ?? []).flatMap((match) => faceMatchFindings(policy.rules, match)),
  ];
  return { kind: 'decided', decision: toDecision(policy, findings) };
}
