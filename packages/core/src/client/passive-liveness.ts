import type { ImageInput, Picture } from '../image/picture.js';
import { checkOptions, numberFrom, type OptionChecks } from '../options.js';
import { decodePassiveLiveness, type PassiveLivenessResponse } from '../wire/passive-liveness.js';
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

export { aVendorId } from './picture-fields.js';

/** What a check sends besides the picture. What is left out is not sent, and Didit's own default holds. */
export interface PassiveLivenessFields extends PictureFields {
  /** Didit declines at this score or below, 0 to 100; Didit's default is 30. Sent as given. */
  readonly faceLivenessScoreDeclineThreshold?: number;
  /**
   * Your stable and opaque id of the person, up to 256 characters. Never take it from the client: faces known under the
   * same id are left out of duplicate **and blocklist** screening.
   */
  readonly vendorData?: string;
}

/** Arguments of {@link PassiveLiveness.check}. */
export interface PassiveLivenessRequest extends PassiveLivenessFields {
  /** JPEG, PNG, WebP or TIFF, up to 5 MiB. Sent as it is; do not write to it while the call runs. */
  readonly userImage: ImageInput;
  /** Ends the call early. Whether it was charged is then unknown. */
  readonly signal?: AbortSignal;
}

const FIELD_CHECKS: OptionChecks<PassiveLivenessFields> = {
  ...PICTURE_FIELD_CHECKS,
  faceLivenessScoreDeclineThreshold: numberFrom(0, 100),
};

const CHECKS: OptionChecks<PassiveLivenessRequest> = { ...FIELD_CHECKS, userImage: anImage, signal: aSignal };

/** The endpoint that judges one selfie. */
export class PassiveLiveness {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Asks whether the picture shows a live person. Every answer costs money, also `Declined`; a picture that cannot be
   * judged is refused here for free.
   *
   * @returns the answer; only `liveness.status === 'Approved'` is a pass
   * @throws {@link InvalidOptionError} for an argument that is not allowed; nothing is sent
   * @throws {@link ImageRefusedError} for a picture that cannot be judged; nothing is sent
   * @throws an {@link AnyCallError} when there is no usable answer; its `billed` tells what is known of the cost
   */
  async check(request: PassiveLivenessRequest): Promise<PassiveLivenessResponse> {
    const { userImage, signal, ...fields } = checkOptions('check', request, CHECKS);
    return this.checkPicture(await inspectPicture(userImage, 'userImage'), fields, signal);
  }

  /** The same for a picture that was inspected already. @internal */
  async checkPicture(
    picture: Picture,
    fields: PassiveLivenessFields,
    signal: AbortSignal | undefined,
  ): Promise<PassiveLivenessResponse> {
    const { faceLivenessScoreDeclineThreshold, ...shared } = checkOptions('check', fields, FIELD_CHECKS);
    const own = { face_liveness_score_decline_threshold: faceLivenessScoreDeclineThreshold };
    return this.#caller.run({
      method: 'POST',
      path: '/v3/passive-liveness/',
      effect: 'paid',
      topic: 'pictures',
      body: encodeForm(toForm('check', own, shared), [
        { name: 'user_image', type: picture.type, chunks: picture.chunks },
      ]),
      decode: decodePassiveLiveness,
      signal,
    });
  }
}
