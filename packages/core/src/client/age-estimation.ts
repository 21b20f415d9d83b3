import type { ImageInput } from '../image/picture.js';
import { checkOptions, integerFrom, numberFrom, type OptionChecks } from '../options.js';
import { type AgeEstimationResponse, decodeAgeEstimation } from '../wire/age-estimation.js';
import type { Caller } from './caller.js';
import { encodeForm } from './multipart.js';
import {
  anImage,
  aSignal,
  inspectPicture,
  PICTURE_FIELD_CHECKS,
  type PictureFields,
  toForm,
} from './picture-fields.js';

/** Arguments of {@link AgeEstimation.estimate}. What is left out is not sent, and Didit's own default holds. */
export interface AgeEstimationRequest extends PictureFields {
  /** JPEG, PNG, WebP or TIFF, up to 5 MiB. Sent as it is; do not write to it while the call runs. */
  readonly userImage: ImageInput;
  /** Didit declines below this age, in whole years from 0 to 120; 0 turns that off. Didit's default is 18. */
  readonly ageThreshold?: number;
  /** Didit declines at this liveness score or below, 0 to 100; Didit's default is 30. */
  readonly livenessThreshold?: number;
  /** Ends the call early. Whether it was charged is then unknown. */
  readonly signal?: AbortSignal;
}

const CHECKS: OptionChecks<AgeEstimationRequest> = {
  ...PICTURE_FIELD_CHECKS,
  userImage: anImage,
  ageThreshold: integerFrom(0, 120),
  livenessThreshold: numberFrom(0, 100),
  signal: aSignal,
};

/** The endpoint that estimates an age, of a live person only. */
export class AgeEstimation {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Asks how old a live person looks. Every answer costs money, also `Declined`; a picture that cannot be judged is
   * refused here for free.
   *
   * @returns the answer; only `ageEstimation.status === 'Approved'` is a pass
   * @throws {@link InvalidOptionError} for an argument that is not allowed; nothing is sent
   * @throws {@link ImageRefusedError} for a picture that cannot be judged; nothing is sent
   * @throws an {@link AnyCallError} when there is no usable answer; its `billed` tells what is known of the cost
   */
  async estimate(request: AgeEstimationRequest): Promise<AgeEstimationResponse> {
    const checked = checkOptions('estimate', request, CHECKS);
    const { userImage, signal, ageThreshold, livenessThreshold, ...shared } = checked;
    const own = {
      age_estimation_decline_threshold: ageThreshold,
      face_liveness_score_decline_threshold: livenessThreshold,
    };
    const form = toForm('estimate', own, shared);
    const { type, chunks } = await inspectPicture(userImage, 'userImage');
    return this.#caller.run({
      method: 'POST',
      path: '/v3/age-estimation/',
      effect: 'paid',
      topic: 'pictures',
      body: encodeForm(form, [{ name: 'user_image', type, chunks }]),
      decode: decodeAgeEstimation,
      signal,
    });
  }
}
