import { type Contradiction, settleStatus } from './contradiction.js';
import { decodeJson, decodeList, decodeNullable, decodeObject, decodePercentage, member } from './decoding.js';
import { decodeDetectedFaces, type DetectedFaces, type WireFaces } from './faces.js';
import { type AnswerFrame, decodeFrame, type WireFrame, type WirePictureFields } from './frame.js';
import { decodeStatus, type VerdictStatus } from './verdict.js';
import { decodeWarning, type LivenessWarning, type WireWarning } from './warning.js';

/**
 * Body of a 200 answer of `POST /v3/face-match/` as the API spells it.
 *
 * Source: the OpenAPI document at https://github.com/api-evangelist/didit (read 2026-11-22).
 */
export interface WireFaceMatchResponse extends WireFrame {
  face_match: {
    status: string;
    /** 0 to 100; null or 0 when no pair of faces could be compared. */
    score: number | null;
    user_image: WireFaces;
    ref_image: WireFaces;
    warnings: WireWarning[];
  };
}

/** The text fields of the request form, by their names on the wire. */
export interface WireFaceMatchFields extends WirePictureFields {
  face_match_score_decline_threshold?: string;
}

/** What a policy can judge, of a comparison by itself and of the one in a session. Only the status `Approved` is a pass. */
export interface MatchVerdict {
  /** Of a session it may be one that this version does not know. */
  readonly status: string;
  /** 0 to 100, higher is more alike; of an `Approved` never null. */
  readonly score: number | null;
  readonly warnings: readonly LivenessWarning[];
  /** Why an answer that said `Approved` is taken as `Declined`; empty for every other verdict. */
  readonly contradictions: readonly Contradiction[];
}

/** How alike two faces are. Only the status `Approved` says that they are of one person. */
export interface FaceMatchVerdict extends MatchVerdict {
  readonly status: VerdictStatus;
  readonly userImage: DetectedFaces;
  readonly refImage: DetectedFaces;
}

/** Answer of {@link FaceMatch.compare}, by our names. */
export interface FaceMatchResponse extends AnswerFrame {
  readonly faceMatch: FaceMatchVerdict;
}

/**
 * The body of a 200 answer, decoded. Total: whatever the bytes, there is a response or the one error.
 *
 * @throws {@link UndecodableError}
 */
export function decodeFaceMatch(body: Uint8Array): FaceMatchResponse {
  const answer = decodeObject(decodeJson(body), 'the body');
  const { requestId, ...echo } = decodeFrame(answer);
  const faceMatch = decodeFaceMatchVerdict(member(answer, 'face_match'), 'face_match');
  return Object.freeze({ requestId, faceMatch, ...echo });
}

/** @throws {@link UndecodableError} */
export function decodeFaceMatchVerdict(value: unknown, path: string): FaceMatchVerdict {
  const match = decodeObject(value, path);
  const score = decodeNullable(member(match, 'score'), `${path}.score`, decodePercentage);
  const userImage = decodeDetectedFaces(member(match, 'user_image'), `${path}.user_image`);
  const refImage = decodeDetectedFaces(member(match, 'ref_image'), `${path}.ref_image`);
  const warnings = decodeList(member(match, 'warnings'), `${path}.warnings`, decodeWarning);
  const status = decodeStatus(member(match, 'status'), `${path}.status`);
  const settled = settleStatus(status, { warnings, score, pictures: [userImage, refImage] });
  return Object.freeze({ ...settled, score, userImage, refImage, warnings });
}
