export { holdUntilAnswered } from './counted-reading.js';
export { isUploadError, UploadConfigurationError, UploadOptionError } from './errors.js';
export { hangUpSignal } from './hang-up-signal.js';
export { refuseUpload } from './lingering-close.js';
export { resolveUploadOptions } from './options.js';
export { readBody } from './read-body.js';
export { readSelfie } from './read-selfie.js';
export { SelfieFile } from './selfie-file.js';

export type { AnyUploadError, OptionFault, UploadErrorCode } from './errors.js';
export type { AcceptedBody, MulterFunction, ResolvedUploadOptions, UploadOptions } from './options.js';
export type { EarlierParse } from './parsed-before.js';
export type { BodyReading, EarlierBody, ReadBodyOptions } from './read-body.js';
export type { UploadRequest } from './upload-request.js';
export type { Selfie, SelfieReading, UploadRefusalCode } from './reading.js';
export type { Schedule } from './schedule.js';
export type { SelfieFileParts } from './selfie-file.js';
