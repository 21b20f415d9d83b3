import type { WireAgeEstimationResponse } from '../../src/wire/age-estimation.js';
import type { WireFaceMatchResponse } from '../../src/wire/face-match.js';
import type { WireFaceSearchMatch, WireFaceSearchResponse } from '../../src/wire/face-search.js';
import type { WireEntity } from '../../src/wire/faces.js';

const entity: WireEntity = { bbox: [220, 140, 760, 910], confidence: 0.74, age: 29.8, gender: 'male', race: null };
const frame = {
  request_id: 'e0a3b9d6-14e2-4a63-9f5f-2f4e62f0c1aa',
  vendor_data: 'acct_7719',
  metadata: { flow: 'withdrawal' },
  created_at: '2026-11-20T09:21:40.310552+00:00',
};

/** Two faces that are alike, with parts of `face_match` replaced. */
export function faceMatchAnswer(part: Partial<WireFaceMatchResponse['face_match']> = {}): WireFaceMatchResponse {
  return {
    ...frame,
    face_match: {
      status: 'Approved',
      score: 87.14,
      user_image: { entities: [entity], best_angle: 0 },
      ref_image: { entities: [{ ...entity, bbox: [88, 96, 301, 377] }], best_angle: 90 },
      warnings: [],
      ...part,
    },
  };
}

/** A live person of 31, with parts of `age_estimation` replaced. */
export function ageAnswer(part: Partial<WireAgeEstimationResponse['age_estimation']> = {}): WireAgeEstimationResponse {
  return {
    ...frame,
    age_estimation: {
      status: 'Approved',
      method: 'PASSIVE',
      score: 93.1,
      user_image: { entities: [entity], best_angle: 0 },
      age_estimation: 31.4,
      warnings: [],
      ...part,
    },
  };
}

/** One face that was found. */
export const faceSearchMatch: WireFaceSearchMatch = {
  session_id: '77a3e1b0-20e7-4d0c-9a55-0bd94c6ef8f1',
  session_number: 2048,
  similarity_percentage: 71.5,
  source: 'session',
  vendor_data: 'acct_9001',
  verification_date: '2026-10-01T10:00:00Z',
  user_details: { full_name: 'Ada Example', document_type: 'P', document_number: 'X123' },
  match_image_url: 'https://media.example/match.jpg?sig=1',
  status: 'Approved',
  is_blocklisted: false,
  is_allowlisted: false,
  api_service: null,
};

/** A search that found one face, with parts of `face_search` replaced. */
export function faceSearchAnswer(part: Partial<WireFaceSearchResponse['face_search']> = {}): WireFaceSearchResponse {
  return {
    ...frame,
    face_search: {
      status: 'Approved',
      total_matches: 1,
      matches: [faceSearchMatch],
      user_image: { entities: [{ bbox: [1, 2, 3, 4], confidence: 0.7 }], best_angle: 0 },
      warnings: [],
      ...part,
    },
  };
}

/** Id of the session of these answers. */
export const SESSION_ID = 'c7a1d2f4-6b0e-4c38-9a11-52d0e7f3b8c6';
/** Id of the workflow of these answers. */
export const WORKFLOW_ID = 'b3e4a0d1-55c2-4c58-9a36-3d0a2a6f9e70';

/** The liveness step of a session. */
export const livenessCheck = {
  node_id: 'feature_liveness_1',
  status: 'Approved',
  method: 'ACTIVE_3D',
  score: 91.7,
  reference_image: 'https://media.example/ref.jpg?sig=CANARYsignature',
  video_url: 'https://media.example/v.mp4?sig=CANARYsignature',
  age_estimation: 30.9,
  matches: [],
  warnings: [] as unknown[],
  face_quality: null,
  face_luminance: null,
};

/** The face match step of a session. */
export const sessionFaceMatch = {
  node_id: 'feature_face_match_1',
  status: 'Approved',
  score: 88.2,
  source_image_session_id: null,
  source_image: 'https://media.example/s.jpg?sig=CANARYsignature',
  target_image: 'https://media.example/t.jpg?sig=CANARYsignature',
  warnings: [] as unknown[],
};

/** What came of a session. */
export const decisionAnswer = {
  session_id: SESSION_ID,
  session_kind: 'user',
  session_number: 1187,
  session_url: 'https://verify.didit.me/session/CANARYtoken',
  status: 'Approved',
  environment: 'live',
  workflow_id: WORKFLOW_ID,
  features: ['LIVENESS', 'FACE_MATCH'],
  vendor_data: 'acct_7719',
  metadata: { reason: 'step_up' },
  expected_details: null,
  contact_details: null,
  callback: 'https://app.example/kyc/return',
  id_verifications: null,
  liveness_checks: [livenessCheck],
  face_matches: [sessionFaceMatch],
  reviews: [],
  created_at: '2026-11-20T09:30:00Z',
  expires_at: '2026-11-27T09:30:00Z',
};

/** A session that was made. */
export const createdSessionAnswer = {
  session_id: SESSION_ID,
  session_number: 1187,
  session_token: 'CANARYtoken',
  url: 'https://verify.didit.me/session/CANARYtoken',
  vendor_data: 'acct_7719',
  metadata: { reason: 'step_up' },
  status: 'Not Started',
  workflow_id: WORKFLOW_ID,
  workflow_version: 2,
  callback: 'https://app.example/kyc/return',
};

export const balanceAnswer = {
  balance: '41.2500',
  auto_refill_enabled: true,
  auto_refill_amount: '200.00',
  auto_refill_threshold: '25.00',
};

export const topUpAnswer = {
  checkout_session_id: 'cs_live_9x2',
  checkout_session_url: 'https://checkout.example/c/pay/cs_live_9x2',
};

export const workflowAnswer = {
  uuid: WORKFLOW_ID,
  workflow_label: 'Step-up',
  features: 'LIVENESS',
  status: 'published',
};

/** Ids of the account of these answers. */
export const ORGANIZATION_ID = '0f0b6f53-8f5f-4c2f-9b7e-0a7f7f1b2f11';
export const APPLICATION_ID = '5b7e0c52-3f7e-4f0a-8c2d-7d1a90e4b6aa';

export const organizationAnswer = { uuid: ORGANIZATION_ID, name: "dev's organization" };
export const applicationAnswer = {
  uuid: APPLICATION_ID,
  name: 'My app',
  client_id: 'aB3dE5fG7hJ9',
  api_key: 'sk_live_CANARYkey',
};

export const tokensAnswer = {
  access_token: 'CANARYaccess.e30.sig',
  refresh_token: 'CANARYrefresh.e30.sig',
  expires_in: 86400,
};
export const registrationAnswer = {
  ...tokensAnswer,
  organization: organizationAnswer,
  application: applicationAnswer,
};
export const challengeAnswer = {
  '2fa_required': true,
  temp_token: 'CANARYtemp',
  has_authenticator: true,
  has_passkeys: false,
};
