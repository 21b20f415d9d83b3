export { livenessErrorHandler } from './error-handler.js';
export { getLiveness, getSelfie } from './published.js';
export { requireLiveness } from './require-liveness.js';

export type { LivenessOptions } from './require-liveness.js';
