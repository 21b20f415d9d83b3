import * as fc from 'fast-check';
import type { Face } from '../../src/wire/faces.js';
import type { MatchVerdict } from '../../src/wire/face-match.js';
import type { Contradiction, LivenessVerdict } from '../../src/wire/verdict.js';
import type { LivenessWarning, LogType } from '../../src/wire/warning.js';
import { FACE_MATCH_TAGS, WARNING_TAGS } from '../../src/wire/warning-tags.js';

/** All 16 tags of the catalogue. */
export const KNOWN_TAGS = Object.keys(WARNING_TAGS);

export const AUTO_DECLINE_TAGS = [
  'NO_FACE_DETECTED',
  'LIVENESS_FACE_ATTACK',
  'FACE_IN_BLOCKLIST',
  'POSSIBLE_FACE_IN_BLOCKLIST',
];

export const LOG_TYPES: readonly LogType[] = ['error', 'warning', 'information'];

const face: Face = { bbox: [1, 2, 3, 4], confidence: 0.9, age: 30, gender: 'female', race: null };

/** A warning as the decoder gives it. */
export function warning(risk: string, logType: LogType): LivenessWarning {
  return { risk, logType, feature: 'LIVENESS', additionalData: null, shortDescription: null, longDescription: null };
}

/** What a verdict may be made of here; wider than the type, to try what the decoder never gives. */
export interface VerdictParts {
  readonly status?: LivenessVerdict['status'];
  readonly score?: number | null;
  readonly warnings?: readonly LivenessWarning[];
  readonly faceQuality?: number | null;
  readonly faceLuminance?: number | null;
  readonly contradictions?: LivenessVerdict['contradictions'];
}

/** A verdict, approved and without a flaw unless told otherwise. */
export function verdictOf(parts: VerdictParts = {}): LivenessVerdict {
  return {
    status: 'Approved',
    method: 'PASSIVE',
    score: 96,
    userImage: { entities: [face], bestAngle: 0 },
    warnings: [],
    faceQuality: 81,
    faceLuminance: 48,
    contradictions: [],
    ...parts,
  } as LivenessVerdict;
}

/** A number from 0 to 100, often a round one. */
export const percentage = fc.oneof(
  fc.integer({ min: 0, max: 100 }),
  fc.double({ min: 0, max: 100, noNaN: true }).map((value) => Math.round(value * 100) / 100),
);

export const anyWarning = fc
  .record({
    risk: fc.oneof(fc.constantFrom(...KNOWN_TAGS), fc.string({ maxLength: 12 })),
    logType: fc.constantFrom(...LOG_TYPES),
  })
  .map(({ risk, logType }) => warning(risk, logType));

/** Every verdict that the types allow, also those that speak against themselves. */
export const anyVerdict: fc.Arbitrary<LivenessVerdict> = fc
  .record({
    status: fc.constantFrom('Approved', 'Declined', 'In Review'),
    score: percentage,
    warnings: fc.array(anyWarning, { maxLength: 4 }),
    faceQuality: fc.option(percentage),
    faceLuminance: fc.option(percentage),
    contradictions: fc.oneof(
      { weight: 4, arbitrary: fc.constant([]) },
      fc.subarray(['auto-decline-tag', 'error-warning', 'no-face'], { minLength: 1 }),
    ),
  })
  .map((parts) => verdictOf(parts as VerdictParts));

/** What a policy sees of a comparison, approved and without a flaw unless told otherwise. */
export function matchOf(parts: Partial<MatchVerdict> = {}): MatchVerdict {
  return { status: 'Approved', score: 87, warnings: [], contradictions: [], ...parts };
}

/** Every comparison that can come: any status and tag, with and without a score, also those that contradict themselves. */
export const anyMatch: fc.Arbitrary<MatchVerdict> = fc.record({
  status: fc.oneof(
    { weight: 4, arbitrary: fc.constant('Approved') },
    { weight: 1, arbitrary: fc.constantFrom('Declined', 'In Review', 'Not Finished', 'approved', '') },
  ),
  score: fc.option(percentage),
  warnings: fc.array(
    fc.oneof(
      anyWarning,
      fc
        .record({ risk: fc.constantFrom(...Object.keys(FACE_MATCH_TAGS)), logType: fc.constantFrom(...LOG_TYPES) })
        .map(({ risk, logType }) => warning(risk, logType)),
    ),
    { maxLength: 2 },
  ),
  contradictions: fc.oneof(
    { weight: 4, arbitrary: fc.constant<Contradiction[]>([]) },
    fc.subarray<Contradiction>(['auto-decline-tag', 'error-warning', 'no-face', 'no-score'], { minLength: 1 }),
  ),
});
