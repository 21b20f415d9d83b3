import type { WireWarning } from '@didit-liveness/core';
import type { ThresholdMode } from './options.js';
import type { Picture } from './picture.js';
import { makeWarning } from './warnings.js';

/** What a score is compared with, and how. */
export interface ScoreLimit {
  readonly threshold: number;
  readonly thresholdMode: ThresholdMode;
}

/**
 * A face that is not there has no score to compare, so the two tags exclude each other; a null score counts as 0.
 * Both are documented for age estimation and assumed for passive liveness.
 */
export function scoreWarnings(picture: Picture, { threshold, thresholdMode }: ScoreLimit): WireWarning[] {
  if (picture.faces === 0) {
    return [makeWarning('NO_FACE_DETECTED')];
  }
  const score = picture.score ?? 0;
  const isLow = thresholdMode === 'lte' ? score <= threshold : score < threshold;
  return isLow && picture.forcedStatus === undefined ? [makeWarning('LOW_LIVENESS_SCORE')] : [];
}
