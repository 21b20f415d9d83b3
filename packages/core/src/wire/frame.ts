import { isPlainObject } from '../options.js';
import { member, type WireObject } from './decoding.js';

/** What surrounds the verdict in every answer about a picture, as the API spells it. */
export interface WireFrame {
  request_id: string;
  /** Echo of the request field. Missing in answers of early 2026. */
  vendor_data?: string | null;
  /** Echo of the request field. Missing in answers of early 2026. */
  metadata?: Record<string, unknown> | null;
  /** ISO 8601, UTC. */
  created_at: string;
}

/** The text fields that every form with a picture may have, by their names on the wire. */
export interface WirePictureFields {
  rotate_image?: 'true' | 'false';
  save_api_request?: 'true' | 'false';
  vendor_data?: string;
  /** A JSON-encoded object. */
  metadata?: string;
}

/** What surrounds the verdict in every answer about a picture. */
export interface AnswerFrame {
  /**
   * Didit's id of this check; the session id when it was saved. Null when the answer gave none of the shape
   * `[A-Za-z0-9-]{1,64}`, so that it can be logged as it is.
   */
  readonly requestId: string | null;
  /** Echo of the request. */
  readonly vendorData: string | null;
  /** Echo of the request. */
  readonly metadata: Readonly<Record<string, unknown>> | null;
  /** ISO 8601 by Didit's clock; information only. */
  readonly createdAt: string | null;
}

/** The frame of an answer. Never fails: a verdict that was paid for is not thrown away over an odd echo. */
export function decodeFrame(answer: WireObject): AnswerFrame {
  return {
    requestId: toRequestId(member(answer, 'request_id')),
    vendorData: stringOrNull(member(answer, 'vendor_data')),
    metadata: objectOrNull(member(answer, 'metadata')),
    createdAt: stringOrNull(member(answer, 'created_at')),
  };
}

/** For text that no decision rests on. */
export function stringOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** For data that no decision rests on. */
export function objectOrNull(value: unknown): Readonly<Record<string, unknown>> | null {
  return isPlainObject(value) ? value : null;
}

/** The id if it is harmless in a log line, else null: a verdict does not depend on it. */
export function toRequestId(value: unknown): string | null {
  return typeof value === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(value) ? value : null;
}
