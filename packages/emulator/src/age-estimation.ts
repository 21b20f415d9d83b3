import type { WireWarning } from '@didit-liveness/core';
import type { CheckResult } from './check-body.js';
import type { DecisionSteps } from './decision-body.js';
import { toLivenessStep } from './decision-body.js';
import type { LivenessFields } from './field-parsers.js';
import { parseInteger, readTail, readThreshold } from './field-parsers.js';
import type { FieldReader, Problem } from './field-reader.js';
import { scoreWarnings } from './liveness-score.js';
import type { Picture } from './picture.js';
import { makeEntities } from './picture.js';
import type { Check, PictureEndpoint } from './picture-check.js';
import { scriptedWarnings, statusOf } from './picture-check.js';
import { makeWarning } from './warnings.js';

interface AgeFields extends LivenessFields {
  readonly ageThreshold: number;
}

const DEFAULT_AGE = 18;

/** Assumption: the bounds of the threshold are not documented. */
const AGE_RANGE = [0, 120] as const;

/**
 * `POST /v3/age-estimation/`.
 *
 * Source: https://docs.didit.me/standalone-apis/age-estimation (read 2026-11-22)
 */
export const AGE_ESTIMATION: PictureEndpoint<AgeFields> = {
  name: 'age-estimation',
  resultKey: 'age_estimation',
  readFields,
  judge,
  toSteps,
};

function readFields(reader: FieldReader): AgeFields {
  const image = reader.image('user_image');
  const threshold = readThreshold(reader, 'face_liveness_score_decline_threshold');
  const ageThreshold = reader.read('age_estimation_decline_threshold', parseAge, DEFAULT_AGE);
  return { image, threshold, ageThreshold, ...readTail(reader) };
}

function parseAge(text: string): number | Problem {
  return parseInteger(text, AGE_RANGE);
}

function judge({ fields, state }: Check<AgeFields>, picture: Picture): CheckResult {
  const { thresholdMode } = state.options;
  const warnings = [
    ...scoreWarnings(picture, { threshold: fields.threshold, thresholdMode }),
    ...scriptedWarnings(picture, ['LIVENESS_FACE_ATTACK']),
    ...ageWarnings(picture, fields.ageThreshold),
  ];
  return {
    status: statusOf(picture, warnings),
    method: 'PASSIVE',
    score: picture.score,
    user_image: { entities: makeEntities(picture.faces, picture.age), best_angle: picture.faces === 0 ? null : 0 },
    age_estimation: picture.age,
    warnings,
  };
}

/**
 * The threshold 0 switches the comparison off. Assumption: an age equal to the threshold passes, and a picture without
 * a face gets no tag about the age.
 */
function ageWarnings({ faces, age, forcedStatus }: Picture, ageThreshold: number): WireWarning[] {
  if (faces === 0 || forcedStatus !== undefined) {
    return [];
  }
  if (age === null) {
    return [makeWarning('AGE_NOT_DETECTED')];
  }
  return age < ageThreshold ? [makeWarning('AGE_BELOW_MINIMUM')] : [];
}

function toSteps(result: CheckResult): DecisionSteps {
  return { features: ['AGE_ESTIMATION'], livenessChecks: [toLivenessStep(result)], faceMatches: null };
}
