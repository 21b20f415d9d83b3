import { InvalidOptionError } from '../errors.js';
import { checkOptions, pick } from '../options.js';
import { extendPolicy, isPolicy, type Policy, type PolicyOptions } from '../policy/policy.js';
import type { LivenessGate } from './gate.js';
import {
  GUARD_CHECKS,
  type GuardOptions,
  MATCH_CHECKS,
  type MatchOptions,
  type RequestFunctions,
  type SelfieFormat,
} from './guard-options.js';
import { matchWithStepUp, ROUTE_OPTIONS, type SelfieRouteOptions } from './options.js';
import { type GuardHost, gateOf } from './own-gate.js';
import type { LivenessRefusal } from './refusal.js';
import type { GateResult } from './result.js';
import type { Attempt } from './attempt.js';
import type { LivenessRoute } from './route.js';

/** The answer that the application gives in place of a problem. */
export type Override<Host extends readonly unknown[]> = (
  refusal: LivenessRefusal,
  ...host: Host
) => void | Promise<void>;

/** The upload of one request: how to read it, and how to let go of it unread. */
export type GuardedUpload = Pick<Attempt, 'read' | 'refuse'>;

/** A guard of one route, without the framework. Adapters make one and translate. */
export interface Guard<Request, Host extends readonly unknown[]> {
  readonly gate: LivenessGate;
  readonly route: LivenessRoute;
  /** Options for the reader of uploads. */
  readonly reading: {
    readonly field?: string;
    readonly accept?: readonly SelfieFormat[];
    readonly timeoutMs?: number;
    readonly maxBufferedBytes?: number;
    readonly multer?: NonNullable<GuardOptions<never, never>['multer']>;
  };
  /** Takes one request through the gate. @throws what the functions of the application throw */
  readonly check: (request: Request, upload: GuardedUpload, signal: AbortSignal) => Promise<GateResult>;
  /** The override that answers this refusal, if the application gave one. */
  readonly overrideFor: (refusal: LivenessRefusal) => Override<Host> | undefined;
}

/**
 * Makes the guard of one route.
 *
 * @throws {@link InvalidOptionError} for options that cannot be used, and for a missing key
 */
export function createGuard<Request extends object, Host extends readonly unknown[]>(
  options: GuardOptions<Request, Host>,
  host: GuardHost,
): Guard<Request, Host> {
  refuseRequest(options, host);
  const checked = checkOptions<GuardOptions<Request, Host>>(host.name, options, GUARD_CHECKS);
  const routeOptions = routeOptionsOf(checked, host.name);
  const gate = gateOf(checked, host);
  const route = gate.route(routeOptions, host.name);
  if (route.onReview === 'step-up') {
    if (checked.match) throw matchWithStepUp(`${host.name}.match`);
    requireSubject(checked, host);
  }
  const { uploadTimeoutMs } = checked;
  return Object.freeze({
    gate,
    route,
    reading: {
      ...pick(checked, ['field', 'accept', 'maxBufferedBytes', 'multer']),
      ...(uploadTimeoutMs === undefined ? {} : { timeoutMs: uploadTimeoutMs }),
    },
    check: async (request: Request, upload: GuardedUpload, signal: AbortSignal) =>
      route.check({
        request,
        ...upload,
        signal,
        ...bindFunctions(checked, request),
        ...bindPictureFunctions(checked, request),
      }),
    overrideFor: (refusal: LivenessRefusal) => overrideOf(checked, refusal),
  });
}

/** A request of Express, or a context of Koa, in the place of options. @throws {@link InvalidOptionError} */
export function refuseRequest(options: unknown, { name }: GuardHost): void {
  const isRequest = typeof options === 'object' && options !== null && ('headers' in options || 'req' in options);
  if (!isRequest) return;
  throw new InvalidOptionError(`${name} was mounted without being called; write ${name}() or ${name}({ ... })`, name);
}

/** The function that names the person, which a step-up needs. @throws {@link InvalidOptionError} */
export function requireSubject<Request, Host extends readonly unknown[]>(
  { subject }: RequestFunctions<Request, Host>,
  { name }: GuardHost,
): NonNullable<typeof subject> {
  if (subject !== undefined) return subject;
  throw new InvalidOptionError(
    `${name}.subject is missing; a step-up needs it, since a session is only good for the person it was made for`,
    `${name}.subject`,
  );
}

/** Route options, with the limit of `match` where the policy has it. @throws {@link InvalidOptionError} */
function routeOptionsOf<Request, Host extends readonly unknown[]>(
  options: GuardOptions<Request, Host>,
  name: string,
): SelfieRouteOptions {
  const own = pick(options, ROUTE_OPTIONS);
  if (options.match === undefined) return own;
  const { threshold } = checkOptions<MatchOptions<Request>>(`${name}.match`, options.match, MATCH_CHECKS);
  return threshold === undefined ? own : { ...own, policy: withMatchLimit(own.policy, threshold, name) };
}

function withMatchLimit(
  policy: SelfieRouteOptions['policy'] = {},
  limit: number,
  name: string,
): PolicyOptions | Policy {
  const faceMatch = { declineAtOrBelow: limit };
  if (isPolicy(policy)) return extendPolicy(policy, { faceMatch });
  if (policy.faceMatch?.declineAtOrBelow !== undefined) {
    throw new InvalidOptionError(
      `${name}.match.threshold is ${limit}, but policy.faceMatch.declineAtOrBelow is set too; allowed: one of them`,
      `${name}.match.threshold`,
    );
  }
  return { ...policy, faceMatch: { ...policy.faceMatch, ...faceMatch } };
}

/** The functions of the application, for this request. */
export function bindFunctions<Request, Host extends readonly unknown[]>(
  { subject, hintText, correlationId }: RequestFunctions<Request, Host>,
  request: Request,
): Pick<Attempt, 'subject' | 'hintText' | 'correlationId'> {
  const name = correlationId?.(request);
  return {
    ...(name === undefined ? {} : { correlationId: name }),
    ...(subject ? { subject: () => subject(request) } : {}),
    ...(hintText ? { hintText: (code) => hintText(code, request) } : {}),
  };
}

function bindPictureFunctions<Request, Host extends readonly unknown[]>(
  { validate, match }: GuardOptions<Request, Host>,
  request: Request,
): Pick<Attempt, 'validate' | 'referenceImage'> {
  return {
    ...(validate ? { validate: (fields) => validate(fields, request) } : {}),
    ...(match ? { referenceImage: () => match.referenceImage(request) } : {}),
  };
}

/** The override that answers this refusal, if the application gave one. */
export function overrideOf<Request, Host extends readonly unknown[]>(
  { onDeclined, onError }: RequestFunctions<Request, Host>,
  refusal: LivenessRefusal,
): Override<Host> | undefined {
  return refusal.decision ? onDeclined : onError;
}
