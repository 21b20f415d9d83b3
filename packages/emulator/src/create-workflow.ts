import type { Answer } from './answer.js';
import { json } from './answer.js';
import { NO_PERMISSION, refuseKey } from './api-key.js';
import type { ApiRequest } from './api-request.js';
import type { JsonObject } from './json-body.js';
import { readJsonBody } from './json-body.js';
import type { JsonRule, MemberRules, Wrong } from './json-rules.js';
import { anything, boolean, checkMembers, list, object, oneOf, text, wholeNumber } from './json-rules.js';
import type { State } from './state.js';
import type { Workflow, WorkflowFeature } from './workflows.js';

const FEATURES = [
  'OCR',
  'NFC',
  'LIVENESS',
  'FACE_MATCH',
  'PROOF_OF_ADDRESS',
  'QUESTIONNAIRE',
  'DOCUMENT_AI',
  'PHONE_VERIFICATION',
  'EMAIL_VERIFICATION',
  'DATABASE_VALIDATION',
  'AML',
  'IP_ANALYSIS',
  'AGE_ESTIMATION',
];

const SCORE = wholeNumber(0, 100);
const ACTION = oneOf(['NO_ACTION', 'REVIEW', 'DECLINE'], true);

/** Settings of the liveness step. Assumption: the actions are the three that the warnings page names. */
const LIVENESS_CONFIG: MemberRules = {
  face_liveness_method: oneOf(['ACTIVE_3D', 'FLASHING', 'PASSIVE'], true),
  face_liveness_score_review_threshold: SCORE,
  face_liveness_score_decline_threshold: SCORE,
  face_quality_review_threshold: SCORE,
  face_quality_decline_threshold: SCORE,
  face_luminance_min_threshold: SCORE,
  face_luminance_max_threshold: SCORE,
  face_luminance_min_action: ACTION,
  face_luminance_max_action: ACTION,
  face_liveness_multiple_faces_action: ACTION,
  face_liveness_possible_duplicated_face_action: ACTION,
  face_liveness_duplicated_face_name_mismatch_action: ACTION,
  frame_injection_action: ACTION,
  virtual_camera_action: ACTION,
  external_capture_device_action: ACTION,
  screen_capture_action: ACTION,
  face_liveness_max_attempts: wholeNumber(1, 3),
  face_liveness_flash_mode: anything,
  face_privacy_mode_enabled: boolean,
  status_rules: anything,
};

const SESSION_SECONDS = 604_800;

/** Source: https://docs.didit.me/management-api/workflows (read 2026-11-22). */
const WORKFLOW: MemberRules = {
  workflow_label: text(50),
  is_default: boolean,
  status: oneOf(['draft', 'published']),
  features: list(checkFeature, 1),
  is_white_label_enabled: boolean,
  is_desktop_allowed: boolean,
  max_retry_attempts: wholeNumber(0, 10),
  retry_window_days: wholeNumber(1, 365),
  face_liveness_max_attempts: wholeNumber(1, 3),
  face_match_max_attempts: wholeNumber(1, 3),
  session_expiration_time: wholeNumber(3600, 2_419_200),
};

/** `POST /v3/workflows/`. Assumption: the label and the features are required, the texts of refusals are not documented. */
export function answerCreateWorkflow(request: ApiRequest, state: State): Answer {
  const refused = state.writes.refuse(request.client) ?? refuseKey(request.apiKey, state, NO_PERMISSION);
  if (refused !== undefined) {
    return refused;
  }
  const body = readJsonBody(request);
  if (body.kind === 'refused') {
    return body.answer;
  }
  const wrong =
    checkMembers(body.value, { rules: WORKFLOW, required: ['workflow_label', 'features'], isStrict: true }) ??
    checkOrder(body.value);
  if (wrong !== undefined) {
    return json(400, wrong);
  }
  const workflow = state.workflows.add(toWorkflow(body.value));
  return workflow === undefined
    ? json(400, { detail: 'An application may have at most 50 workflows.' })
    : json(201, toBody(workflow));
}

function checkFeature(value: unknown): Wrong | undefined {
  const rules = { feature: isKnownFeature, config: object({ rules: {} }), label: text(50) };
  const wrong = object({ rules, required: ['feature'], isStrict: true })(value);
  // Without a problem the value is an object with such members.
  const { feature, config } = (wrong === undefined ? value : {}) as Partial<WorkflowFeature>;
  if (feature !== 'LIVENESS' || config === undefined) {
    return wrong;
  }
  const wrongConfig = checkMembers(config, { rules: LIVENESS_CONFIG, isStrict: true });
  return wrongConfig === undefined ? undefined : { config: wrongConfig };
}

function isKnownFeature(value: unknown): ReturnType<JsonRule> {
  return typeof value === 'string' && value.startsWith('KYB_') ? undefined : oneOf(FEATURES)(value);
}

/** A face is matched with the portrait of a document, which has to be read first. */
function checkOrder({ features }: JsonObject): Wrong | undefined {
  const names = (features as readonly WorkflowFeature[]).map(({ feature }) => feature);
  const matchAt = names.indexOf('FACE_MATCH');
  const isEarly = matchAt !== -1 && !names.slice(0, matchAt).includes('OCR');
  return isEarly ? { features: ['FACE_MATCH must come after OCR.'] } : undefined;
}

function toWorkflow(value: JsonObject): Omit<Workflow, 'uuid'> {
  const { workflow_label: label, status = 'published', features, session_expiration_time: seconds } = value;
  // Each member passed its rule.
  return {
    label: label as string,
    status: status as string,
    features: features as readonly WorkflowFeature[],
    sessionSeconds: (seconds as number | undefined) ?? SESSION_SECONDS,
  };
}

/** The API answers with some 190 members; these are the ones to rely on. */
function toBody({ uuid, label, status, features, sessionSeconds }: Workflow): unknown {
  return {
    uuid,
    workflow_id: uuid,
    workflow_label: label,
    status,
    version: 1,
    features: features.map(({ feature }) => feature).join(' + '),
    session_expiration_time: sessionSeconds,
  };
}
