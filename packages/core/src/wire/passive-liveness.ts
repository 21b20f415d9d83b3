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
