import type { Picture } from './picture.js';
import type { Scenario } from './scenario.js';
import type { VerdictScenarioName } from './scenario-names.js';
import { makeWarning } from './warnings.js';

const BLOCKLIST_HIT = {
  blocklisted_session_id: '0e9c2a44-53d1-4a88-9a5e-6f0c1c7d2b19',
  blocklisted_session_number: 512,
  api_service: null,
};

const DUPLICATE_HIT = {
  duplicated_session_id: '77a3e1b0-20e7-4d0c-9a55-0bd94c6ef8f1',
  duplicated_session_number: 204,
  api_service: 'PASSIVE_LIVENESS',
};

/** The scenarios that end in a verdict; the rules of score and threshold apply to each. */
export const VERDICT_SCENARIOS: Readonly<Record<VerdictScenarioName, Scenario>> = {
  approved: verdict('Approved; score 85 to 99 from the hash of the picture.', {}),
  'no-face': verdict('Declined, NO_FACE_DETECTED; no score, no faces.', {
    score: null,
    faces: 0,
    faceQuality: null,
    faceLuminance: null,
    age: null,
    similarity: null,
  }),
  spoof: verdict('Declined, LOW_LIVENESS_SCORE and LIVENESS_FACE_ATTACK; score 8.25.', {
    score: 8.25,
    warnings: [makeWarning('LIVENESS_FACE_ATTACK')],
  }),
  'low-score': verdict('Declined, LOW_LIVENESS_SCORE; score 20.', { score: 20 }),
  blocklisted: verdict('Declined, FACE_IN_BLOCKLIST; score 94.5, no quality figures.', {
    score: 94.5,
    faceQuality: null,
    faceLuminance: null,
    warnings: [makeWarning('FACE_IN_BLOCKLIST', { additional_data: BLOCKLIST_HIT })],
  }),
  'possibly-blocklisted': verdict('Declined, POSSIBLE_FACE_IN_BLOCKLIST; score 93.', {
    score: 93,
    warnings: [makeWarning('POSSIBLE_FACE_IN_BLOCKLIST', { additional_data: BLOCKLIST_HIT })],
  }),
  'multiple-faces': verdict('Approved with MULTIPLE_FACES_DETECTED (warning); two faces.', { faces: 2 }),
  duplicate: verdict('Approved with DUPLICATED_FACE (information).', {
    warnings: [makeWarning('DUPLICATED_FACE', { additional_data: DUPLICATE_HIT })],
  }),
  'possible-duplicate': verdict('Approved with POSSIBLE_DUPLICATED_FACE (information).', {
    warnings: [makeWarning('POSSIBLE_DUPLICATED_FACE', { additional_data: DUPLICATE_HIT })],
  }),
  'low-quality': verdict('Approved with face_quality 18 and LOW_FACE_QUALITY (warning).', {
    faceQuality: 18,
    warnings: [makeWarning('LOW_FACE_QUALITY')],
  }),
  'too-dark': verdict('Approved with face_luminance 9 and LOW_FACE_LUMINANCE (warning).', {
    faceLuminance: 9,
    warnings: [makeWarning('LOW_FACE_LUMINANCE')],
  }),
  'too-bright': verdict('Approved with face_luminance 97 and HIGH_FACE_LUMINANCE (warning).', {
    faceLuminance: 97,
    warnings: [makeWarning('HIGH_FACE_LUMINANCE')],
  }),
  match: pair('Face match: Approved; score 92.5, also for two people.', { similarity: 92.5 }),
  'no-match': pair('Face match: Declined, LOW_FACE_MATCH_SIMILARITY; score 12.5.', { similarity: 12.5 }),
  'no-reference-face': pair('Face match: Declined, NO_REFERENCE_IMAGE; no face in ref_image.', { similarity: null }),
  'too-young': verdict('Age estimation: Declined, AGE_BELOW_MINIMUM; age 15.5.', { age: 15.5 }),
  'age-not-detected': verdict('Age estimation: Declined, AGE_NOT_DETECTED; age null.', { age: null }),
};

function verdict(about: string, picture: Partial<Picture>): Scenario {
  return { kind: 'verdict', about, picture };
}

/** A scenario of face match; to the other checks the picture is a good selfie. */
function pair(about: string, picture: Partial<Picture>): Scenario {
  return { kind: 'verdict', about, picture, isAboutPair: true };
}
