import {
  decodeList,
  decodeNullable,
  decodeNumber,
  decodeObject,
  decodePercentage,
  decodeString,
  member,
  UndecodableError,
  type WireObject,
} from './decoding.js';
import { isAutoDeclineRisk, isKnownRisk, WARNING_TAGS } from './warning-tags.js';

/** Severity of a warning. `error` declines; the others never do on their own. */
export type LogType = 'error' | 'warning' | 'information';

/** Identifiers that come with blocklist and duplicate hits; each is null when the answer does not give it. */
export interface WarningDetails {
  readonly blocklistedSessionId: string | null;
  readonly blocklistedSessionNumber: number | null;
  readonly duplicatedSessionId: string | null;
  readonly duplicatedSessionNumber: number | null;
  readonly apiService: string | null;
}

/** One observation of the API about the picture. */
export interface LivenessWarning {
  /** The tag; branch on this one. May be one that this version does not know. */
  readonly risk: string;
  readonly logType: LogType;
  readonly feature: string | null;
  readonly additionalData: WarningDetails | null;
  /** For people to read; the text may change at any time. */
  readonly shortDescription: string | null;
  readonly longDescription: string | null;
}

/** One detected face. */
export interface Face {
  /** `[xmin, ymin, xmax, ymax]` in pixels of the picture as the API processed it. */
  readonly bbox: readonly number[];
  /** Detector confidence, 0 to 1. */
  readonly confidence: number | null;
  /** Estimate in years. */
  readonly age: number | null;
  readonly gender: string | null;
  /** Reserved by the API; always null. */
  readonly race: null;
}

/** A way in which an answer that says `Approved` speaks against itself. */
export type Contradiction = 'auto-decline-tag' | 'error-warning' | 'no-face';

interface VerdictFacts {
  readonly method: string;
  readonly userImage: {
    readonly entities: readonly Face[];
    /** Degrees by which the picture was turned; differs from 0 only with `rotateImage`. */
    readonly bestAngle: number | null;
  };
  readonly warnings: readonly LivenessWarning[];
  /** 0 to 100. */
  readonly faceQuality: number | null;
  /** 0 to 100. */
  readonly faceLuminance: number | null;
  /** Why an answer that said `Approved` is taken as `Declined`; empty for every other verdict. */
  readonly contradictions: readonly Contradiction[];
}

/** `Approved`, and nothing in the answer speaks against it. */
export interface ApprovedVerdict extends VerdictFacts {
  readonly status: 'Approved';
  /** 0 to 100, higher is more surely alive. */
  readonly score: number;
}

/** Anything else that the API may say. A score here is information, never a pass. */
export interface UnapprovedVerdict extends VerdictFacts {
  readonly status: 'Declined' | 'In Review';
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
  if (status !== 'Approved') return Object.freeze({ ...facts, status, score });

  if (score === null) throw new UndecodableError(`${path}.score`, 'a number, although the status is Approved');
  const contradictions = contradictionsOf(facts);
  return contradictions.length > 0
    ? Object.freeze({ ...facts, status: 'Declined', score, contradictions })
    : Object.freeze({ ...facts, status, score });
}

function decodeStatus(value: unknown, path: string): LivenessVerdict['status'] {
  if (value === 'Approved' || value === 'Declined' || value === 'In Review') return value;
  throw new UndecodableError(path, "'Approved', 'Declined' or 'In Review'");
}

function decodeFacts(liveness: WireObject, path: string): VerdictFacts {
  return {
    method: decodeMethod(member(liveness, 'method'), `${path}.method`),
    userImage: decodeUserImage(member(liveness, 'user_image'), `${path}.user_image`),
    warnings: decodeList(member(liveness, 'warnings'), `${path}.warnings`, decodeWarning),
    faceQuality: decodeNullable(member(liveness, 'face_quality'), `${path}.face_quality`, decodePercentage),
    faceLuminance: decodeNullable(member(liveness, 'face_luminance'), `${path}.face_luminance`, decodePercentage),
    contradictions: Object.freeze([]),
  };
}

function decodeMethod(value: unknown, path: string): string {
  if (value !== 'PASSIVE') throw new UndecodableError(path, "'PASSIVE'");
  return value;
}

/** An answer about a picture without a face may leave this out; as an `Approved` it is then contradicted. */
function decodeUserImage(value: unknown, path: string): VerdictFacts['userImage'] {
  if (value === null || value === undefined) return Object.freeze({ entities: Object.freeze([]), bestAngle: null });
  const image = decodeObject(value, path);
  return Object.freeze({
    entities: decodeList(member(image, 'entities'), `${path}.entities`, decodeFace),
    bestAngle: decodeNullable(member(image, 'best_angle'), `${path}.best_angle`, decodeNumber),
  });
}

function decodeFace(value: unknown, path: string): Face {
  const face = decodeObject(value, path);
  const bbox = decodeList(member(face, 'bbox'), `${path}.bbox`, decodeNumber);
  if (bbox.length !== 4) throw new UndecodableError(`${path}.bbox`, 'four numbers');
  return Object.freeze({
    bbox,
    confidence: decodeNullable(member(face, 'confidence'), `${path}.confidence`, decodeNumber),
    age: decodeNullable(member(face, 'age'), `${path}.age`, decodeNumber),
    gender: decodeNullable(member(face, 'gender'), `${path}.gender`, decodeString),
    race: null,
  });
}

function decodeWarning(value: unknown, path: string): LivenessWarning {
  const warning = decodeObject(value, path);
  const risk = decodeString(member(warning, 'risk'), `${path}.risk`);
  return Object.freeze({
    risk,
    logType: decodeLogType(member(warning, 'log_type'), risk),
    feature: decodeNullable(member(warning, 'feature'), `${path}.feature`, decodeString),
    additionalData: decodeNullable(member(warning, 'additional_data'), `${path}.additional_data`, decodeDetails),
    shortDescription: decodeNullable(member(warning, 'short_description'), `${path}.short_description`, decodeString),
    longDescription: decodeNullable(member(warning, 'long_description'), `${path}.long_description`, decodeString),
  });
}

/** A severity that is missing is the documented one of the tag; one that nobody knows is the worst. */
function decodeLogType(value: unknown, risk: string): LogType {
  if (value === 'error' || value === 'warning' || value === 'information') return value;
  const isMissing = value === null || value === undefined;
  return isMissing && isKnownRisk(risk) ? WARNING_TAGS[risk].logType : 'error';
}

function decodeDetails(value: unknown, path: string): WarningDetails {
  const details = decodeObject(value, path);
  const text = (name: string) => decodeNullable(member(details, name), `${path}.${name}`, decodeString);
  const number = (name: string) => decodeNullable(member(details, name), `${path}.${name}`, decodeNumber);
  return Object.freeze({
    blocklistedSessionId: text('blocklisted_session_id'),
    blocklistedSessionNumber: number('blocklisted_session_number'),
    duplicatedSessionId: text('duplicated_session_id'),
    duplicatedSessionNumber: number('duplicated_session_number'),
    apiService: text('api_service'),
  });
}

function contradictionsOf({ warnings, userImage }: VerdictFacts): readonly Contradiction[] {
  const found: Contradiction[] = [];
  if (warnings.some(({ risk }) => isAutoDeclineRisk(risk))) found.push('auto-decline-tag');
  if (warnings.some(({ logType }) => logType === 'error')) found.push('error-warning');
  if (userImage.entities.length === 0) found.push('no-face');
  return Object.freeze(found);
}
