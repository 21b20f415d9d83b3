export { LivenessScript, type ScriptedCall, type ScriptedOutcome } from './testing/script.js';
export { LivenessTestingModule, type LivenessTestingOptions } from './testing/testing.module.js';
export { SELFIE } from './testing/selfie.js';
