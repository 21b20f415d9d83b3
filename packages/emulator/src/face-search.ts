import type { WireEntity } from '@didit-liveness/core';
import { json } from './answer.js';
import type { CheckResult } from './check-body.js';
import type { CheckFields } from './field-parsers.js';
import { parseChoice, readTail } from './field-parsers.js';
import type { FieldReader } from './field-reader.js';
import type { Picture } from './picture.js';
import { makeEntities } from './picture.js';
import type { Check, PictureEndpoint } from './picture-check.js';
import { scriptedWarnings, statusOf } from './picture-check.js';
import type { SavedCheck } from './saved-checks.js';

const BLOCKLIST_RISKS = ['FACE_IN_BLOCKLIST', 'POSSIBLE_FACE_IN_BLOCKLIST'];

/** Faces that the index names at most. */
const MAX_MATCHES = 5;

/**
 * `POST /v3/face-search/`. Unlike the other checks it refuses a picture without a face. The index holds approved faces
 * and nothing else, so both kinds of search find the same.
 *
 * Source: https://docs.didit.me/standalone-apis/face-search (read 2026-11-22)
 */
export const FACE_SEARCH: PictureEndpoint<CheckFields> = {
  name: 'face-search',
  resultKey: 'face_search',
  readFields,
  refuse: ({ faces }) => (faces === 0 ? json(400, { error: 'No face detected in the image' }) : undefined),
  judge,
  // Assumption: the decision of a saved search has no array for it.
  toSteps: () => ({ features: ['FACE_SEARCH'], livenessChecks: null, faceMatches: null }),
};

function readFields(reader: FieldReader): CheckFields {
  const image = reader.image('user_image');
  reader.read('search_type', (text) => parseChoice(text, ['most_similar', 'blocklisted_or_approved']), 'most_similar');
  return { image, ...readTail(reader) };
}

function judge({ state, faceId, isSandbox }: Check<CheckFields>, picture: Picture): CheckResult {
  const warnings = scriptedWarnings(picture, BLOCKLIST_RISKS);
  const enrolled = isSandbox ? [] : state.saved.findEnrolled(faceId);
  const matches = [...blocklistMatches(picture), ...enrolled.map(toMatch)].slice(0, MAX_MATCHES);
  return {
    status: statusOf(picture, warnings),
    total_matches: matches.length,
    matches,
    user_image: { entities: makeEntities(picture.faces, null).map(withoutTraits), best_angle: 0 },
    warnings,
  };
}

function withoutTraits({ bbox, confidence }: WireEntity): Partial<WireEntity> {
  return { bbox, confidence };
}

/** The enrolled face is the same one, which is all that the emulator can tell. */
function toMatch(saved: SavedCheck): unknown {
  return {
    session_id: saved.sessionId,
    session_number: saved.sessionNumber,
    similarity_percentage: 98.5,
    source: 'session',
    vendor_data: saved.vendorData,
    verification_date: saved.createdAt,
    user_details: null,
    match_image_url: null,
    status: saved.status,
    is_blocklisted: false,
    is_allowlisted: false,
    api_service: 'PASSIVE_LIVENESS',
  };
}

function blocklistMatches({ warnings }: Picture): unknown[] {
  return warnings
    .filter(({ risk }) => BLOCKLIST_RISKS.includes(risk))
    .map(({ risk, additional_data: hit }) => ({
      session_id: hit?.['blocklisted_session_id'] ?? null,
      session_number: hit?.['blocklisted_session_number'] ?? null,
      similarity_percentage: risk === 'FACE_IN_BLOCKLIST' ? 97.2 : 64.8,
      source: 'list_entry',
      vendor_data: null,
      verification_date: null,
      user_details: null,
      match_image_url: null,
      status: null,
      is_blocklisted: true,
      is_allowlisted: false,
      api_service: null,
    }));
}
