import { type Contradiction, contradictionsOf } from './contradiction.js';
import {
  decodeList,
  decodeNullable,
  decodeObject,
  decodePercentage,
  member,
  UndecodableError,
  type WireObject,
} from './decoding.js';
import { decodeDetectedFaces, type DetectedFaces } from './faces.js';
import { decodeWarning, type LivenessWarning } from './warning.js';

// What a verdict is made of, for those who judge it.
export type { Contradiction } from './contradiction.js';
export type { Face } from './faces.js';
export type { LivenessWarning, LogType } from './warning.js';

/** What the API may say of a picture. Only `Approved` is a pass. */
export type VerdictStatus = 'Approved' | 'Declined' | 'In Review';

/** What a policy can judge, of a selfie and of the liveness step of a session. Only the status `Approved` is a pass. */
export interface CheckVerdict {
  /** Of a session it may be one that this version does not know. */
  readonly status: string;
  readonly method: string;
  /** 0 to 100; of an `Approved` never null. */
  readonly score: number | null;
  readonly warnings: readonly LivenessWarning[];
  /** 0 to 100. */
  readonly faceQuality: number | null;
  /** 0 to 100. */
  readonly faceLuminance: number | null;
  /** Why an answer that said `Approved` is taken as `Declined`; empty for every other verdict. */
  readonly contradictions: readonly Contradiction[];
}

interface VerdictFacts extends Omit<CheckVerdict, 'status' | 'score'> {
  readonly userImage: DetectedFaces;
}

/** `Approved`, and nothing in the answer speaks against it. */
export interface ApprovedVerdict extends VerdictFacts {
  readonly status: 'Approved';
  /** 0 to 100, higher is more surely alive. */
  readonly score: number;
}

/** Anything else that the API may say. A score here is information, never a pass. */
export interface UnapprovedVerdict extends VerdictFacts {
  readonly status: Exclude<VerdictStatus, 'Approved'>;
  readonly score: number | null;
}

/** What the API found. Only `status: 'Approved'` is a pass. */
export type LivenessVerdict = ApprovedVerdict | UnapprovedVerdict;

/**
 * The `liveness` object of an answer, decoded. Whatever does not have the promised shape is refused, and an `Approved`
 * that the rest of the answer contradicts becomes `Declined`.
 *
 * @throws {@link UndecodableError}
 */
export function decodeVerdict(value: unknown, path: string): LivenessVerdict {
  const liveness = decodeObject(value, path);
  const status = decodeStatus(member(liveness, 'status'), `${path}.status`);
  const score = decodeNullable(member(liveness, 'score'), `${path}.score`, decodePercentage);
  const facts = decodeFacts(liveness, path);
  if (status !== 'Approved') return Object.freeze({ status, score, ...facts });

  if (score === null) throw new UndecodableError(`${path}.score`, 'a number, although the status is Approved');
  const contradictions = contradictionsOf({ warnings: facts.warnings, pictures: [facts.userImage] });
  return contradictions.length > 0
    ? Object.freeze({ ...facts, status: 'Declined', score, contradictions })
    : Object.freeze({ status, score, ...facts });
}

/** @throws {@link UndecodableError} for anything but the three exact words */
export function decodeStatus(value: unknown, path: string): VerdictStatus {
  if (value === 'Approved' || value === 'Declined' || value === 'In Review') return value;
  throw new UndecodableError(path, "'Approved', 'Declined' or 'In Review'");
}

function decodeFacts(liveness: WireObject, path: string): VerdictFacts {
  return {
    method: decodePassiveMethod(member(liveness, 'method'), `${path}.method`),
    userImage: decodeDetectedFaces(member(liveness, 'user_image'), `${path}.user_image`),
    warnings: decodeList(member(liveness, 'warnings'), `${path}.warnings`, decodeWarning),
    faceQuality: decodeNullable(member(liveness, 'face_quality'), `${path}.face_quality`, decodePercentage),
    faceLuminance: decodeNullable(member(liveness, 'face_luminance'), `${path}.face_luminance`, decodePercentage),
    contradictions: Object.freeze([]),
  };
}

/** The one method of the endpoints that judge a single picture. @throws {@link UndecodableError} */
export function decodePassiveMethod(value: unknown, path: string): 'PASSIVE' {
  if (value !== 'PASSIVE') throw new UndecodableError(path, "'PASSIVE'");
  return value;
}
