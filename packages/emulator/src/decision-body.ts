import type { CheckResult } from './check-body.js';

/** What the steps of a session found, and which steps it has. */
export interface DecisionSteps {
  readonly features: readonly string[];
  /** Null until the step produced something. */
  readonly livenessChecks: readonly unknown[] | null;
  /** Null until the step produced something. */
  readonly faceMatches: readonly unknown[] | null;
}

/** What a decision is made of: a session, or a saved check that reads like one. */
export interface DecisionSubject {
  readonly sessionId: string;
  readonly sessionNumber: number;
  readonly sessionUrl: string | null;
  readonly status: string;
  readonly environment: 'live' | 'sandbox';
  readonly workflowId: string | null;
  readonly steps: DecisionSteps;
  readonly vendorData: string | null;
  readonly metadata: unknown;
  readonly expectedDetails: unknown;
  readonly contactDetails: unknown;
  readonly callback: string | null;
  readonly createdAt: string;
  readonly expiresAt: string | null;
}

const LIVENESS_NODE = 'feature_liveness_1';
const FACE_MATCH_NODE = 'feature_face_match_1';

/** The body of `GET /v3/session/{id}/decision/`; steps that the session does not have are null. */
export function makeDecision(subject: DecisionSubject): Record<string, unknown> {
  return {
    session_id: subject.sessionId,
    session_kind: 'user',
    session_number: subject.sessionNumber,
    session_url: subject.sessionUrl,
    status: subject.status,
    environment: subject.environment,
    workflow_id: subject.workflowId,
    features: subject.steps.features,
    vendor_data: subject.vendorData,
    metadata: subject.metadata,
    expected_details: subject.expectedDetails,
    contact_details: subject.contactDetails,
    callback: subject.callback,
    id_verifications: null,
    nfc_verifications: null,
    liveness_checks: subject.steps.livenessChecks,
    face_matches: subject.steps.faceMatches,
    phone_verifications: null,
    email_verifications: null,
    poa_verifications: null,
    document_ai_documents: null,
    questionnaire_responses: null,
    aml_screenings: null,
    ip_analyses: null,
    database_validations: null,
    reviews: [],
    created_at: subject.createdAt,
    expires_at: subject.expiresAt,
  };
}

/** Pictures are not kept, so their addresses are null, as for a key without access to media. */
export function toLivenessStep(result: CheckResult): unknown {
  return {
    node_id: LIVENESS_NODE,
    status: result.status,
    method: result['method'],
    score: result['score'],
    reference_image: null,
    video_url: null,
    age_estimation: result.user_image.entities[0]?.age ?? null,
    matches: [],
    warnings: result.warnings.map((warning) => ({ ...warning, node_id: LIVENESS_NODE })),
    face_quality: result['face_quality'] ?? null,
    face_luminance: result['face_luminance'] ?? null,
  };
}

/** A face match as the step of a session. */
export function toFaceMatchStep(
  result: Pick<CheckResult, 'status' | 'warnings'> & { readonly score?: unknown },
): unknown {
  return {
    node_id: FACE_MATCH_NODE,
    status: result.status,
    score: result.score,
    source_image_session_id: null,
    source_image: null,
    target_image: null,
    warnings: result.warnings.map((warning) => ({ ...warning, node_id: FACE_MATCH_NODE })),
  };
}
