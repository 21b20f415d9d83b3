/** Severity of a warning. `error` means the API declined because of it. */
export type WireLogType = 'error' | 'warning' | 'information';

interface TagFacts {
  /** Severity when the answer leaves it out, as answers of early 2026 may. */
  readonly logType: WireLogType;
  /** The API declines on this tag whatever is configured. */
  readonly autoDeclines: boolean;
}

/**
 * The warning tags that an answer about liveness can carry.
 *
 * Sources, read 2026-11-22: https://docs.didit.me/standalone-apis/passive-liveness (the first eight),
 * https://docs.didit.me/core-technology/liveness/warnings-liveness (the rest, which sessions send).
 */
export const WARNING_TAGS = {
  NO_FACE_DETECTED: { logType: 'error', autoDeclines: true },
  LIVENESS_FACE_ATTACK: { logType: 'error', autoDeclines: true },
  FACE_IN_BLOCKLIST: { logType: 'error', autoDeclines: true },
  POSSIBLE_FACE_IN_BLOCKLIST: { logType: 'error', autoDeclines: true },
  LOW_LIVENESS_SCORE: { logType: 'error', autoDeclines: false },
  MULTIPLE_FACES_DETECTED: { logType: 'warning', autoDeclines: false },
  DUPLICATED_FACE: { logType: 'information', autoDeclines: false },
  POSSIBLE_DUPLICATED_FACE: { logType: 'information', autoDeclines: false },
  LOW_FACE_QUALITY: { logType: 'warning', autoDeclines: false },
  LOW_FACE_LUMINANCE: { logType: 'warning', autoDeclines: false },
  HIGH_FACE_LUMINANCE: { logType: 'warning', autoDeclines: false },
  MULTIPLE_FACES: { logType: 'warning', autoDeclines: false },
  AGE_BELOW_MINIMUM: { logType: 'error', autoDeclines: false },
  AGE_NOT_DETECTED: { logType: 'error', autoDeclines: false },
  DUPLICATED_FACE_NAME_MISMATCH: { logType: 'warning', autoDeclines: false },
  FRAME_INJECTION_SUSPECTED: { logType: 'error', autoDeclines: false },
} as const satisfies Record<string, TagFacts>;

/**
 * The warning tags that only an answer about two faces carries. A catalogue of their own: no policy on selfies names
 * them.
 *
 * Source: the OpenAPI document at https://github.com/api-evangelist/didit (read 2026-11-22).
 */
export const FACE_MATCH_TAGS = {
  NO_REFERENCE_IMAGE: { logType: 'error', autoDeclines: true },
  LOW_FACE_MATCH_SIMILARITY: { logType: 'error', autoDeclines: false },
} as const satisfies Record<string, TagFacts>;

/** A warning tag about two faces that this version knows. */
export type FaceMatchRisk = keyof typeof FACE_MATCH_TAGS;

/** A warning tag that this version knows. The API may send others. */
export type KnownRisk = keyof typeof WARNING_TAGS;

/** The tags on which the API always declines; no policy can relax them. */
export type AutoDeclineRisk = {
  [Risk in KnownRisk]: (typeof WARNING_TAGS)[Risk]['autoDeclines'] extends true ? Risk : never;
}[KnownRisk];

/** True for a tag of the catalogue. */
export function isKnownRisk(risk: string): risk is KnownRisk {
  return Object.hasOwn(WARNING_TAGS, risk);
}

/** True for one of the four tags on which the API always declines. */
export function isAutoDeclineRisk(risk: string): risk is AutoDeclineRisk {
  return isKnownRisk(risk) && WARNING_TAGS[risk].autoDeclines;
}

/** True for a tag of the catalogue on two faces. */
export function isFaceMatchRisk(risk: string): risk is FaceMatchRisk {
  return Object.hasOwn(FACE_MATCH_TAGS, risk);
}

/** True for a tag, of one face or of two, on which the API always declines. */
export function alwaysDeclines(risk: string): boolean {
  return isAutoDeclineRisk(risk) || (isFaceMatchRisk(risk) && FACE_MATCH_TAGS[risk].autoDeclines);
}
