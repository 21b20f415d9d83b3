import { isPlainObject } from '../options.js';
import { decodeJson, decodeObject, member } from './decoding.js';
import { decodeVerdict, type LivenessVerdict } from './verdict.js';

/**
 * The shapes of `POST /v3/passive-liveness/` as the API spells them.
 *
 * Source: https://docs.didit.me/standalone-apis/passive-liveness (read 2026-11-22). The OpenAPI document marks no
 * response field as required and older answers lack some, so nothing here is trusted before it went through the decoder.
 */

/** Severity of a warning. `error` means the API declined because of it. */
export type WireLogType = 'error' | 'warning' | 'information';

/** One entry of `liveness.warnings`. */
export interface WireWarning {
  risk: string;
  /** Missing in answers of early 2026. */
  feature?: string;
  /** Identifiers of the other session for blocklist and duplicate hits, else null. Missing in answers of early 2026. */
  additional_data?: Record<string, unknown> | null;
  log_type: WireLogType;
  short_description?: string;
  long_description?: string;
}

/** One detected face. */
export interface WireEntity {
  /** `[xmin, ymin, xmax, ymax]` in pixels of the picture as the API processed it. */
  bbox: [number, number, number, number];
  /** Detector confidence, 0 to 1. */
  confidence: number;
  /** Estimate in years. */
  age?: number;
  gender?: string;
  /** Reserved by the API, always null. */
  race?: null;
}

/** Body of a 200 answer. */
export interface WirePassiveLivenessResponse {
  request_id: string;
  liveness: {
    status: string;
    method: string;
    /** 0 to 100, up to two decimals; null when the model gave none. */
    score: number | null;
    user_image: {
      entities: WireEntity[];
      /** Rotation used, in degrees; differs from 0 only with `rotate_image`. */
      best_angle: number | null;
    };
    warnings: WireWarning[];
    /** 0 to 100. */
    face_quality: number | null;
    /** 0 to 100. */
    face_luminance: number | null;
  };
  /** Echo of the request field. Missing in answers of early 2026. */
  vendor_data?: string | null;
  /** Echo of the request field. Missing in answers of early 2026. */
  metadata?: Record<string, unknown> | null;
  /** ISO 8601, UTC. */
  created_at: string;
}

/** The text fields of the request form, by their names on the wire. */
export interface WirePassiveLivenessFields {
  face_liveness_score_decline_threshold?: string;
  rotate_image?: 'true' | 'false';
  save_api_request?: 'true' | 'false';
  vendor_data?: string;
  /** A JSON-encoded object. */
  metadata?: string;
}

/** Answer of {@link PassiveLiveness.check}, by our names. */
export interface PassiveLivenessResponse {
  /**
   * Didit's id of this check; the session id when it was saved. Null when the answer gave none of the shape
   * `[A-Za-z0-9-]{1,64}`, so that it can be logged as it is.
   */
  readonly requestId: string | null;
  readonly liveness: LivenessVerdict;
  /** Echo of the request. */
  readonly vendorData: string | null;
  /** Echo of the request. */
  readonly metadata: Readonly<Record<string, unknown>> | null;
  /** ISO 8601 by Didit's clock; information only. */
  readonly createdAt: string | null;
}

/**
 * The body of a 200 answer, decoded. Total: whatever the bytes, there is a response or the one error.
 *
 * @throws {@link UndecodableError}
 */
export function decodePassiveLiveness(body: Uint8Array): PassiveLivenessResponse {
  const answer = decodeObject(decodeJson(body), 'the body');
  const metadata = member(answer, 'metadata');
  return Object.freeze({
    requestId: toRequestId(member(answer, 'request_id')),
    liveness: decodeVerdict(member(answer, 'liveness'), 'liveness'),
    vendorData: stringOrNull(member(answer, 'vendor_data')),
    metadata: isPlainObject(metadata) ? metadata : null,
    createdAt: stringOrNull(member(answer, 'created_at')),
  });
}

/** For what no decision rests on: a verdict that was paid for is not thrown away over an odd echo. */
function stringOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** The id if it is harmless in a log line, else null: a verdict does not depend on it. */
export function toRequestId(value: unknown): string | null {
  return typeof value === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(value) ? value : null;
}
