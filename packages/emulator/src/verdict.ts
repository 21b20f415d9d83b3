import type { WireEntity, WirePassiveLivenessResponse, WireWarning } from '@didit-liveness/core';
import type { ThresholdMode } from './options.js';
import { makeWarning } from './warnings.js';

/** What the emulator says it saw. Nothing here comes from looking at pixels. */
export interface Picture {
  /** 0 to 100; null when there is no score. */
  readonly score: number | null;
  /** Faces in the picture. */
  readonly faces: number;
  /** 0 to 100, or null. */
  readonly faceQuality: number | null;
  /** 0 to 100, or null. */
  readonly faceLuminance: number | null;
  /** Warnings beyond those that follow from score and number of faces. */
  readonly warnings: readonly WireWarning[];
  /** Sent instead of the status that follows from the warnings; the score is then not compared. */
  readonly forcedStatus?: string;
}

/** What a verdict depends on besides the picture. */
export interface VerdictContext {
  readonly requestId: string;
  readonly threshold: number;
  readonly thresholdMode: ThresholdMode;
  readonly vendorData: string | null;
  readonly metadata: Record<string, unknown> | null;
  readonly nowMs: number;
}

/**
 * A good selfie with figures that depend on the hash alone, so that the same bytes always get the same answer: score
 * 85 to 99, quality 70 to 90, luminance 40 to 60.
 *
 * @param sha256 - hexadecimal digest of the picture.
 */
export function pictureOf(sha256: string): Picture {
  return {
    score: between(85, 99, sha256.slice(0, 8)),
    faces: 1,
    faceQuality: between(70, 90, sha256.slice(8, 16)),
    faceLuminance: between(40, 60, sha256.slice(16, 24)),
    warnings: [],
  };
}

/** Makes the body of a 200 answer by the rules of the standalone endpoint. */
export function judge(picture: Picture, context: VerdictContext): WirePassiveLivenessResponse {
  const warnings = [...scoreWarnings(picture, context), ...picture.warnings];
  const declined = warnings.some((warning) => warning.log_type === 'error');
  return {
    request_id: context.requestId,
    liveness: {
      status: picture.forcedStatus ?? (declined ? 'Declined' : 'Approved'),
      method: 'PASSIVE',
      score: picture.score,
      user_image: { entities: makeEntities(picture.faces), best_angle: picture.faces === 0 ? null : 0 },
      warnings,
      face_quality: picture.faceQuality,
      face_luminance: picture.faceLuminance,
    },
    vendor_data: context.vendorData,
    metadata: context.metadata,
    created_at: new Date(context.nowMs).toISOString().replace('Z', '000+00:00'),
  };
}

/** Drops what answers of early 2026 did not have, and writes the time their way. */
export function toSeedShape(body: WirePassiveLivenessResponse): WirePassiveLivenessResponse {
  const { liveness } = body;
  return {
    request_id: body.request_id,
    liveness: {
      ...liveness,
      user_image: { ...liveness.user_image, entities: liveness.user_image.entities.map(withoutRace) },
      warnings: liveness.warnings.map(withoutNewerKeys),
    },
    created_at: body.created_at.replace('000+00:00', 'Z'),
  };
}

/**
 * A face that is not there has no score to compare, so the two tags exclude each other; a null score counts as 0.
 * Both are documented for age estimation and assumed here.
 */
function scoreWarnings(picture: Picture, { threshold, thresholdMode }: VerdictContext): WireWarning[] {
  if (picture.faces === 0) {
    return [makeWarning('NO_FACE_DETECTED')];
  }
  const score = picture.score ?? 0;
  const isLow = thresholdMode === 'lte' ? score <= threshold : score < threshold;
  return [
    ...(isLow && picture.forcedStatus === undefined ? [makeWarning('LOW_LIVENESS_SCORE')] : []),
    ...(picture.faces > 1 ? [makeWarning('MULTIPLE_FACES_DETECTED')] : []),
  ];
}

/** Faces side by side, the biggest first. */
function makeEntities(faces: number): WireEntity[] {
  return Array.from({ length: faces }, (_, index) => ({
    bbox: [100 + 400 * index, 100, 400 + 350 * index, 480 - 60 * index],
    confidence: 0.75 - 0.1 * index,
    age: 31.4 + index,
    gender: index % 2 === 0 ? 'female' : 'male',
    race: null,
  }));
}

function between(min: number, max: number, hexDigits: string): number {
  const hundredths = Number.parseInt(hexDigits, 16) % ((max - min) * 100 + 1);
  return (min * 100 + hundredths) / 100;
}

function withoutRace({ race: _race, ...entity }: WireEntity): WireEntity {
  return entity;
}

function withoutNewerKeys({ feature: _feature, additional_data: _data, ...warning }: WireWarning): WireWarning {
  return warning;
}
