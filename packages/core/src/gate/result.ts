import type { AnyCallError } from '../client/errors.js';
import type { Picture } from '../image/picture.js';
import type { Decision } from '../policy/decide.js';
import type { Face } from '../wire/verdict.js';
import type { Selfie } from './reading.js';
import type { LivenessRefusal } from './refusal.js';

/** What the handler of a guarded route gets; told apart by `outcome`. Frozen. */
export type LivenessResult = JudgedLiveness | SkippedLiveness;

/** There was a verdict, and the policy lets the request through. */
export interface JudgedLiveness extends LivenessFacts {
  /** `review` only where the route says `onReview: 'pass'`. */
  readonly outcome: 'approved' | 'review';
  /** Didit's id of the check, for their console and for support; null when the answer gave none. */
  readonly requestId: string | null;
  /** 0 to 100. */
  readonly score: number | null;
  /** 0 to 100. */
  readonly faceQuality: number | null;
  /** 0 to 100. */
  readonly faceLuminance: number | null;
  readonly decision: Decision;
  /** The comparison with the reference picture; only where the route demands one. The score is 0 to 100. */
  readonly faceMatch?: { readonly requestId: string | null; readonly score: number | null };
  /** Boxes and estimates of age and gender; only with `includeFaces: true`. */
  readonly faces?: readonly Face[];
}

/**
 * **Nobody checked this selfie**, or compared it although the route demands that: Didit was unavailable, and the route
 * says `dangerouslyAllowWhenUnavailable`. The application has to make up for it, for example by holding the account back
 * until a check can be made.
 */
export interface SkippedLiveness extends LivenessFacts {
  readonly outcome: 'skipped';
  /** What was not done. */
  readonly step: 'liveness' | 'face-match';
  /** How that failed: the code of the error of the call. */
  readonly error: AnyCallError['code'];
  /** Of the check of the selfie, where it is the comparison that was not made. */
  readonly requestId: string | null;
  readonly score: null;
  readonly faceQuality: null;
  readonly faceLuminance: null;
  /** On the selfie, an approval, where it is the comparison that was not made; else null. */
  readonly decision: Decision | null;
  readonly faceMatch?: undefined;
  readonly faces?: undefined;
}

/** What is known of every request that passed. */
interface LivenessFacts {
  /** The same as in events. */
  readonly correlationId: string;
  /** Which policy decided, or was to decide. */
  readonly policyId: string;
  /** SHA-256 of exactly the bytes that the request brought, lower-case hexadecimal; absent with `digest: false`. */
  readonly imageSha256?: string;
  /** Header facts of the picture; sizes in bytes and pixels. */
  readonly image: Pick<Picture, 'type' | 'size' | 'width' | 'height'>;
}

/** The handler may not run; answer with the refusal. */
export interface GateRefusal {
  readonly kind: 'refused';
  readonly refusal: LivenessRefusal;
}

/** What came of one request. */
export type GateResult =
  /** The handler may run, on exactly this selfie. */
  | { readonly kind: 'passed'; readonly liveness: LivenessResult; readonly selfie: Selfie; readonly picture: Picture }
  | GateRefusal
  /** The client is gone; answer nothing. */
  | { readonly kind: 'aborted' };
