import type { OpenSink } from './body-front.js';
import { formSink } from './form-body.js';
import { multerSink } from './multer-body.js';
import type { ResolvedUploadOptions } from './options.js';

/** A form with the picture in one file part, read here or by the multer that the options hold. */
export function multipartSink(boundary: string, options: ResolvedUploadOptions): OpenSink {
  const { multer } = options;
  return multer === undefined ? formSink(boundary, options) : multerSink(boundary, { ...options, multer });
}
