import type { WireWarning } from '@didit-liveness/core';
import type { CheckResult } from './check-body.js';
import type { DecisionSteps } from './decision-body.js';
import { toFaceMatchStep } from './decision-body.js';
import type { CheckFields } from './field-parsers.js';
import { readTail, readThreshold } from './field-parsers.js';
import type { FieldReader } from './field-reader.js';
import type { UploadedFile } from './form.js';
import { readFaceMarker } from './marker.js';
import type { Picture } from './picture.js';
import { between, makeEntities } from './picture.js';
import type { Check, PictureEndpoint } from './picture-check.js';
import { scriptedWarnings, statusOf } from './picture-check.js';
import type { KnownRisk } from './warnings.js';
import { makeWarning } from './warnings.js';

interface FaceMatchFields extends CheckFields {
  readonly refImage: UploadedFile;
  readonly threshold: number;
}

/**
 * `POST /v3/face-match/`.
 *
 * Source: https://docs.didit.me/standalone-apis/face-match (read 2026-11-22)
 */
export const FACE_MATCH: PictureEndpoint<FaceMatchFields> = {
  name: 'face-match',
  resultKey: 'face_match',
  readFields,
  otherImage: ({ refImage }) => refImage,
  judge,
  toSteps,
};

function readFields(reader: FieldReader): FaceMatchFields {
  const image = reader.image('user_image');
  const refImage = reader.image('ref_image');
  const threshold = readThreshold(reader, 'face_match_score_decline_threshold');
  return { image, refImage, threshold, ...readTail(reader) };
}

function judge({ fields }: Check<FaceMatchFields>, picture: Picture): CheckResult {
  const { image, refImage, saveApiRequest } = fields;
  const similarity = picture.similarity === undefined ? similarityOf(image, refImage) : picture.similarity;
  const warnings = [...pairWarnings(fields, picture, similarity), ...scriptedWarnings(picture, [])];
  const isRefFaceless = similarity === null && picture.faces > 0 && picture.forcedStatus === undefined;
  return {
    status: statusOf(picture, warnings),
    score: shownScore(similarity, saveApiRequest || picture.forcedStatus !== undefined),
    user_image: { entities: makeEntities(picture.faces, picture.age), best_angle: picture.faces === 0 ? null : 0 },
    ref_image: { entities: makeEntities(isRefFaceless ? 0 : 1, 31.4), best_angle: isRefFaceless ? null : 0 },
    warnings,
  };
}

/** Only a score strictly above the threshold passes. */
function pairWarnings({ threshold }: FaceMatchFields, picture: Picture, similarity: number | null): WireWarning[] {
  if (picture.forcedStatus !== undefined) {
    return [];
  }
  if (similarity === null) {
    return [makePairWarning('NO_REFERENCE_IMAGE')];
  }
  return similarity > threshold ? [] : [makePairWarning('LOW_FACE_MATCH_SIMILARITY')];
}

function makePairWarning(risk: KnownRisk): WireWarning {
  return makeWarning(risk, { feature: 'FACEMATCH' });
}

/** A saved score has two decimals and may be null; one that is not saved is raw, and 0 where there is none. */
function shownScore(similarity: number | null, isSaved: boolean): number | null {
  if (similarity === null) {
    return isSaved ? null : 0;
  }
  return isSaved ? Math.round(similarity * 100) / 100 : similarity;
}

/** Two pictures show two people when both name one (`didit-face=<id>`) and the names differ; else the same person. */
function similarityOf(image: UploadedFile, refImage: UploadedFile): number {
  const names = [readFaceMarker(image.bytes), readFaceMarker(refImage.bytes)];
  const isOther = !names.includes(undefined) && names[0] !== names[1];
  const digits = image.sha256.slice(0, 4) + refImage.sha256.slice(0, 4);
  // The third decimal tells a raw score from a rounded one.
  return (isOther ? between(5, 20, digits) : between(85, 99, digits)) + 0.004;
}

function toSteps(result: CheckResult): DecisionSteps {
  return { features: ['FACE_MATCH'], livenessChecks: null, faceMatches: [toFaceMatchStep(result)] };
}
