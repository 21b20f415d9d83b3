import { decodeJson, decodeObject, member } from './decoding.js';
import type { WireFaces } from './faces.js';
import { type AnswerFrame, decodeFrame, type WireFrame, type WirePictureFields } from './frame.js';
import { decodeVerdict, type LivenessVerdict } from './verdict.js';
import type { WireWarning } from './warning.js';

/**
 * The shapes of `POST /v3/passive-liveness/` as the API spells them.
 *
 * Source: https://docs.didit.me/standalone-apis/passive-liveness (read 2026-11-22). The OpenAPI document marks no
 * response field as required and older answers lack some, so nothing here is trusted before it went through the decoder.
 */

/** Body of a 200 answer. */
export interface WirePassiveLivenessResponse extends WireFrame {
  liveness: {
    status: string;
    method: string;
    /** 0 to 100, up to two decimals; null when the model gave none. */
    score: number | null;
    user_image: WireFaces;
    warnings: WireWarning[];
    /** 0 to 100. */
    face_quality: number | null;
    /** 0 to 100. */
    face_luminance: number | null;
  };
}

/** The text fields of the request form, by their names on the wire. */
export interface WirePassiveLivenessFields extends WirePictureFields {
  face_liveness_score_decline_threshold?: string;
}

/** Answer of {@link PassiveLiveness.check}, by our names. */
export interface PassiveLivenessResponse extends AnswerFrame {
  readonly liveness: LivenessVerdict;
}

/**
 * The body of a 200 answer, decoded. Total: whatever the bytes, there is a response or the one error.
 *
 * @throws {@link UndecodableError}
 */
export function decodePassiveLiveness(body: Uint8Array): PassiveLivenessResponse {
  const answer = decodeObject(decodeJson(body), 'the body');
  const { requestId, ...echo } = decodeFrame(answer);
  return Object.freeze({ requestId, liveness: decodeVerdict(member(answer, 'liveness'), 'liveness'), ...echo });
}
