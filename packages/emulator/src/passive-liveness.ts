import type { WireEntity, WireWarning } from '@didit-liveness/core';
import type { CheckResult } from './check-body.js';
import type { DecisionSteps } from './decision-body.js';
import { toLivenessStep } from './decision-body.js';
import type { LivenessFields } from './field-parsers.js';
import { readLivenessFields } from './field-parsers.js';
import { scoreWarnings } from './liveness-score.js';
import type { Picture } from './picture.js';
import { makeEntities } from './picture.js';
import type { Check, PictureEndpoint } from './picture-check.js';
import { statusOf } from './picture-check.js';
import { makeWarning } from './warnings.js';

/** `POST /v3/passive-liveness/`. */
export const PASSIVE_LIVENESS: PictureEndpoint<LivenessFields> = {
  name: 'passive-liveness',
  resultKey: 'liveness',
  readFields: readLivenessFields,
  judge,
  toSteps,
  enrols: true,
  hasSeedShape: true,
};

function judge(check: Check<LivenessFields>, seen: Picture): CheckResult {
  const { seedShape, thresholdMode } = check.state.options;
  const picture = seedShape ? withWholeScore(seen) : seen;
  const warnings = [
    ...scoreWarnings(picture, { threshold: check.fields.threshold, thresholdMode }),
    ...(picture.faces > 1 ? [makeWarning('MULTIPLE_FACES_DETECTED')] : []),
    ...picture.warnings,
    ...findDuplicate(check, picture),
  ];
  const entities = makeEntities(picture.faces, picture.age);
  return {
    status: statusOf(picture, warnings),
    method: 'PASSIVE',
    score: picture.score,
    user_image: {
      entities: seedShape ? entities.map(withoutRace) : entities,
      best_angle: picture.faces === 0 ? null : 0,
    },
    warnings: seedShape ? warnings.map(withoutNewerKeys) : warnings,
    face_quality: picture.faceQuality,
    face_luminance: picture.faceLuminance,
  };
}

function findDuplicate({ fields, state, faceId, isSandbox }: Check<LivenessFields>, picture: Picture): WireWarning[] {
  const other = isSandbox ? undefined : state.saved.findOther(faceId, fields.vendorData);
  const isKnown = picture.warnings.some(({ risk }) => risk === 'DUPLICATED_FACE');
  if (other === undefined || picture.faces === 0 || isKnown) {
    return [];
  }
  const hit = {
    duplicated_session_id: other.sessionId,
    duplicated_session_number: other.sessionNumber,
    api_service: 'PASSIVE_LIVENESS',
  };
  return [makeWarning('DUPLICATED_FACE', { additional_data: hit })];
}

function toSteps(result: CheckResult): DecisionSteps {
  return { features: ['LIVENESS'], livenessChecks: [toLivenessStep(result)], faceMatches: null };
}

/** Rounded before it is compared, so that score and status of one answer agree. */
function withWholeScore(picture: Picture): Picture {
  return { ...picture, score: picture.score === null ? null : Math.round(picture.score) };
}

function withoutRace({ race: _race, ...entity }: WireEntity): WireEntity {
  return entity;
}

function withoutNewerKeys({ feature: _feature, additional_data: _data, ...warning }: WireWarning): WireWarning {
  return warning;
}
