import type { WireEntity } from '../../src/wire/faces.js';
import type { WirePassiveLivenessResponse } from '../../src/wire/passive-liveness.js';
import type { WireWarning } from '../../src/wire/warning.js';

/** What can be changed of a built answer; the rest stays as the API documents it. */
export type LivenessPart = Partial<WirePassiveLivenessResponse['liveness']>;

const entity: WireEntity = {
  bbox: [412, 288, 1190, 1402],
  confidence: 0.748112,
  age: 31.4,
  gender: 'female',
  race: null,
};

/** An approved answer, complete, with parts of `liveness` replaced. */
export function approvedAnswer(part: LivenessPart = {}): WirePassiveLivenessResponse {
  return {
    request_id: '6f2f0a9e-5c3a-4a5e-9d0a-0c6b3f7e1d42',
    liveness: {
      status: 'Approved',
      method: 'PASSIVE',
      score: 96.37,
      user_image: { entities: [entity], best_angle: 0 },
      warnings: [],
      face_quality: 81.06,
      face_luminance: 47.9,
      ...part,
    },
    vendor_data: 'acct_7719',
    metadata: { flow: 'withdrawal', attempt: 2 },
    created_at: '2026-11-20T09:14:51.208417+00:00',
  };
}

/** A warning as the API sends it. */
export function warningOf(
  risk: string,
  logType: WireWarning['log_type'],
  details: Record<string, unknown> | null = null,
): WireWarning {
  return {
    risk,
    feature: 'LIVENESS',
    additional_data: details,
    log_type: logType,
    short_description: `Short words about ${risk}`,
    long_description: `Long words about ${risk}`,
  };
}

/** A presentation attack, with both tags that it normally carries. */
export const spoofAnswer = approvedAnswer({
  status: 'Declined',
  score: 8.25,
  warnings: [warningOf('LOW_LIVENESS_SCORE', 'error'), warningOf('LIVENESS_FACE_ATTACK', 'error')],
});

export const blocklistedAnswer = approvedAnswer({
  status: 'Declined',
  score: 94.5,
  warnings: [
    warningOf('FACE_IN_BLOCKLIST', 'error', {
      blocklisted_session_id: '0e9c2a44-53d1-4a88-9a5e-6f0c1c7d2b19',
      blocklisted_session_number: 5120,
      api_service: null,
    }),
  ],
  face_quality: null,
  face_luminance: null,
});

export const noFaceAnswer = approvedAnswer({
  status: 'Declined',
  score: null,
  user_image: { entities: [], best_angle: null },
  warnings: [warningOf('NO_FACE_DETECTED', 'error')],
  face_quality: null,
  face_luminance: null,
});

/** Approved, with two faces and a face that another account uses. */
export const advisoryAnswer = approvedAnswer({
  score: 88.02,
  user_image: {
    entities: [entity, { ...entity, bbox: [1204, 402, 1351, 598], confidence: 0.612 }],
    best_angle: 0,
  },
  warnings: [
    warningOf('MULTIPLE_FACES_DETECTED', 'warning'),
    warningOf('DUPLICATED_FACE', 'information', {
      duplicated_session_id: '77a3e1b0-20e7-4d0c-9a55-0bd94c6ef8f1',
      duplicated_session_number: 2048,
      api_service: 'PASSIVE_LIVENESS',
    }),
  ],
});

/** An answer of early 2026: no `feature`, `additional_data`, `race`, `vendor_data` or `metadata`, and a whole score. */
export const earlyAnswer = {
  request_id: '8f14e45f-ceea-467f-9575-1a9b2c3d4e5f',
  liveness: {
    status: 'Approved',
    method: 'PASSIVE',
    score: 95,
    user_image: {
      entities: [{ bbox: [156, 234, 679, 898], confidence: 0.717, age: 22.16, gender: 'female' }],
      best_angle: 0,
    },
    warnings: [
      {
        risk: 'MULTIPLE_FACES_DETECTED',
        log_type: 'warning',
        short_description: 'Multiple faces detected',
        long_description: 'More than one face; the biggest was used.',
      },
    ],
    face_quality: 80,
    face_luminance: 50,
  },
  created_at: '2026-01-24T10:00:00Z',
};

/** Any value as the body of an answer. */
export function bodyOf(answer: unknown): Uint8Array {
  return Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer));
}

/** One place in a JSON value, from the outside in. */
export type JsonPath = readonly (string | number)[];

/** Every place in a JSON value, the whole value first. */
export function pathsOf(value: unknown): readonly JsonPath[] {
  const members = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const isList = Array.isArray(value);
  return [
    [],
    ...members.flatMap(([name, inner]) => pathsOf(inner).map((path) => [isList ? Number(name) : name, ...path])),
  ];
}

/** A copy of a JSON value with another value at one place; undefined takes the place away. */
export function replacedAt(value: unknown, [name, ...rest]: JsonPath, replacement: unknown): unknown {
  if (name === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((entry, index) => (index === name ? replacedAt(entry, rest, replacement) : entry));
  const object = value as Readonly<Record<string, unknown>>;
  return { ...object, [name]: replacedAt(object[name], rest, replacement) };
}
