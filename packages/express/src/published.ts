import { type LivenessResult, sharedWeakMap, type StepUpResult } from '@didit-liveness/core';
import type { SelfieFile } from '@didit-liveness/upload';
import type { Request } from 'express';

declare global {
  namespace Express {
    interface Request {
      /** Set by `requireLiveness()` once the request passed; frozen. */
      liveness?: LivenessResult;
      /** Set by `requireStepUp()` once the request passed; frozen. */
      stepUp?: StepUpResult;
    }
  }
}

/** What a request that passed carries, besides `req.liveness`: kept aside, so that nobody can forge it. */
interface Passed {
  readonly liveness: LivenessResult;
  readonly file: SelfieFile;
}

const PASSED = sharedWeakMap<Request, Passed>('express.passed/1');

/** Puts the result, the file and the text fields where handlers look for them. */
export function publish(request: Request, passed: Passed, fields: Readonly<Record<string, unknown>>): void {
  PASSED.set(request, passed);
  request.liveness = passed.liveness;
  request.body = fields;
  // Not in our declaration merging: @types/multer declares `file`, and the two would clash.
  Object.assign(request, { file: passed.file });
}

/**
 * The result of the check of this request.
 *
 * @throws TypeError when the route is not guarded by `requireLiveness()`, or the request has not passed
 */
export function getLiveness(request: Request): LivenessResult {
  return passedOf(request).liveness;
}

/**
 * The selfie of this request: exactly the bytes that were judged. The same as `req.file`, typed.
 *
 * @throws TypeError when the route is not guarded by `requireLiveness()`, or the request has not passed
 */
export function getSelfie(request: Request): SelfieFile {
  return passedOf(request).file;
}

function passedOf(request: Request): Passed {
  const passed = PASSED.get(request);
  if (!passed) throw new TypeError('This request has not passed requireLiveness(); put it in front of the handler.');
  return passed;
}

const STEPPED_UP = sharedWeakMap<Request, StepUpResult>('express.stepped-up/1');

/** Puts the result of a session where handlers look for it. */
export function publishStepUp(request: Request, stepUp: StepUpResult): void {
  STEPPED_UP.set(request, stepUp);
  request.stepUp = stepUp;
}

/**
 * What came of the session of this request.
 *
 * @throws TypeError when the route is not guarded by `requireStepUp()`, or the request has not passed
 */
export function getStepUp(request: Request): StepUpResult {
  const stepUp = STEPPED_UP.get(request);
  if (!stepUp) throw new TypeError('This request has not passed requireStepUp(); put it in front of the handler.');
  return stepUp;
}
