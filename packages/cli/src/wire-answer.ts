import {
  decodePassiveLiveness,
  type LivenessVerdict,
  type LivenessWarning,
  type PassiveLivenessResponse,
  UndecodableError,
} from '@didit-liveness/core';
import { UsageError } from './usage-error.js';

/** An answer of `POST /v3/passive-liveness/` as it can be kept and decoded again: what decisions rest on. */
export interface WireAnswer {
  readonly request_id: string | null;
  readonly liveness: WireLiveness;
  readonly created_at: string | null;
}

interface WireLiveness {
  readonly status: string;
  readonly method: string;
  readonly score: number | null;
  readonly user_image: {
    readonly entities: readonly { readonly bbox: readonly number[]; readonly confidence: number | null }[];
    readonly best_angle: number | null;
  };
  readonly warnings: readonly WireWarningFacts[];
  readonly face_quality: number | null;
  readonly face_luminance: number | null;
}

interface WireWarningFacts {
  readonly risk: string;
  readonly log_type: string;
}

/**
 * An answer in the spelling of the API, so that it can be decoded and decided again. Estimates of age and gender, texts
 * for people and ids of other sessions are left out: no decision rests on them, and they are about persons.
 */
export function toWireAnswer({ requestId, liveness, createdAt }: PassiveLivenessResponse): WireAnswer {
  return { request_id: requestId, liveness: toWireLiveness(liveness), created_at: createdAt };
}

function toWireLiveness(verdict: LivenessVerdict): WireLiveness {
  const { method, score, userImage, warnings, faceQuality, faceLuminance, contradictions } = verdict;
  return {
    // The decoder made `Declined` of an `Approved` that the rest contradicts, and will again.
    status: contradictions.length > 0 ? 'Approved' : verdict.status,
    method,
    score,
    user_image: {
      entities: userImage.entities.map(({ bbox, confidence }) => ({ bbox, confidence })),
      best_angle: userImage.bestAngle,
    },
    warnings: warnings.map(({ risk, logType }: LivenessWarning) => ({ risk, log_type: logType })),
    face_quality: faceQuality,
    face_luminance: faceLuminance,
  };
}

/**
 * The verdict of an answer in the spelling of the API, by core's own decoder.
 *
 * @param where - what the answer is called in messages
 * @throws {@link UsageError} when it is no such answer
 */
export function decodeAnswer(answer: unknown, where: string): LivenessVerdict {
  try {
    return decodePassiveLiveness(Buffer.from(JSON.stringify(answer))).liveness;
  } catch (error) {
    if (!(error instanceof UndecodableError)) throw error;
    throw new UsageError(`${where} is not an answer of POST /v3/passive-liveness/: ${error.message}.`);
  }
}

/**
 * The answer that Didit would have given with another threshold. Of all that it says only `LOW_LIVENESS_SCORE` depends
 * on the threshold: it is there exactly when the score is at or below it. Assumption: the score itself does not change.
 * Source: https://docs.didit.me/standalone-apis/passive-liveness (read 2026-11-22).
 */
export function answerAt(answer: WireAnswer, threshold: number): WireAnswer {
  const { score, warnings } = answer.liveness;
  const isLowNow = warnings.some(isLowScore);
  if (score === null || score <= threshold === isLowNow) return answer;
  const others = warnings.filter((warning) => !isLowScore(warning));
  const low = { risk: LOW_SCORE, log_type: 'error' };
  const changed = score <= threshold ? [low, ...others] : others;
  return { ...answer, liveness: { ...answer.liveness, status: statusOf(answer, changed), warnings: changed } };
}

const LOW_SCORE = 'LOW_LIVENESS_SCORE';

function isLowScore({ risk, log_type }: WireWarningFacts): boolean {
  return risk === LOW_SCORE && log_type === 'error';
}

/** Declined exactly when something is an error; what Didit holds for review stays there. */
function statusOf({ liveness }: WireAnswer, warnings: readonly WireWarningFacts[]): string {
  if (warnings.some(({ log_type }) => log_type === 'error')) return 'Declined';
  return liveness.status === 'In Review' ? liveness.status : 'Approved';
}
