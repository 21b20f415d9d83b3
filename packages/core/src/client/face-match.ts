import type { ImageInput, Picture } from '../image/picture.js';
import { checkOptions, numberFrom, type OptionChecks } from '../options.js';
import { decodeFaceMatch, type FaceMatchResponse } from '../wire/face-match.js';
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

/** What a comparison sends besides the pictures. What is left out is not sent, and Didit's own default holds. */
export interface FaceMatchFields extends PictureFields {
  /**
   * Didit declines at this score or below, 0 to 100. Didit's default is 30, which it calls permissive; it suggests 50
   * to 60. Sent as given.
   */
  readonly threshold?: number;
}

/** Arguments of {@link FaceMatch.compare}. */
export interface FaceMatchRequest extends FaceMatchFields {
  /** The selfie: JPEG, PNG, WebP or TIFF, up to 5 MiB. Sent as it is; do not write to it while the call runs. */
  readonly userImage: ImageInput;
  /** The picture to hold it against, for example the portrait of an identity card. */
  readonly refImage: ImageInput;
  /** Ends the call early. Whether it was charged is then unknown. */
  readonly signal?: AbortSignal;
}

/** A selfie and the picture to hold it against, both inspected. */
export interface PicturePair {
  readonly userPicture: Picture;
  readonly refPicture: Picture;
}

const FIELD_CHECKS: OptionChecks<FaceMatchFields> = { ...PICTURE_FIELD_CHECKS, threshold: numberFrom(0, 100) };

const CHECKS: OptionChecks<FaceMatchRequest> = {
  ...FIELD_CHECKS,
  userImage: anImage,
  refImage: anImage,
  signal: aSignal,
};

/** The endpoint that compares two faces. */
export class FaceMatch {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Asks whether two pictures show the same person. Every answer costs money, also `Declined`; a picture that cannot be
   * judged is refused here for free. Says nothing about liveness.
   *
   * @returns the answer; only `faceMatch.status === 'Approved'` is a pass
   * @throws {@link InvalidOptionError} for an argument that is not allowed; nothing is sent
   * @throws {@link ImageRefusedError} for a picture that cannot be judged; its `picture` says which; nothing is sent
   * @throws an {@link AnyCallError} when there is no usable answer; its `billed` tells what is known of the cost
   */
  async compare(request: FaceMatchRequest): Promise<FaceMatchResponse> {
    const { userImage, refImage, signal, ...fields } = checkOptions('compare', request, CHECKS);
    const userPicture = await inspectPicture(userImage, 'userImage');
    const refPicture = await inspectPicture(refImage, 'refImage');
    return this.comparePictures({ userPicture, refPicture }, fields, signal);
  }

  /** The same for pictures that were inspected already. @internal */
  async comparePictures(
    { userPicture, refPicture }: PicturePair,
    fields: FaceMatchFields,
    signal: AbortSignal | undefined,
  ): Promise<FaceMatchResponse> {
    const { threshold, ...shared } = checkOptions('compare', fields, FIELD_CHECKS);
    const form = toForm('compare', { face_match_score_decline_threshold: threshold }, shared);
    return this.#caller.run({
      method: 'POST',
      path: '/v3/face-match/',
      effect: 'paid',
      topic: 'pictures',
      body: encodeForm(form, [
        { name: 'user_image', type: userPicture.type, chunks: userPicture.chunks },
        { name: 'ref_image', type: refPicture.type, chunks: refPicture.chunks },
      ]),
      decode: decodeFaceMatch,
      signal,
    });
  }
}
