import type { Answer } from './answer.js';
import { html, json } from './answer.js';
import { NO_CREDENTIALS, refuseKey } from './api-key.js';
import type { ApiRequest } from './api-request.js';
import type { SavedCheck } from './saved-checks.js';
import type { State } from './state.js';

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

const NODE_ID = 'feature_liveness_1';

/** `GET /v3/session/{request_id}/decision/`: an unknown id is a 404 before the key is looked at. */
export function answerDecision({ path, client, apiKey }: ApiRequest, state: State): Answer {
  const refused = state.reads.refuse(client);
  if (refused !== undefined) {
    return refused;
  }
  const [, , , id = ''] = path.split('/');
  if (!UUID.test(id)) {
    return html(
      404,
      '<!doctype html><html><head><title>Not Found</title></head><body><h1>Not Found</h1></body></html>',
    );
  }
  const saved = state.saved.get(id.toLowerCase());
  if (saved === undefined) {
    return json(404, { detail: 'Not found.' });
  }
  return refuseKey(apiKey, state.options, NO_CREDENTIALS) ?? json(200, toDecision(saved));
}

/** A saved check as a session of its own; steps that a check does not have are null. */
function toDecision({ body, sessionNumber, vendorData, metadata }: SavedCheck): unknown {
  return {
    session_id: body.request_id,
    session_kind: 'user',
    session_number: sessionNumber,
    session_url: null,
    status: body.liveness.status,
    environment: 'live',
    workflow_id: null,
    features: ['LIVENESS'],
    vendor_data: vendorData,
    metadata,
    expected_details: null,
    contact_details: null,
    callback: null,
    id_verifications: null,
    nfc_verifications: null,
    liveness_checks: [toLivenessCheck(body)],
    face_matches: null,
    phone_verifications: null,
    email_verifications: null,
    poa_verifications: null,
    document_ai_documents: null,
    questionnaire_responses: null,
    aml_screenings: null,
    ip_analyses: null,
    database_validations: null,
    reviews: [],
    created_at: body.created_at,
    expires_at: null,
  };
}

/** Pictures are not kept, so their addresses are null, as for a key without access to media. */
function toLivenessCheck({ liveness }: SavedCheck['body']): unknown {
  return {
    node_id: NODE_ID,
    status: liveness.status,
    method: liveness.method,
    score: liveness.score,
    reference_image: null,
    video_url: null,
    age_estimation: liveness.user_image.entities[0]?.age ?? null,
    matches: [],
    warnings: liveness.warnings.map((warning) => ({ ...warning, node_id: NODE_ID })),
    face_quality: liveness.face_quality,
    face_luminance: liveness.face_luminance,
  };
}
