import { type Contradiction, settleStatus } from './contradiction.js';
import {
  decodeJson,
  decodeList,
  decodeNullable,
  decodeNumber,
  decodeObject,
  decodePercentage,
  member,
  UndecodableError,
} from './decoding.js';
import { decodeDetectedFaces, type DetectedFaces, type WireFaces } from './faces.js';
import { type AnswerFrame, decodeFrame, type WireFrame, type WirePictureFields } from './frame.js';
import { decodePassiveMethod, decodeStatus, type VerdictStatus } from './verdict.js';
import { decodeWarning, type LivenessWarning, type WireWarning } from './warning.js';

/**
 * Body of a 200 answer of `POST /v3/age-estimation/` as the API spells it.
 *
 * Source: the OpenAPI document at https://github.com/api-evangelist/didit (read 2026-11-22).
 */
export interface WireAgeEstimationResponse extends WireFrame {
  age_estimation: {
    status: string;
    method: string;
    /** Of liveness, 0 to 100. */
    score: number | null;
    user_image: WireFaces;
    /** Years. */
    age_estimation: number | null;
    warnings: WireWarning[];
  };
}

/** The text fields of the request form, by their names on the wire. */
export interface WireAgeEstimationFields extends WirePictureFields {
  face_liveness_score_decline_threshold?: string;
  age_estimation_decline_threshold?: string;
}

/** How old a live person looks. Only the status `Approved` is a pass. */
export interface AgeEstimationVerdict {
  readonly status: VerdictStatus;
  /** Always `PASSIVE`. */
  readonly method: 'PASSIVE';
  /** Of liveness, 0 to 100; of an `Approved` never null. */
  readonly score: number | null;
  /** Estimate in years; of an `Approved` never null. */
  readonly age: number | null;
  readonly userImage: DetectedFaces;
  readonly warnings: readonly LivenessWarning[];
  /** Why an answer that said `Approved` is taken as `Declined`; empty for every other verdict. */
  readonly contradictions: readonly Contradiction[];
}

/** Answer of {@link AgeEstimation.estimate}, by our names. */
export interface AgeEstimationResponse extends AnswerFrame {
  readonly ageEstimation: AgeEstimationVerdict;
}

/** Nobody is older, in years. */
const MAX_AGE = 150;

/**
 * The body of a 200 answer, decoded. Total: whatever the bytes, there is a response or the one error.
 *
 * @throws {@link UndecodableError}
 */
export function decodeAgeEstimation(body: Uint8Array): AgeEstimationResponse {
  const answer = decodeObject(decodeJson(body), 'the body');
  const { requestId, ...echo } = decodeFrame(answer);
  const ageEstimation = decodeAgeVerdict(member(answer, 'age_estimation'), 'age_estimation');
  return Object.freeze({ requestId, ageEstimation, ...echo });
}

function decodeAgeVerdict(value: unknown, path: string): AgeEstimationVerdict {
  const estimation = decodeObject(value, path);
  const method = decodePassiveMethod(member(estimation, 'method'), `${path}.method`);
  const score = decodeNullable(member(estimation, 'score'), `${path}.score`, decodePercentage);
  const age = decodeNullable(member(estimation, 'age_estimation'), `${path}.age_estimation`, decodeAge);
  const userImage = decodeDetectedFaces(member(estimation, 'user_image'), `${path}.user_image`);
  const warnings = decodeList(member(estimation, 'warnings'), `${path}.warnings`, decodeWarning);
  const status = decodeStatus(member(estimation, 'status'), `${path}.status`);
  const settled = settleStatus(status, { warnings, score, age, pictures: [userImage] });
  return Object.freeze({ ...settled, method, score, age, userImage, warnings });
}

function decodeAge(value: unknown, path: string): number {
  const age = decodeNumber(value, path);
  if (age < 0 || age > MAX_AGE) throw new UndecodableError(path, `a number from 0 to ${MAX_AGE}`);
  return age;
}
