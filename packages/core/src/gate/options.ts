import { aClock, type Clock } from '../clock.js';
import type { DiditClient } from '../client/client.js';
import { aLanguage } from '../client/sessions.js';
import { InvalidOptionError } from '../errors.js';
import {
  aBoolean,
  aFunction,
  anObject,
  aPercentage,
  aPageUrl,
  aString,
  aUuid,
  checkOptions,
  integerFrom,
  invalidOption,
  type OptionChecks,
  oneOf,
  required,
} from '../options.js';
import { definePolicy, extendPolicy, isPolicy, type Policy, type PolicyOptions } from '../policy/policy.js';
import type { LivenessEventListener } from './events.js';

/** What happens to a decision that is neither yes nor no. */
export type OnReview = 'reject' | 'pass' | 'step-up';

/** Where people go whose selfie leaves a doubt: a session of a workflow with active liveness. */
export interface StepUpOptions {
  /** The workflow, with `ACTIVE_3D` or `FLASHING` liveness; a UUID from the Didit console. */
  readonly workflowId: string;
  /** Where the person comes back to, an absolute URL. Nothing that comes along with them is trusted. */
  readonly callback?: string;
  /** Language of the session, for example `es`. @defaultValue that of the browser */
  readonly language?: string;
  /**
   * Seconds from the start of a session within which it is good, 60 to 2_419_200. Didit hands out an unfinished session
   * of the same person again until it expires: with less than the workflow's `session_expiration_time`, people may be
   * sent to a session that is too old by then. @defaultValue 604_800, which is also when sessions expire unless told
   * otherwise
   */
  readonly maxAgeSeconds?: number;
}

/** What can differ from route to route. Whatever is left out is as the gate says. */
export interface RouteOptions {
  /** Decline at this liveness score or below, 0 to 100: short for `policy.score.declineAtOrBelow`. */
  readonly threshold?: number;
  /** Options laid over the policy of the gate, or a whole policy in its place. @defaultValue the preset `balanced` */
  readonly policy?: PolicyOptions | Policy;
  /**
   * What `review` means: `'reject'` answers 403 `review-required`; `'pass'` **lets the handler run** with
   * `liveness.outcome === 'review'`, and the handler has to hold the account back; `'step-up'` answers 403
   * `step-up-required` with the address of a session, whose result is looked at on a route of its own.
   * @defaultValue 'reject'
   */
  readonly onReview?: OnReview;
  /** Where a step-up leads; needed for `onReview: 'step-up'`. */
  readonly stepUp?: StepUpOptions;
  /** Ask Didit to try the picture in four orientations; slower. @defaultValue false */
  readonly rotateImage?: boolean;
  /** Let Didit keep the picture and enrol the face. Needs a legal basis; see the guide. @defaultValue false */
  readonly saveApiRequest?: boolean;
}

/** {@link RouteOptions}, and what no gate can say for all its routes. */
export interface SelfieRouteOptions extends RouteOptions {
  /**
   * `true` **lets the handler run without a check** while Didit cannot be reached, fails (5xx) or takes too long, with
   * `liveness.outcome === 'skipped'`: whoever can make Didit fail gets through. Never for a selfie that was declined or
   * could be refused for free, an answer that cannot be used, a key or account that Didit refuses, or too much traffic
   * of your own. Each use is an event. @defaultValue false
   */
  readonly dangerouslyAllowWhenUnavailable?: boolean;
}

/** Options of {@link createLivenessGate}. */
export interface GateOptions extends RouteOptions {
  readonly client: DiditClient;
  /** Gets every event. @defaultValue nobody does */
  readonly onEvent?: LivenessEventListener;
  /** Put the SHA-256 of the picture into the result. @defaultValue true */
  readonly digest?: boolean;
  /** Put boxes and estimates of age and gender into the result. @defaultValue false */
  readonly includeFaces?: boolean;
  /** What the URI of a problem begins with. @defaultValue 'urn:problem-type:didit-liveness:' */
  readonly problemTypeBase?: string;
  /** Time, for tests. @defaultValue the clock of the process */
  readonly clock?: Clock;
}

/** {@link SelfieRouteOptions}, complete. */
export interface ResolvedRouteOptions {
  readonly policy: Policy;
  readonly onReview: OnReview;
  readonly stepUp: ResolvedStepUpOptions | undefined;
  readonly rotateImage: boolean;
  readonly saveApiRequest: boolean;
  readonly dangerouslyAllowWhenUnavailable: boolean;
}

/** {@link StepUpOptions}, with the default filled in. */
export type ResolvedStepUpOptions = StepUpOptions & Required<Pick<StepUpOptions, 'maxAgeSeconds'>>;

const DEFAULT_MAX_AGE_SECONDS = 604_800;

/** Checks of {@link RouteOptions}; adapters add their own. */
export const ROUTE_CHECKS: OptionChecks<RouteOptions> = {
  threshold: aPercentage,
  policy: { ...anObject, allowed: "an object, for example { extends: 'strict' }" },
  onReview: oneOf(['reject', 'pass', 'step-up']),
  stepUp: anObject,
  rotateImage: aBoolean,
  saveApiRequest: aBoolean,
};

