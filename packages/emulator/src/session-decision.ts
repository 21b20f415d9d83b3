import type { DecisionSteps, DecisionSubject } from './decision-body.js';
import { toFaceMatchStep } from './decision-body.js';
import { sessionUrlOf } from './create-session.js';
import type { Session } from './sessions.js';
import { makeWarning } from './warnings.js';
import type { Workflow } from './workflows.js';
import { livenessMethodOf } from './workflows.js';

/** Statuses in which the steps have been taken, with the score of the face unless another is given. */
const SCORES: Readonly<Record<string, number>> = { Approved: 91.7, Declined: 12.5, 'In Review': 55 };

/** Severity of the warning about the score. */
const SEVERITIES: Readonly<Record<string, 'error' | 'warning'>> = { Declined: 'error', 'In Review': 'warning' };

/** A session as what its decision is made of. */
export function toSubject(session: Session, origin: string): DecisionSubject {
  return {
    ...session,
    sessionId: session.id,
    sessionNumber: session.number,
    sessionUrl: sessionUrlOf(session, origin),
    workflowId: session.workflow.uuid,
    createdAt: toTime(session.createdAtMs),
    expiresAt: toTime(session.expiresAtMs),
  };
}

/** Whether the status is one that the steps led to, so that they have something to show. */
export function hasResult(status: string): boolean {
  return Object.hasOwn(SCORES, status);
}

/**
 * What the steps of a workflow found when it ended with this status.
 *
 * @param score - of the face, 0 to 100; without it one that suits the status.
 */
export function makeSteps(workflow: Workflow, status: string, score = SCORES[status]): DecisionSteps {
  const features = workflow.features.map(({ feature }) => feature);
  return {
    features,
    livenessChecks: features.includes('LIVENESS') ? [makeLivenessStep(workflow, status, score)] : null,
    faceMatches: features.includes('FACE_MATCH') ? [toFaceMatchStep({ status, score, warnings: [] })] : null,
  };
}

function makeLivenessStep(workflow: Workflow, status: string, score: number | undefined): unknown {
  const method = livenessMethodOf(workflow);
  const severity = SEVERITIES[status];
  const nodeId = 'feature_liveness_1';
  const warning =
    severity === undefined ? [] : [{ ...makeWarning('LOW_LIVENESS_SCORE', { log_type: severity }), node_id: nodeId }];
  return {
    node_id: nodeId,
    status,
    method,
    score,
    reference_image: null,
    video_url: null,
    age_estimation: 31.4,
    matches: [],
    warnings: warning,
    face_quality: method === 'PASSIVE' ? 81.06 : null,
    face_luminance: method === 'PASSIVE' ? 47.9 : null,
  };
}

function toTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
