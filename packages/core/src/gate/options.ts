import { aClock, type Clock } from '../clock.js';
import type { DiditClient } from '../client/client.js';
import { InvalidOptionError } from '../errors.js';
import {
  aBoolean,
  aFunction,
  anObject,
  aPercentage,
  aString,
  invalidOption,
  type OptionChecks,
  oneOf,
} from '../options.js';
import { definePolicy, extendPolicy, isPolicy, type Policy, type PolicyOptions } from '../policy/policy.js';
import type { LivenessEventListener } from './events.js';

/** What can differ from route to route. Whatever is left out is as the gate says. */
export interface RouteOptions {
  /** Decline at this liveness score or below, 0 to 100: short for `policy.score.declineAtOrBelow`. */
  readonly threshold?: number;
  /** Options laid over the policy of the gate, or a whole policy in its place. @defaultValue the preset `balanced` */
  readonly policy?: PolicyOptions | Policy;
  /**
   * What `review` means: `'reject'` answers 403 `review-required`; `'pass'` **lets the handler run** with
   * `liveness.outcome === 'review'`, and the handler has to hold the account back. @defaultValue 'reject'
   */
  readonly onReview?: 'reject' | 'pass';
  /** Ask Didit to try the picture in four orientations; slower. @defaultValue false */
  readonly rotateImage?: boolean;
  /** Let Didit keep the picture and enrol the face. Needs a legal basis; see the guide. @defaultValue false */
  readonly saveApiRequest?: boolean;
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

/** {@link RouteOptions}, complete. */
export interface ResolvedRouteOptions {
  readonly policy: Policy;
  readonly onReview: 'reject' | 'pass';
  readonly rotateImage: boolean;
  readonly saveApiRequest: boolean;
}

/** Checks of {@link RouteOptions}; adapters add their own. */
export const ROUTE_CHECKS: OptionChecks<RouteOptions> = {
  threshold: aPercentage,
  policy: { ...anObject, allowed: "an object, for example { extends: 'strict' }" },
  onReview: oneOf(['reject', 'pass']),
  rotateImage: aBoolean,
  saveApiRequest: aBoolean,
};

/** Checks of {@link GateOptions}. */
export const GATE_CHECKS: OptionChecks<GateOptions> = {
  ...ROUTE_CHECKS,
  // By its shape: the client may come from another copy of this package.
  client: {
    allowed: 'a DiditClient',
    accepts: (value) => typeof value === 'object' && value !== null && 'passiveLiveness' in value,
  },
  onEvent: aFunction,
  digest: aBoolean,
  includeFaces: aBoolean,
  problemTypeBase: aString,
  clock: aClock,
};

/** What holds when neither gate nor route says anything. */
export function defaultRoute(): ResolvedRouteOptions {
  return { policy: definePolicy(), onReview: 'reject', rotateImage: false, saveApiRequest: false };
}

/**
 * Route options laid over those of the gate.
 *
 * @throws {@link InvalidOptionError}
 */
export function resolveRoute(base: ResolvedRouteOptions, path: string, options: RouteOptions): ResolvedRouteOptions {
  return Object.freeze({
    policy: resolvePolicy(base.policy, path, options),
    onReview: options.onReview ?? base.onReview,
    rotateImage: options.rotateImage ?? base.rotateImage,
    saveApiRequest: options.saveApiRequest ?? base.saveApiRequest,
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
