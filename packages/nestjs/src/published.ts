import { type LivenessResult, sharedWeakMap, type StepUpResult } from '@didit-liveness/core';
import type { SelfieFile } from '@didit-liveness/upload';

/** What a request that passed carries. */
export interface Passed {
  readonly liveness: LivenessResult;
  /** Missing only when a stand-in for the service gave no picture. */
  readonly file: SelfieFile | undefined;
}

// Kept aside, so that nobody can forge it.
const PASSED = sharedWeakMap<object, Passed>('nestjs.passed/1');

/** Puts the result, the file and the text fields where handlers look for them. */
export function publish(request: object, passed: Passed, body: unknown): void {
  PASSED.set(request, passed);
  Object.assign(request, { liveness: passed.liveness, body });
  keepFile(request, passed.file);
}

/**
 * The result of the check of this request, as the framework gives it; `@Liveness()` gives the same to a handler.
 *
 * @throws TypeError when the route is not guarded by `@LivenessGuard()`, or the request has not passed
 */
export function getLiveness(request: object): LivenessResult {
  return passedOf(request).liveness;
}

/**
 * The selfie of this request: exactly the bytes that were judged. `@Selfie()` gives the same to a handler.
 *
 * @throws TypeError when the route is not guarded by `@LivenessGuard()`, or the request has not passed
 */
export function getSelfie(request: object): SelfieFile {
  const { file } = passedOf(request);
  if (!file) throw new TypeError('The stand-in for LivenessService let this request pass without a picture.');
  return file;
}

function passedOf(request: object): Passed {
  const passed = PASSED.get(request);
  if (!passed) throw new TypeError('This request has not passed @LivenessGuard(); put it on the handler.');
  return passed;
}

const STEPPED_UP = sharedWeakMap<object, StepUpResult>('nestjs.stepped-up/1');

/** Puts the result of a session where handlers look for it. */
export function publishStepUp(request: object, stepUp: StepUpResult): void {
  STEPPED_UP.set(request, stepUp);
  Object.assign(request, { stepUp });
}

/**
 * What came of the session of this request, as the framework gives it; `@StepUp()` gives the same to a handler.
 *
 * @throws TypeError when the route is not guarded by `@StepUpGuard()`, or the request has not passed
 */
export function getStepUp(request: object): StepUpResult {
  const stepUp = STEPPED_UP.get(request);
  if (!stepUp) throw new TypeError('This request has not passed @StepUpGuard(); put it on the handler.');
  return stepUp;
}

/** `request.file`; the file interceptors of platform-fastify reset it to undefined before they look for a form. */
function keepFile(request: object, selfie: SelfieFile | undefined): void {
  let file: unknown = selfie;
  Object.defineProperty(request, 'file', {
    configurable: true,
    enumerable: true,
    get: () => file,
    set: (value: unknown) => {
      if (value !== undefined) file = value;
    },
  });
}
