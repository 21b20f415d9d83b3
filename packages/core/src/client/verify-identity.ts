import { definePolicy, extendPolicy, isPolicy, type Policy, type PolicyOptions } from '../policy/policy.js';
import { type Decision, decide } from '../policy/decide.js';
import type { ImageInput } from '../image/picture.js';
import { anObject, checkOptions, type OptionChecks } from '../options.js';
import type { FaceMatchResponse } from '../wire/face-match.js';
import type { PassiveLivenessResponse } from '../wire/passive-liveness.js';
import { DiditCallError } from './errors.js';
import type { FaceMatch } from './face-match.js';
import { IdentityIncompleteError } from './identity-incomplete.js';
import type { PassiveLiveness } from './passive-liveness.js';
import { anImage, aSignal, inspectPicture, PICTURE_FIELD_CHECKS, type PictureFields } from './picture-fields.js';

/** Arguments of `DiditClient.verifyIdentity`. */
export interface IdentityRequest extends PictureFields {
  /** JPEG, PNG, WebP or TIFF, up to 5 MiB. Do not write to it while the call runs. */
  readonly selfie: ImageInput;
  /** The picture of the person to hold it against, for example the portrait of an identity card. */
  readonly idPhoto: ImageInput;
  /**
   * Decides on both steps; its limits `score.declineAtOrBelow` and `faceMatch.declineAtOrBelow` are also sent to Didit.
   * @defaultValue the preset `balanced`
   */
  readonly policy?: PolicyOptions | Policy;
  /** Ends the call early. Whether it was charged is then unknown. */
  readonly signal?: AbortSignal;
}

/** What came of both steps. */
export interface IdentityResult {
  /** `approved` only when the selfie is live and shows the person of the other picture. */
  readonly outcome: Decision['outcome'];
  /** One decision, with the reasons of every step that was made. */
  readonly decision: Decision;
  readonly liveness: PassiveLivenessResponse;
  /** Null when the policy did not approve the selfie: the second call was then not made, and not paid. */
  readonly faceMatch: FaceMatchResponse | null;
}

/** The two endpoints that it takes. */
export interface IdentityEndpoints {
  readonly passiveLiveness: PassiveLiveness;
  readonly faceMatch: FaceMatch;
}

const CHECKS: OptionChecks<IdentityRequest> = {
  ...PICTURE_FIELD_CHECKS,
  selfie: anImage,
  idPhoto: anImage,
  policy: anObject,
  signal: aSignal,
};

/** Liveness first; the comparison only if the policy approves; one decision on both. */
export async function verifyIdentity(
  { passiveLiveness, faceMatch }: IdentityEndpoints,
  request: IdentityRequest,
): Promise<IdentityResult> {
  const { selfie, idPhoto, policy: written = {}, signal, ...fields } = checkOptions('verifyIdentity', request, CHECKS);
  const policy = isPolicy(written) ? written : extendPolicy(definePolicy(), written, 'verifyIdentity.policy');
  const { score, faceMatch: similarity } = policy.rules;
  const userPicture = await inspectPicture(selfie, 'selfie');
  const refPicture = await inspectPicture(idPhoto, 'idPhoto');

  const liveness = await passiveLiveness.checkPicture(
    userPicture,
    { ...fields, ...limit('faceLivenessScoreDeclineThreshold', score.declineAtOrBelow) },
    signal,
  );
  const first = decide(policy, liveness.liveness);
  if (first.outcome !== 'approved') return toResult({ decision: first, liveness, faceMatch: null });

  const matchFields = { ...fields, ...limit('threshold', similarity.declineAtOrBelow) };
  const match = await faceMatch
    .comparePictures({ userPicture, refPicture }, matchFields, signal)
    .catch((error: unknown) => {
      throw error instanceof DiditCallError ? new IdentityIncompleteError(error, liveness) : error;
    });
  return toResult({ decision: decide(policy, liveness.liveness, match.faceMatch), liveness, faceMatch: match });
}

function limit<Name extends string>(name: Name, value: number | null): { readonly [Key in Name]?: number } {
  // The one key is Name.
  return (value === null ? {} : { [name]: value }) as { readonly [Key in Name]?: number };
}

function toResult(result: Omit<IdentityResult, 'outcome'>): IdentityResult {
  return Object.freeze({ outcome: result.decision.outcome, ...result });
}
