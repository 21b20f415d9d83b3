import { randomUUID } from 'node:crypto';
import {
  type Attempt,
  createLivenessGate,
  createStepUpGuard,
  type DecidedEvent,
  type Decision,
  decide,
  DiditClient,
  type GateResult,
  InvalidOptionError,
  type LivenessEvent,
  type LivenessGate,
  LivenessRefusal,
  type LivenessRoute,
  type LivenessVerdict,
  type Policy,
  type PolicyOptions,
  PROBLEMS,
  type RouteOptions,
  type Selfie,
  type SelfieReading,
  type StepUpGuard,
} from '@didit-liveness/core';
import { type ExecutionContext, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { filter, type Observable, Subject } from 'rxjs';
import { CallRecord } from './call-record.js';
import { checkModuleOptions, type LivenessModuleOptions } from './module-options.js';
import { type LayeredGuard, layOver, type OptionLayer } from './option-layers.js';
import type { StepUpRouteOptions } from './step-up-options.js';

/** A picture for {@link LivenessService.check}: its bytes, or anything that has them, or a function that reads them. */
export type SelfieInput =
  | Uint8Array
  | readonly Uint8Array[]
  | { readonly chunks: readonly Uint8Array[]; readonly fields?: Selfie['fields'] }
  | (() => Promise<SelfieReading>);

/** How one picture is to be checked. Route options are laid over those of the module. */
export interface CheckOptions extends RouteOptions, Omit<Attempt, 'read'> {
  /** A route from {@link LivenessService.route}, in place of the route options. */
  readonly route?: LivenessRoute;
}

const MODULE = 'LivenessModule';
const RETRY_AFTER_SECONDS = 10;

/**
 * Checks pictures, in and outside of guarded routes. One client, one policy, one stream of decisions per module.
 *
 * @example
 * ```ts
 * import { Injectable } from '@nestjs/common';
 * import { LivenessException, LivenessService } from '@didit-liveness/nestjs';
 *
 * @Injectable()
 * export class Enrolment {
 *   constructor(private readonly liveness: LivenessService) {}
 *
 *   async enrol(picture: Buffer): Promise<string> {
 *     const result = await this.liveness.check(picture, { threshold: 90 });
 *     if (result.kind === 'refused') throw new LivenessException(result.refusal);
 *     return result.kind;
 *   }
 * }
 * ```
 */
export class LivenessService implements OnApplicationShutdown {
  /** Every decision, for audit and review; holds no picture, score or form field. Ends when the application does. */
  readonly decisions$: Observable<DecidedEvent>;
  /** Everything that happens to requests: decisions, refusals, failed calls, hang-ups. */
  readonly events$: Observable<LivenessEvent>;
  /** For the health indicator. @internal */
  readonly callRecord: CallRecord = new CallRecord();
  readonly #events = new Subject<LivenessEvent>();
  readonly #warnings = new Set<string>();
  readonly #running = new Set<Promise<unknown>>();
  readonly #routes = new WeakMap<RouteOptions, LivenessRoute>();
  readonly #gate: LivenessGate;
  readonly #base: OptionLayer;
  readonly #route: LivenessRoute;
  #closing: Promise<void> | undefined;

  /** @throws InvalidOptionError for options that cannot be used, and for a missing key */
  constructor(options: LivenessModuleOptions = {}) {
    const checked = checkModuleOptions(options);
    const {
      apiKey,
      client,
      baseUrl,
      allowInsecure,
      timeoutMs,
      onEvent,
      digest,
      includeFaces,
      problemTypeBase,
      webhookSecret: _,
      webhookInbox: __,
      ...route
    } = checked;
    this.#gate = createLivenessGate({
      client: client ?? createClient(checked),
      onEvent: (event) => this.#tell(event, onEvent ?? warn),
      ...definedOnly({ digest, includeFaces, problemTypeBase }),
    });
    this.events$ = this.#events.asObservable();
    this.decisions$ = this.events$.pipe(filter((event): event is DecidedEvent => event.type === 'decided'));
    this.#base = { name: MODULE, options: route };
    this.#route = this.layered([]).guard.route;
  }

  /** The client that asks Didit, for calls without a policy. */
  get client(): DiditClient {
    return this.#gate.client;
  }

  /**
   * Takes one picture through inspection, `validate`, the paid call and the policy. Pays at most once, and nothing for
   * what can be refused for free.
   *
   * @returns `passed` with the result; `refused` with the reason, which a `LivenessException` answers with; `aborted`
   * when `signal` was
   * @throws InvalidOptionError for options that cannot be used, and whatever `validate` and `subject` throw
   */
  async check(selfie: SelfieInput, options: CheckOptions = {}): Promise<GateResult> {
    const { route, signal, correlationId, validate, subject, hintText, referenceImage, ...routeOptions } = options;
    if (!route && this.#base.options.match && !referenceImage) throw referenceMissing();
    if (this.#closing) return { kind: 'refused', refusal: closedRefusal(correlationId) };
    const attempt = definedOnly({ signal, correlationId, validate, subject, hintText, referenceImage });
    const check = (route ?? this.#routeFor(options, routeOptions)).check({ read: toReader(selfie), ...attempt });
    this.#running.add(check);
    try {
      return await check;
    } finally {
      this.#running.delete(check);
    }
  }

  /**
   * Compiles route options, laid over those of the module, for many calls of {@link LivenessService.check}.
   *
   * @throws InvalidOptionError
   */
  route(options: RouteOptions = {}): LivenessRoute {
    return this.layered([{ name: 'LivenessService', options }]).guard.route;
  }

  /** What a policy says of a verdict; pure. Policy options are laid over the policy of the module. */
  decide(verdict: LivenessVerdict, policy?: PolicyOptions | Policy): Decision {
    return decide(policy === undefined ? this.#route.policy : this.route({ policy }).policy, verdict);
  }

  /** A guard whose options are laid over those of the module. @internal */
  layered(layers: readonly OptionLayer[]): LayeredGuard {
    return layOver(this.#gate, [this.#base, ...layers]);
  }

  /** A guard for people who come back from a session, with options laid over those of the module. @internal */
  stepUpGuard(options: StepUpRouteOptions, name: string): StepUpGuard<ExecutionContext, []> {
    const { threshold, policy, ...own } = options;
    const layers = [this.#base, { name, options: definedOnly({ threshold, policy }) }];
    const { onReview, stepUp, subject, correlationId } = this.#base.options;
    const merged = {
      ...definedOnly({ stepUp, subject, correlationId, onReview: onReview === 'pass' ? onReview : undefined }),
      ...definedOnly(own),
      policy: layOver(this.#gate, layers).guard.route.policy,
      gate: this.#gate,
    };
    return createStepUpGuard<ExecutionContext, []>(merged, { name, env: {}, warn: () => {} }, sessionIdOf);
  }

  /** Refuses new checks, lets running ones finish, then closes the client and ends the streams. */
  async onApplicationShutdown(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#running);
    await this.#gate.close();
    this.#events.complete();
  }

  /** Ad hoc options are compiled once for as long as the caller uses the same object. */
  #routeFor(key: CheckOptions, options: RouteOptions): LivenessRoute {
    if (Object.keys(options).length === 0) return this.#route;
    const known = this.#routes.get(key) ?? this.route(options);
    this.#routes.set(key, known);
    return known;
  }

  /** A warning about the configuration is told once, however many routes deserve it. */
  #tell(event: LivenessEvent, listener: (event: LivenessEvent) => void): void {
    if (event.type === 'configuration') {
      if (this.#warnings.has(event.warning)) return;
      this.#warnings.add(event.warning);
    }
    this.callRecord.note(event);
    this.#events.next(event);
    listener(event);
  }
}

function createClient({ apiKey = process.env['DIDIT_API_KEY'], ...options }: LivenessModuleOptions): DiditClient {
  if (apiKey === undefined || apiKey === '') {
    throw new InvalidOptionError(
      'LivenessModule: there is no API key; set the environment variable DIDIT_API_KEY, or give apiKey or client',
      'LivenessModule.apiKey',
    );
  }
  const { baseUrl, allowInsecure, timeoutMs } = options;
  return new DiditClient({ apiKey, ...definedOnly({ baseUrl, allowInsecure, timeoutMs }) });
}

/** Without a listener, what deserves a look is at least shown; a sandbox key only where it would open a real door. */
function warn(event: LivenessEvent): void {
  if (event.type !== 'configuration') return;
  if (event.warning === 'sandbox-key' && process.env['NODE_ENV'] !== 'production') return;
  new Logger('LivenessModule').warn(event.message);
}

function toReader(selfie: SelfieInput): () => Promise<SelfieReading> {
  if (typeof selfie === 'function') return selfie;
  const { chunks, fields } = toChunks(selfie);
  const size = chunks.reduce((total, chunk) => total + chunk.length, 0);
  return () => Promise.resolve({ kind: 'selfie', selfie: { chunks, size, fields } });
}

function toChunks(selfie: Exclude<SelfieInput, () => unknown>): Pick<Selfie, 'chunks' | 'fields'> {
  const chunks = selfie instanceof Uint8Array ? [selfie] : 'chunks' in selfie ? selfie.chunks : selfie;
  if (!Array.isArray(chunks) || !chunks.every((chunk) => chunk instanceof Uint8Array)) {
    throw new InvalidOptionError(
      'The selfie is not a picture; allowed: a Buffer, an array of Uint8Array, a SelfieFile, or a function that reads one',
      'selfie',
    );
  }
  return { chunks, fields: 'fields' in selfie ? (selfie.fields ?? {}) : {} };
}

function sessionIdOf(context: ExecutionContext): unknown {
  // Both platforms put the parsed query there.
  const { query } = context.switchToHttp().getRequest<{ readonly query?: Readonly<Record<string, unknown>> }>();
  return query?.['verificationSessionId'];
}

/** The function of the module takes a context of Nest, which a call from anywhere does not have. */
function referenceMissing(): InvalidOptionError {
  return new InvalidOptionError(
    'LivenessService.check: referenceImage is missing, and the module demands a match; allowed: a function that gives it',
    'LivenessService.referenceImage',
  );
}

/** As if Didit could not be reached: the application ends, and another instance may answer. */
function closedRefusal(correlationId: string = randomUUID()): LivenessRefusal {
  const code = 'liveness-unavailable';
  const problem = { type: `urn:problem-type:didit-liveness:${code}`, ...PROBLEMS[code], code, correlationId } as const;
  return new LivenessRefusal(problem, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}

type Defined<Value> = { [Name in keyof Value]?: Exclude<Value[Name], undefined> };

function definedOnly<Value extends object>(value: Value): Defined<Value> {
  // Only entries were left out, so the rest have their own types.
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Defined<Value>;
}
