import { type ImageInput, ImageRefusedError, parsePicture, type Picture, toChunks } from '../image/picture.js';
import { aBoolean, anObject, invalidOption, type OptionCheck, type OptionChecks } from '../options.js';

/** What every call about a picture sends besides it. What is left out is not sent, and Didit's own default holds. */
export interface PictureFields {
  /** Try the picture in four orientations; slower. Didit's default is false. */
  readonly rotateImage?: boolean;
  /**
   * Keep the picture and the face at Didit. **Didit's default is true**: the check is stored, the face enrolled for
   * the search for duplicates (not by a comparison), and a webhook sent. With false nothing is kept; screening runs all
   * the same.
   */
  readonly saveApiRequest?: boolean;
  /** Your stable and opaque id of the person, up to 256 characters. Never take it from the client. */
  readonly vendorData?: string;
  /** Any JSON object; kept with a saved check and echoed. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** The check of an argument that takes a picture, as far as it can be made without its bytes. */
export const anImage: OptionCheck = {
  allowed: 'a Buffer, Uint8Array, ArrayBuffer, Blob, File, or an array of Uint8Array',
  accepts: (value) => typeof value === 'object' && value !== null,
  secret: true,
};
/** The check of an argument that ends a call early. */
export const aSignal: OptionCheck = { allowed: 'an AbortSignal', accepts: (value) => value instanceof AbortSignal };

/** What can be a `vendorData`. Assumption: the API does not say how long `vendor_data` may be. */
export const aVendorId: OptionCheck = {
  allowed: '1 to 256 characters without control characters',
  accepts: (value) => typeof value === 'string' && /^[^\p{Cc}]{1,256}$/u.test(value),
  secret: true,
};

/** The checks of {@link PictureFields}. */
export const PICTURE_FIELD_CHECKS: OptionChecks<PictureFields> = {
  rotateImage: aBoolean,
  saveApiRequest: aBoolean,
  vendorData: aVendorId,
  metadata: { ...anObject, secret: true },
};

/**
 * The picture of an argument, inspected.
 *
 * @param option - what the argument is called
 * @throws {@link InvalidOptionError} for something that is no picture
 * @throws {@link ImageRefusedError} for a picture that cannot be judged
 */
export async function inspectPicture(input: ImageInput, option: string): Promise<Picture> {
  const parsed = parsePicture(await toChunks(input, option));
  if (parsed.kind === 'refused') throw new ImageRefusedError(parsed.reason, option);
  return parsed.picture;
}

/**
 * The text parts of a form by their names on the wire; only what was set.
 *
 * @param path - what the arguments are called in messages
 * @param own - what only this endpoint takes, by its names on the wire
 * @throws {@link InvalidOptionError} for metadata that JSON cannot hold
 */
export function toForm(
  path: string,
  own: Readonly<Record<string, string | number | undefined>>,
  { rotateImage, saveApiRequest, vendorData, metadata }: PictureFields,
): ReadonlyMap<string, string> {
  const values: readonly (readonly [string, string | undefined])[] = [
    ...Object.entries(own).map(([name, value]) => [name, value?.toString()] as const),
    ['rotate_image', rotateImage?.toString()],
    ['save_api_request', saveApiRequest?.toString()],
    ['vendor_data', vendorData],
    ['metadata', metadata === undefined ? undefined : toJson(metadata, `${path}.metadata`)],
  ];
  return new Map(values.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}

/** @throws {@link InvalidOptionError} */
export function toJson(metadata: Readonly<Record<string, unknown>>, option: string): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(metadata);
  } catch {
    // A cycle or a bigint; the text of the error could quote the data.
  }
  if (json?.startsWith('{')) return json;
  throw invalidOption(option, metadata, {
    ...anObject,
    allowed: 'an object that JSON can hold',
    secret: true,
  });
}
