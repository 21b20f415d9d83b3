export { livenessErrorHandler } from './error-handler.js';
export { getFields, getLiveness, getSelfie } from './published.js';
export { requireLiveness } from './require-liveness.js';

export type { GuardedContext } from './published.js';
export type { LivenessOptions } from './require-liveness.js';
