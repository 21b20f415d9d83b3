import type { WireLogType, WireWarning } from '@didit-liveness/core';

interface CatalogueEntry {
  readonly logType: WireLogType;
  readonly short: string;
  readonly long: string;
}

/**
 * Severity and texts per tag. The three quality and luminance tags are named for this endpoint only by documentation
 * of early 2026; `warning` is an assumption.
 *
 * Source: https://docs.didit.me/standalone-apis/passive-liveness (read 2026-11-22)
 */
const CATALOGUE = {
  NO_FACE_DETECTED: entry('error', 'No face detected', 'No face could be located in the picture.'),
  LOW_LIVENESS_SCORE: entry('error', 'Low liveness score', 'The score did not clear the configured limit.'),
  LIVENESS_FACE_ATTACK: entry('error', 'Liveness Face Attack', 'The picture looks like a presentation attack.'),
  FACE_IN_BLOCKLIST: entry('error', 'Face in blocklist', "The face is on the account's block list."),
  POSSIBLE_FACE_IN_BLOCKLIST: entry('error', 'Possible face in blocklist', 'The face resembles a blocked one.'),
  MULTIPLE_FACES_DETECTED: entry('warning', 'Multiple faces detected', 'More than one face; the biggest was used.'),
  DUPLICATED_FACE: entry(
    'information',
    'Duplicated face from other approved session',
    'The same face exists in another approved session.',
  ),
  POSSIBLE_DUPLICATED_FACE: entry(
    'information',
    'Possible duplicated face',
    'A similar face exists in another approved session.',
  ),
  LOW_FACE_QUALITY: entry('warning', 'Low face quality', 'The face is blurred or too small.'),
  LOW_FACE_LUMINANCE: entry('warning', 'Low face luminance', 'The face is too dark.'),
  HIGH_FACE_LUMINANCE: entry('warning', 'High face luminance', 'The face is too bright.'),
  LOW_FACE_MATCH_SIMILARITY: entry('error', 'Low face match similarity', 'The two faces are not alike enough.'),
  NO_REFERENCE_IMAGE: entry('error', 'No reference image', 'There are no two faces to compare.'),
  AGE_BELOW_MINIMUM: entry('error', 'Age below minimum', 'The estimated age is under the configured minimum.'),
  AGE_NOT_DETECTED: entry('error', 'Age not detected', 'No age could be estimated.'),
} satisfies Record<string, CatalogueEntry>;

/** A tag whose severity and texts are known. */
export type KnownRisk = keyof typeof CATALOGUE;

/** Makes a warning as the API would; `changes` overrides what a scenario needs different. */
export function makeWarning(risk: KnownRisk, changes: Partial<WireWarning> = {}): WireWarning {
  const { logType, short, long } = CATALOGUE[risk];
  return {
    risk,
    feature: 'LIVENESS',
    additional_data: null,
    log_type: logType,
    short_description: short,
    long_description: long,
    ...changes,
  };
}

/** Whether the tag is one of the catalogue, and not one that a scenario made up. */
export function isKnownRisk(risk: string): risk is KnownRisk {
  return Object.hasOwn(CATALOGUE, risk);
}

function entry(logType: WireLogType, short: string, long: string): CatalogueEntry {
  return { logType, short, long };
}
