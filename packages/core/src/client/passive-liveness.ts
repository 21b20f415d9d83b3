import { type ImageInput, ImageRefusedError, parsePicture, type Picture, toChunks } from '../image/picture.js';
import {
  aBoolean,
  anObject,
  checkOptions,
  invalidOption,
  numberFrom,
  type OptionCheck,
  type OptionChecks,
} from '../options.js';
import { decodePassiveLiveness, type PassiveLivenessResponse } from '../wire/passive-liveness.js';
import type { Caller } from './caller.js';
import { encodeForm } from './multipart.js';

/** What a check sends besides the picture. What is left out is not sent, and Didit's own default holds. */
export interface PassiveLivenessFields {
  /** Didit declines at this score or below, 0 to 100; Didit's default is 30. Sent as given. */
  readonly faceLivenessScoreDeclineThreshold?: number;
  /** Try the picture in four orientations; slower. Didit's default is false. */
  readonly rotateImage?: boolean;
  /**
   * Keep the picture and the face at Didit. **Didit's default is true**: the check is stored, the face enrolled for
   * the search for duplicates, and a webhook sent. With false nothing is kept; screening runs all the same.
   */
  readonly saveApiRequest?: boolean;
  /**
   * Your stable and opaque id of the person, up to 256 characters. Never take it from the client: faces known under the
   * same id are left out of duplicate **and blocklist** screening.
   */
  readonly vendorData?: string;
  /** Any JSON object; kept with a saved check and echoed. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Arguments of {@link PassiveLiveness.check}. */
export interface PassiveLivenessRequest extends PassiveLivenessFields {
  /** JPEG, PNG, WebP or TIFF, up to 5 MiB. Sent as it is; do not write to it while the call runs. */
  readonly userImage: ImageInput;
  /** Ends the call early. Whether it was charged is then unknown. */
  readonly signal?: AbortSignal;
}

const anImage: OptionCheck = {
  allowed: 'a Buffer, Uint8Array, ArrayBuffer, Blob, File, or an array of Uint8Array',
  accepts: (value) => typeof value === 'object' && value !== null,
  secret: true,
};
const aSignal: OptionCheck = { allowed: 'an AbortSignal', accepts: (value) => value instanceof AbortSignal };

/** What can be a `vendorData`. Assumption: the API does not say how long `vendor_data` may be. */
export const aVendorId: OptionCheck = {
  allowed: '1 to 256 characters without control characters',
  accepts: (value) => typeof value === 'string' && /^[^\p{Cc}]{1,256}$/u.test(value),
  secret: true,
};

const FIELD_CHECKS: OptionChecks<PassiveLivenessFields> = {
  faceLivenessScoreDeclineThreshold: numberFrom(0, 100),
  rotateImage: aBoolean,
  saveApiRequest: aBoolean,
  vendorData: aVendorId,
  metadata: { ...anObject, secret: true },
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
    const parsed = parsePicture(await toChunks(userImage));
    if (parsed.kind === 'refused') throw new ImageRefusedError(parsed.reason);
    return this.checkPicture(parsed.picture, fields, signal);
  }

  /** The same for a picture that was inspected already. @internal */
  async checkPicture(
    picture: Picture,
    fields: PassiveLivenessFields,
    signal: AbortSignal | undefined,
  ): Promise<PassiveLivenessResponse> {
    const checked = checkOptions('check', fields, FIELD_CHECKS);
    return this.#caller.run({
      method: 'POST',
      path: '/v3/passive-liveness/',
      effect: 'paid',
      body: encodeForm(toWireFields(checked), [{ name: 'user_image', type: picture.type, chunks: picture.chunks }]),
      decode: decodePassiveLiveness,
      signal,
    });
  }
}

/** Text parts by their names on the wire; only what was set. */
function toWireFields(fields: PassiveLivenessFields): ReadonlyMap<string, string> {
  const { faceLivenessScoreDeclineThreshold, rotateImage, saveApiRequest, vendorData, metadata } = fields;
  const values: readonly (readonly [string, string | undefined])[] = [
    ['face_liveness_score_decline_threshold', faceLivenessScoreDeclineThreshold?.toString()],
    ['rotate_image', rotateImage?.toString()],
    ['save_api_request', saveApiRequest?.toString()],
    ['vendor_data', vendorData],
    ['metadata', metadata === undefined ? undefined : toJson(metadata)],
  ];
  return new Map(values.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}

function toJson(metadata: Readonly<Record<string, unknown>>): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(metadata);
  } catch {
    // A cycle or a bigint; the text of the error could quote the data.
  }
  if (json?.startsWith('{')) return json;
  throw invalidOption('check.metadata', metadata, {
    ...anObject,
    allowed: 'an object that JSON can hold',
    secret: true,
  });
}
