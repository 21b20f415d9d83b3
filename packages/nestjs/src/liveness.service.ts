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
  type LivenessRoute,
  type LivenessVerdict,
  type Policy,
  type PolicyOptions,
  type Selfie,
  type SelfieReading,
  type SelfieRouteOptions,
  type StepUpGuard,
  warnAbout,
} from '@didit-liveness/core';
import {
  type ExecutionContext,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationShutdown,
} from '@nestjs/common';
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
export interface CheckOptions extends SelfieRouteOptions, Omit<Attempt, 'read'> {
  /** A route from {@link LivenessService.route}, in place of the route options. */
  readonly route?: LivenessRoute;
}

const MODULE = 'LivenessModule';

/** Time that running checks get when the application ends, in milliseconds. */
const DRAIN_MS = 30_000;

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
export class LivenessService implements BeforeApplicationShutdown, OnApplicationShutdown {
  /** Every decision, for audit and review; holds no picture, score or form field. Ends when the application does. */
  readonly decisions$: Observable<DecidedEvent>;
  /** Everything that happens to requests: decisions, refusals, failed calls, hang-ups. */
  readonly events$: Observable<LivenessEvent>;
  /** For the health indicator. @internal */
  readonly callRecord: CallRecord = new CallRecord();
  readonly #events = new Subject<LivenessEvent>();
  readonly #warnings = new Set<string>();
  readonly #routes = new WeakMap<SelfieRouteOptions, LivenessRoute>();
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
      circuitBreaker,
      onEvent,
      digest,
      includeFaces,
      problemTypeBase,
      webhookSecret: _,
      webhookInbox: __,
      ...route
    } = checked;
    const logger = new Logger(MODULE);
    const listener = onEvent ?? warnAbout({ env: process.env, warn: (message) => logger.warn(message) });
    this.#gate = createLivenessGate({
      client: client ?? createClient(checked),
      onEvent: (event) => this.#tell(event, listener),
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
    const { route, signal, correlationId, validate, subject, hintText, referenceImage, refuse, ...routeOptions } =
      options;
    if (!route && this.#base.options.match && !referenceImage) throw referenceMissing();
    const attempt = definedOnly({ signal, correlationId, validate, subject, hintText, referenceImage, refuse });
    return (route ?? this.#routeFor(options, routeOptions)).check({ read: toReader(selfie), ...attempt });
  }

  /**
   * Compiles route options, laid over those of the module, for many calls of {@link LivenessService.check}.
   *
   * @throws InvalidOptionError
   */
  route(options: SelfieRouteOptions = {}): LivenessRoute {
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

  /**
   * Refuses new checks, with `Connection: close`, before the server is closed: Nest waits for its connections, which
   * clients would go on using.
   */
  beforeApplicationShutdown(): void {
    this.#closing ??= this.#close();
  }

  /** Gives running checks half a minute to end, then closes the client and ends the streams. */
  async onApplicationShutdown(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    await this.#gate.drain(DRAIN_MS);
    this.#events.complete();
  }

  /** Ad hoc options are compiled once for as long as the caller uses the same object. */
  #routeFor(key: CheckOptions, options: SelfieRouteOptions): LivenessRoute {
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
  const { baseUrl, allowInsecure, timeoutMs, circuitBreaker } = options;
  const own = definedOnly({ baseUrl, allowInsecure, timeoutMs, circuitBreaker });
  return new DiditClient({ apiKey, ...own }, MODULE);
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

type Defined<Value> = { [Name in keyof Value]?: Exclude<Value[Name], undefined> };

function definedOnly<Value extends object>(value: Value): Defined<Value> {
  // Only entries were left out, so the rest have their own types.
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Defined<Value>;
}
