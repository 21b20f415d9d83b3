import { toDecision } from './decision.js';
import { makeDecision } from './decision-body.js';
import type { SavedCheck } from './saved-checks.js';
import { toSubject } from './session-decision.js';
import type { Session } from './sessions.js';
import type { State } from './state.js';

/** Statuses that come with the decision. */
const DECIDED = ['Approved', 'Declined', 'In Review', 'Abandoned'];

/** Tells the webhook destinations that a session has another status. */
export function announceSession(session: Session, origin: string, { webhooks }: State): void {
  const decision = makeDecision(toSubject(session, origin));
  webhooks.publish('status.updated', {
    environment: session.environment,
    session_id: session.id,
    session_kind: 'user',
    status: session.status,
    workflow_id: session.workflow.uuid,
    workflow_version: 1,
    vendor_data: session.vendorData,
    metadata: session.metadata,
    ...(DECIDED.includes(session.status) ? { decision } : {}),
  });
}

/** Tells the webhook destinations that a check was saved. */
export function announceCheck(check: SavedCheck, { webhooks }: State): void {
  webhooks.publish('status.updated', {
    environment: 'live',
    session_id: check.sessionId,
    session_kind: 'user',
    status: check.status,
    workflow_id: null,
    vendor_data: check.vendorData,
    metadata: check.metadata,
    ...(DECIDED.includes(check.status) ? { decision: toDecision(check) } : {}),
  });
}
