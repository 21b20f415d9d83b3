import type { ImageInput } from '../image/picture.js';
import { checkOptions, oneOf, type OptionChecks } from '../options.js';
import { decodeFaceSearch, type FaceSearchResponse } from '../wire/face-search.js';
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

/** Arguments of {@link FaceSearch.search}. What is left out is not sent, and Didit's own default holds. */
export interface FaceSearchRequest extends PictureFields {
  /** JPEG, PNG, WebP or TIFF, up to 5 MiB. Sent as it is; do not write to it while the call runs. */
  readonly userImage: ImageInput;
  /** All faces that are known, or those that are blocked or approved. Didit's default is `most_similar`. */
  readonly searchType?: 'most_similar' | 'blocklisted_or_approved';
  /** Ends the call early. Whether it was charged is then unknown. */
  readonly signal?: AbortSignal;
}

const CHECKS: OptionChecks<FaceSearchRequest> = {
  ...PICTURE_FIELD_CHECKS,
  userImage: anImage,
  searchType: oneOf(['most_similar', 'blocklisted_or_approved']),
  signal: aSignal,
};

/** The endpoint that searches the faces of the account. */
export class FaceSearch {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Asks which known faces are like this one. Every answer costs money; a picture that cannot be searched for is refused
   * here for free. Says nothing about liveness. A picture without a face is a {@link BadRequestError} of the subject
   * `no-face`, and free. `vendorData` leaves no face out of this search.
   *
   * @returns the answer; `Declined` means that the face is on the block list
   * @throws {@link InvalidOptionError} for an argument that is not allowed; nothing is sent
   * @throws {@link ImageRefusedError} for a picture that cannot be judged; nothing is sent
   * @throws an {@link AnyCallError} when there is no usable answer; its `billed` tells what is known of the cost
   */
  async search(request: FaceSearchRequest): Promise<FaceSearchResponse> {
    const { userImage, signal, searchType, ...shared } = checkOptions('search', request, CHECKS);
    const form = toForm('search', { search_type: searchType }, shared);
    const { type, chunks } = await inspectPicture(userImage, 'userImage');
    return this.#caller.run({
      method: 'POST',
      path: '/v3/face-search/',
      effect: 'paid',
      topic: 'pictures',
      body: encodeForm(form, [{ name: 'user_image', type, chunks }]),
      decode: decodeFaceSearch,
      signal,
    });
  }
}
