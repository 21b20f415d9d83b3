import type { PolicyOptions } from './policy.js';

/** Name of a policy that ships with the package. */
export type PresetName = 'strict' | 'balanced' | 'lenient';

/**
 * The policies that ship with the package, written as anybody would write one.
 *
 * `balanced` asks for another picture where that helps and holds duplicates for review; the score is left to Didit,
 * which declines at 30 unless a limit is set. `strict` adds limits of its own and declines duplicates. `lenient` lets
 * pass whatever Didit approves, apart from warnings that nobody knows. The limits on similarity are in and above the
 * range that Didit suggests, 50 to 60. Source: https://docs.didit.me/standalone-apis/face-match (read 2026-11-22).
 */
export const PRESETS = {
  strict: {
    score: { declineAtOrBelow: 60, reviewAtOrBelow: 80 },
    faceQuality: { reviewAtOrBelow: 40 },
    faceLuminance: { declineBelow: 20, declineAbove: 90 },
    faceMatch: { declineAtOrBelow: 60, reviewAtOrBelow: 70 },
    warnings: {
      MULTIPLE_FACES_DETECTED: 'decline',
      MULTIPLE_FACES: 'decline',
      LOW_FACE_QUALITY: 'decline',
      LOW_FACE_LUMINANCE: 'decline',
      HIGH_FACE_LUMINANCE: 'decline',
      DUPLICATED_FACE: 'decline',
      POSSIBLE_DUPLICATED_FACE: 'decline',
      DUPLICATED_FACE_NAME_MISMATCH: 'decline',
      FRAME_INJECTION_SUSPECTED: 'decline',
    },
    unknownWarning: 'decline',
    unknownInformation: 'review',
  },
  balanced: {
    faceMatch: { declineAtOrBelow: 50 },
    warnings: {
      MULTIPLE_FACES_DETECTED: 'decline',
      MULTIPLE_FACES: 'decline',
      LOW_FACE_QUALITY: 'decline',
      LOW_FACE_LUMINANCE: 'decline',
      HIGH_FACE_LUMINANCE: 'decline',
      DUPLICATED_FACE: 'review',
      POSSIBLE_DUPLICATED_FACE: 'review',
    },
    unknownWarning: 'review',
    unknownInformation: 'approve',
  },
  lenient: {
    warnings: {
      MULTIPLE_FACES_DETECTED: 'approve',
      MULTIPLE_FACES: 'approve',
      LOW_FACE_QUALITY: 'approve',
      LOW_FACE_LUMINANCE: 'approve',
      HIGH_FACE_LUMINANCE: 'approve',
      DUPLICATED_FACE: 'approve',
      POSSIBLE_DUPLICATED_FACE: 'approve',
    },
    unknownWarning: 'review',
    unknownInformation: 'approve',
  },
} as const satisfies Record<PresetName, PolicyOptions>;
