import { systemClock } from '../clock.js';
import type { DiditClient } from '../client/client.js';
import { notify } from '../listener.js';
import { checkOptions, integerFrom, invalidOption } from '../options.js';
import type { ConfigurationEvent, LivenessEventListener } from './events.js';
import {
  defaultRoute,
  GATE_CHECKS,
  type GateOptions,
  requireStepUp,
  type ResolvedRouteOptions,
  resolveRoute,
  ROUTE_CHECKS,
  type RouteOptions,
  SELFIE_ROUTE_CHECKS,
  type SelfieRouteOptions,
} from './options.js';
import { PROBLEM_TYPE_BASE } from './problem.js';
import { LivenessRoute, type RouteContext } from './route.js';
import { StepUpRoute } from './step-up.js';
import { type DrainResult, Traffic } from './traffic.js';

const aDrainTime = integerFrom(0, 600_000);

/** Everything that guarded routes share: one client, one event listener, one policy to start from. */
export class LivenessGate {
  readonly client: DiditClient;
  readonly #base: ResolvedRouteOptions;
  readonly #context: RouteContext;

  /** @internal */
  constructor(context: RouteContext, base: ResolvedRouteOptions) {
    this.client = context.client;
    this.#context = context;
    this.#base = base;
    if (context.client.isSandbox) this.#context.emit(SANDBOX_KEY);
  }

  /**
   * A route with options of its own, laid over those of the gate.
   *
   * @throws {@link InvalidOptionError}
   */
  route(options: SelfieRouteOptions = {}, path = 'route'): LivenessRoute {
    const resolved = resolveRoute(this.#base, path, checkOptions(path, options, SELFIE_ROUTE_CHECKS));
    if (declinesDuplicates(resolved) && !resolved.saveApiRequest) this.#context.emit(DUPLICATES_NOT_ENROLLED);
    return new LivenessRoute(this.#context, resolved);
  }

  /**
   * A route for people who come back from a session, with options of its own.
   *
   * @throws {@link InvalidOptionError}, also when neither these options nor those of the gate name a workflow
   */
  stepUpRoute(options: RouteOptions = {}, path = 'stepUpRoute'): StepUpRoute {
    const resolved = resolveRoute(this.#base, path, checkOptions(path, options, ROUTE_CHECKS));
    return new StepUpRoute(this.#context, resolved, requireStepUp(resolved, path));
  }

  /**
   * Ends without losing what was paid for, for example on SIGTERM: requests that come from now on are answered with 503
   * and `Connection: close`; those on their way get `timeoutMs` to end, and are then stopped and answered with 503; the
   * client is closed, also for other gates that use it. Close the server as well: it is the one that waits for the
   * answers. A second call waits for the first.
   *
   * @param timeoutMs - 0 to 600_000; less than the time until the process is killed
   * @throws {@link InvalidOptionError}
   *
   * @example
   * ```ts
   * import { createServer } from 'node:http';
   * import { createLivenessGate, DiditClient } from '@didit-liveness/core';
   *
   * const gate = createLivenessGate({ client: new DiditClient({ apiKey: 'your key' }) });
   * const server = createServer();
   * process.once('SIGTERM', async () => {
   *   server.close();
   *   await gate.drain(20_000);
   * });
   * ```
   */
  async drain(timeoutMs: number): Promise<DrainResult> {
    if (!aDrainTime.accepts(timeoutMs)) throw invalidOption('gate.drain.timeoutMs', timeoutMs, aDrainTime);
    const result = await this.#context.traffic.drain(timeoutMs);
    await this.close();
    return result;
  }

  /** Closes the client: waits for running checks, refuses new ones. */
  async close(): Promise<void> {
    await this.client.close();
    this.#context.unsubscribe?.();
  }
}

/**
 * Makes the gate that guards routes.
 *
 * @throws {@link InvalidOptionError} naming the option, its value and what is allowed
 *
 * @example
 * ```ts
 * import { createLivenessGate, DiditClient } from '@didit-liveness/core';
 *
 * const gate = createLivenessGate({
 *   client: new DiditClient({ apiKey: 'your key' }),
 *   threshold: 80,
 *   onEvent: (event) => console.log(JSON.stringify(event)),
 * });
 * ```
 */
export function createLivenessGate(options: GateOptions): LivenessGate {
  const checked = checkOptions('gate', options, GATE_CHECKS);
  const { client, onEvent, clock = systemClock, digest = true, includeFaces = false } = checked;
  const typeBase = checked.problemTypeBase ?? PROBLEM_TYPE_BASE;
  const emit = quietly(onEvent);
  const unsubscribe = onEvent && subscribe(client, emit);
  const context = { client, clock, digest, includeFaces, typeBase, emit, unsubscribe, traffic: new Traffic(clock) };
  return new LivenessGate(context, resolveRoute(defaultRoute(), 'gate', checked));
}

function quietly(listener: LivenessEventListener | undefined): LivenessEventListener {
  return (event) => notify(listener, Object.freeze(event));
}

/** A client of an older copy of this package, or one that stands in for it in a test, may tell nothing of itself. */
function subscribe(
  client: Partial<Pick<DiditClient, 'subscribe'>>,
  listener: LivenessEventListener,
): (() => void) | undefined {
  return client.subscribe?.(listener);
}

function declinesDuplicates({ policy }: ResolvedRouteOptions): boolean {
  const { DUPLICATED_FACE, POSSIBLE_DUPLICATED_FACE } = policy.rules.warnings;
  return DUPLICATED_FACE === 'decline' || POSSIBLE_DUPLICATED_FACE === 'decline';
}

const SANDBOX_KEY: ConfigurationEvent = {
  type: 'configuration',
  warning: 'sandbox-key',
  message: 'The API key belongs to a Didit sandbox, which approves every picture without looking at it.',
};

const DUPLICATES_NOT_ENROLLED: ConfigurationEvent = {
  type: 'configuration',
  warning: 'duplicates-not-enrolled',
  message:
    'The policy declines duplicated faces, but saveApiRequest is false, so this gate enrols none: ' +
    'only faces that were saved by other means can be recognised.',
};
