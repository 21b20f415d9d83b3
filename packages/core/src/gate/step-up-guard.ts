import { aFunction, checkOptions, oneOf, type OptionChecks, pick } from '../options.js';
import { bindFunctions, type Override, overrideOf, refuseRequest, requireSubject } from './guard.js';
import { FUNCTION_CHECKS, type GateSource, type RequestFunctions, SOURCE_CHECKS } from './guard-options.js';
import { type OnReview, ROUTE_CHECKS, type RouteOptions } from './options.js';
import { type GuardHost, gateOf } from './own-gate.js';
import type { LivenessRefusal } from './refusal.js';
import type { StepUpOutcome, StepUpRoute } from './step-up.js';

/** Options of a guard for people who come back from a session, the same for every framework. */
export interface StepUpGuardOptions<Request, Host extends readonly unknown[]>
  extends Pick<RouteOptions, 'threshold' | 'policy' | 'stepUp'>,
    GateSource,
    RequestFunctions<Request, Host> {
  /** What a review of the session means; see the guard of selfies. @defaultValue 'reject' */
  readonly onReview?: Exclude<OnReview, 'step-up'>;
  /** The session id that a request names, or a promise of it. @defaultValue the query parameter `verificationSessionId` */
  readonly sessionId?: (request: Request) => unknown;
}

const { threshold, policy, stepUp } = ROUTE_CHECKS;

const CHECKS: OptionChecks<StepUpGuardOptions<never, never>> = {
  threshold,
  policy,
  stepUp,
  onReview: oneOf(['reject', 'pass']), // A step-up of a step-up would never end.
  ...SOURCE_CHECKS,
  ...FUNCTION_CHECKS,
  sessionId: aFunction,
};

/** A guard of one route for people who come back from a session, without the framework. */
export interface StepUpGuard<Request, Host extends readonly unknown[]> {
  readonly route: StepUpRoute;
  /** Takes one request through the gate. @throws what the functions of the application throw */
  readonly check: (request: Request, signal: AbortSignal) => Promise<StepUpOutcome>;
  /** The override that answers this refusal, if the application gave one. */
  readonly overrideFor: (refusal: LivenessRefusal) => Override<Host> | undefined;
}

/**
 * Makes the guard of one route for people who come back from a session.
 *
 * @param sessionIdOf - where the framework finds the query parameter `verificationSessionId`
 * @throws {@link InvalidOptionError} for options that cannot be used, and for a missing key, workflow or subject
 */
export function createStepUpGuard<Request extends object, Host extends readonly unknown[]>(
  options: StepUpGuardOptions<Request, Host>,
  host: GuardHost,
  sessionIdOf: (request: Request) => unknown,
): StepUpGuard<Request, Host> {
  refuseRequest(options, host);
  const checked = checkOptions<StepUpGuardOptions<Request, Host>>(host.name, options, CHECKS);
  const subject = requireSubject(checked, host);
  const { sessionId = sessionIdOf } = checked;
  const gate = gateOf(checked, host);
  const route = gate.stepUpRoute(pick(checked, ['threshold', 'policy', 'onReview', 'stepUp']), host.name);
  return Object.freeze({
    route,
    check: async (request: Request, signal: AbortSignal) =>
      route.check({
        ...bindFunctions(checked, request),
        sessionId: () => sessionId(request),
        subject: () => subject(request),
        signal,
      }),
    overrideFor: (refusal: LivenessRefusal) => overrideOf(checked, refusal),
  });
}
