import type { IncomingMessage } from 'node:http';
import { type LivenessResult, sharedWeakMap, type StepUpResult } from '@didit-liveness/core';
import type { SelfieFile } from '@didit-liveness/upload';
import type { Context } from 'koa';

declare module 'koa' {
  interface DefaultState {
    /** Set by `requireLiveness()` once the request passed; frozen. */
    liveness?: LivenessResult;
    /** Set by `requireStepUp()` once the request passed; frozen. */
    stepUp?: StepUpResult;
  }
}

/** Any context of Koa, whatever types its state and its router give it. */
export interface GuardedContext {
  readonly req: IncomingMessage;
}

/** What a request that passed carries: kept aside, so that nobody can forge it. */
interface Passed {
  readonly liveness: LivenessResult;
  readonly file: SelfieFile;
  readonly fields: Readonly<Record<string, unknown>>;
}

const PASSED = sharedWeakMap<IncomingMessage, Passed>('koa.passed/1');

/** Puts the result, the file and the text fields where handlers look for them. */
export function publish(ctx: Context, passed: Passed): void {
  const { liveness, file, fields } = passed;
  PASSED.set(ctx.req, passed);
  ctx.state.liveness = liveness;
  ctx['file'] = file;
  // Not in our declaration merging: every body parser declares these with a type of its own, and the two would clash.
  Object.assign(ctx.request, { file, body: fields });
}

/**
 * The result of the check of this request. The same as `ctx.state.liveness`.
 *
 * @throws TypeError when the route is not guarded by `requireLiveness()`, or the request has not passed
 */
export function getLiveness(ctx: GuardedContext): LivenessResult {
  return passedOf(ctx).liveness;
}

/**
 * The selfie of this request: exactly the bytes that were judged. The same as `ctx.file`, typed.
 *
 * @throws TypeError when the route is not guarded by `requireLiveness()`, or the request has not passed
 */
export function getSelfie(ctx: GuardedContext): SelfieFile {
  return passedOf(ctx).file;
}

/**
 * The text fields of this request, as `validate` saw them. The same as `ctx.request.body`, which Koa's types leave to
 * body parsers.
 *
 * @throws TypeError when the route is not guarded by `requireLiveness()`, or the request has not passed
 */
export function getFields(ctx: GuardedContext): Readonly<Record<string, unknown>> {
  return passedOf(ctx).fields;
}

function passedOf({ req }: GuardedContext): Passed {
  const passed = PASSED.get(req);
  if (!passed) throw new TypeError('This request has not passed requireLiveness(); put it in front of the handler.');
  return passed;
}

const STEPPED_UP = sharedWeakMap<IncomingMessage, StepUpResult>('koa.stepped-up/1');

/** Puts the result of a session where handlers look for it. */
export function publishStepUp(ctx: Context, stepUp: StepUpResult): void {
  STEPPED_UP.set(ctx.req, stepUp);
  ctx.state.stepUp = stepUp;
}

/**
 * What came of the session of this request. The same as `ctx.state.stepUp`.
 *
 * @throws TypeError when the route is not guarded by `requireStepUp()`, or the request has not passed
 */
export function getStepUp({ req }: GuardedContext): StepUpResult {
  const stepUp = STEPPED_UP.get(req);
  if (!stepUp) throw new TypeError('This request has not passed requireStepUp(); put it in front of the handler.');
  return stepUp;
}