/** Checks of {@link SelfieRouteOptions}. */
export const SELFIE_ROUTE_CHECKS: OptionChecks<SelfieRouteOptions> = {
  ...ROUTE_CHECKS,
  dangerouslyAllowWhenUnavailable: aBoolean,
};

/** The names of {@link SelfieRouteOptions}. */
export const ROUTE_OPTIONS = [
  'threshold',
  'policy',
  'onReview',
  'stepUp',
  'rotateImage',
  'saveApiRequest',
  'dangerouslyAllowWhenUnavailable',
] as const satisfies readonly (keyof SelfieRouteOptions)[];

const STEP_UP_CHECKS: OptionChecks<StepUpOptions> = {
  workflowId: required({ ...aUuid, allowed: 'the UUID of a workflow' }),
  callback: aPageUrl,
  language: aLanguage,
  maxAgeSeconds: integerFrom(60, 2_419_200),
};

/** Checks of {@link GateOptions}. */
export const GATE_CHECKS: OptionChecks<GateOptions> = {
  ...ROUTE_CHECKS,
  // By its shape: the client may come from another copy of this package.
  client: required({
    allowed: 'a DiditClient',
    accepts: (value) => typeof value === 'object' && value !== null && 'passiveLiveness' in value,
  }),
  onEvent: aFunction,
  digest: aBoolean,
  includeFaces: aBoolean,
  problemTypeBase: aString,
  clock: aClock,
};

/** What holds when neither gate nor route says anything. */
export function defaultRoute(): ResolvedRouteOptions {
  return {
    policy: definePolicy(),
    onReview: 'reject',
    stepUp: undefined,
    rotateImage: false,
    saveApiRequest: false,
    dangerouslyAllowWhenUnavailable: false,
  };
}

/**
 * Route options laid over those of the gate.
 *
 * @throws {@link InvalidOptionError}
 */
export function resolveRoute(
  base: ResolvedRouteOptions,
  path: string,
  options: SelfieRouteOptions,
): ResolvedRouteOptions {
  const onReview = options.onReview ?? base.onReview;
  const stepUp = options.stepUp === undefined ? base.stepUp : resolveStepUp(options.stepUp, `${path}.stepUp`);
  if (onReview === 'step-up') requireStepUp({ stepUp }, path);
  return Object.freeze({
    policy: resolvePolicy(base.policy, path, options),
    onReview,
    stepUp,
    rotateImage: options.rotateImage ?? base.rotateImage,
    saveApiRequest: options.saveApiRequest ?? base.saveApiRequest,
    dangerouslyAllowWhenUnavailable: options.dangerouslyAllowWhenUnavailable ?? false,
  });
}

/** The step-up of a route that needs one. @throws {@link InvalidOptionError} */
export function requireStepUp({ stepUp }: Pick<ResolvedRouteOptions, 'stepUp'>, path: string): ResolvedStepUpOptions {
  if (stepUp !== undefined) return stepUp;
  throw new InvalidOptionError(
    `${path}.stepUp is missing; a step-up needs to know the workflow, for example { workflowId: '...' }`,
    `${path}.stepUp`,
  );
}

/** The error for a comparison next to a step-up: the session is finished by whoever sits there. */
export function matchWithStepUp(option: string): InvalidOptionError {
  return new InvalidOptionError(
    `${option} is given along with onReview 'step-up', which would let another person finish the session; ` +
      "allowed: onReview 'reject' or 'pass'",
    option,
  );
}

/** @throws {@link InvalidOptionError} */
function resolveStepUp(options: StepUpOptions, path: string): ResolvedStepUpOptions {
  return Object.freeze({
    maxAgeSeconds: DEFAULT_MAX_AGE_SECONDS,
    ...checkOptions(path, options, STEP_UP_CHECKS),
  });
}

function resolvePolicy(base: Policy, path: string, { policy = {}, threshold }: RouteOptions): Policy {
  const score = threshold === undefined ? {} : { declineAtOrBelow: threshold };
  if (isPolicy(policy)) return threshold === undefined ? policy : extendPolicy(policy, { score }, path);
  if (threshold !== undefined) requireFit(path, threshold, policy.score);
  // Laid over in one step, so that the limits are put in order only once they are complete.
  return extendPolicy(base, { ...policy, score: { ...policy.score, ...score } }, `${path}.policy`);
}

/** The threshold and the score limits written next to it say the same thing once, and in order. */
function requireFit(path: string, threshold: number, score: PolicyOptions['score'] = {}): void {
  const { declineAtOrBelow, reviewAtOrBelow } = score;
  if (declineAtOrBelow !== undefined) {
    throw new InvalidOptionError(
      `${path}.threshold is ${threshold}, but policy.score.declineAtOrBelow is set too; allowed: one of them`,
      `${path}.threshold`,
    );
  }
  if (typeof reviewAtOrBelow === 'number' && reviewAtOrBelow < threshold) {
    const allowed = `${threshold} (threshold) or more`;
    throw invalidOption(`${path}.policy.score.reviewAtOrBelow`, reviewAtOrBelow, { allowed });
  }
}
