import { inspect } from 'node:util';
import { aClock, type Clock, systemClock } from '../clock.js';
import { aBoolean, aFunction, anObject, aString, checkOptions, integerFrom, type OptionChecks } from '../options.js';
import { decodeHealth, type Health } from '../wire/health.js';
import { DIDIT_AUTH_URL, DiditAccount } from './account.js';
import { AgeEstimation } from './age-estimation.js';
import { webhooks } from '../webhook/verify.js';
import { anApiKey, type ApiKeySource, isSandboxKey, nameAccount, resolveApiKey } from './api-key.js';
import { Billing } from './billing.js';
import { Bulkhead } from './bulkhead.js';
import { Caller } from './caller.js';
import { type CircuitBreakerOptions, createCircuits, resolveCircuitBreaker } from './circuit-breaker.js';
import { type ClientEventListener, ClientEvents } from './client-events.js';
import { FaceMatch } from './face-match.js';
import { FaceSearch } from './face-search.js';
import { resolveOrigin } from './origin.js';
import { PassiveLiveness } from './passive-liveness.js';
import { RetryBudget } from './retry-budget.js';
import { Sessions } from './sessions.js';
import { Transport } from './transport.js';
import { type IdentityRequest, type IdentityResult, verifyIdentity } from './verify-identity.js';
import { Workflows } from './workflows.js';

/** Options of {@link DiditClient}. */
export interface DiditClientOptions {
  /** The key of your Didit application, or a function that is asked for it before every call. Never printed. */
  readonly apiKey: ApiKeySource;
  /**
   * Where the API is. Must be https, unless `allowInsecure` is set and the host is a loopback address.
   * @defaultValue 'https://verification.didit.me'
   */
  readonly baseUrl?: string;
  /** Where accounts are; the same rules. No API key is sent there. @defaultValue 'https://apx.didit.me' */
  readonly authBaseUrl?: string;
  /** Lets both URLs be http on a loopback address, for an emulator. Opens nothing else. @defaultValue false */
  readonly allowInsecure?: boolean;
  /** Milliseconds from the start of a call to its end, all attempts included; 100 to 120_000. @defaultValue 10_000 */
  readonly timeoutMs?: number;
  /** Connections kept to Didit, and so calls that run at once; 1 to 1_024. @defaultValue 64 */
  readonly maxConnections?: number;
  /**
   * Calls that wait for a connection, for half of `timeoutMs` at most; more are refused at once with
   * {@link OverloadedError}.
   * 0 to 100_000. @defaultValue 256
   */
  readonly maxQueuedCalls?: number;
  /** Longest answer that is read, in bytes; 1_024 to 16_777_216. @defaultValue 262_144 */
  readonly maxAnswerBytes?: number;
  /**
   * Sends again, once, when it is unknown whether Didit processed and charged the first request (the connection broke,
   * or a 5xx). **You may pay twice.** @defaultValue false
   */
  readonly retryAmbiguous?: boolean;
  /**
   * Sends again after a 429, which was surely not charged, when the wait that Didit asks for fits into `timeoutMs`. Off
   * for a caller that paces its calls itself: every sending would then go through its own limit. @defaultValue true
   */
  readonly retryRateLimited?: boolean;
  /**
   * Retries that all calls together may make in a row before calls that succeed earn new ones (ten of them one); 0 to
   * 10_000. @defaultValue 20
   */
  readonly retryBudget?: number;
  /** When calls that cost money are stopped because Didit fails; see {@link CircuitBreakerOptions}. */
  readonly circuitBreaker?: CircuitBreakerOptions;
  /**
   * Told when a circuit opens and closes, and when the retries are spent. Gates of the client tell theirs as well.
   * @defaultValue nobody
   */
  readonly onEvent?: ClientEventListener;
  /** Time and chance, for tests. @defaultValue the clock of the process */
  readonly clock?: Clock;
}

/** Where the API is. Source: https://docs.didit.me/standalone-apis/passive-liveness (read 2026-11-22). */
export const DIDIT_BASE_URL = 'https://verification.didit.me';

const DEFAULTS = {
  baseUrl: DIDIT_BASE_URL,
  authBaseUrl: DIDIT_AUTH_URL,
  allowInsecure: false,
  timeoutMs: 10_000,
  maxConnections: 64,
  maxQueuedCalls: 256,
  maxAnswerBytes: 256 * 1024,
  retryAmbiguous: false,
  retryRateLimited: true,
  retryBudget: 20,
  clock: systemClock,
} satisfies Required<Omit<DiditClientOptions, 'apiKey' | 'circuitBreaker' | 'onEvent'>>;

const CHECKS: OptionChecks<DiditClientOptions> = {
  apiKey: anApiKey,
  baseUrl: aString,
  authBaseUrl: aString,
  allowInsecure: aBoolean,
  timeoutMs: integerFrom(100, 120_000),
  maxConnections: integerFrom(1, 1_024),
  maxQueuedCalls: integerFrom(0, 100_000),
  maxAnswerBytes: integerFrom(1_024, 16 * 1024 * 1024),
  retryAmbiguous: aBoolean,
  retryRateLimited: aBoolean,
  retryBudget: integerFrom(0, 10_000),
  circuitBreaker: anObject,
  onEvent: aFunction,
  clock: aClock,
};

/**
 * Talks to Didit. One pool of kept-alive connections to each host; make one client per key and share it.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { DiditClient } from '@didit-liveness/core';
 *
 * const client = new DiditClient({ apiKey: 'your key' });
 * const { liveness } = await client.passiveLiveness.check({ userImage: await readFile('selfie.jpg') });
 * console.log(liveness.status);
 * await client.close();
 * ```
 */
export class DiditClient {
  /** `POST /v3/passive-liveness/` */
  readonly passiveLiveness: PassiveLiveness;
  /** `POST /v3/face-match/` */
  readonly faceMatch: FaceMatch;
  /** `POST /v3/age-estimation/` */
  readonly ageEstimation: AgeEstimation;
  /** `POST /v3/face-search/` */
  readonly faceSearch: FaceSearch;
  /** `/v3/session/` */
  readonly sessions: Sessions;
  /** `/v3/workflows/` */
  readonly workflows: Workflows;
  /** `/v3/billing/` */
  readonly billing: Billing;
  /** Making and opening accounts, on another host and without the key. Closed with the client. */
  readonly account: DiditAccount;
  /** Verifies what Didit sends; the same as the export `webhooks`. */
  readonly webhooks: typeof webhooks = webhooks;
  /** Scheme, host and port that calls go to. */
  readonly origin: string;
  /** The key belongs to a sandbox application: Didit approves every picture. False when it cannot be told. */
  readonly isSandbox: boolean;
  readonly #caller: Caller;
  readonly #events: ClientEvents;
  readonly #accountName: string;

  /**
   * @param path - what the options are called in messages, for whoever passes on options of its own users
   * @throws {@link InvalidOptionError} naming the option, its value (never the key) and what is allowed
   */
  constructor(options: DiditClientOptions, path = 'DiditClient') {
    const checked = checkOptions(path, options, CHECKS);
    const {
      baseUrl,
      allowInsecure,
      timeoutMs,
      clock,
      authBaseUrl,
      circuitBreaker = {},
      ...limits
    } = { ...DEFAULTS, ...checked };
    const apiKey = resolveApiKey(checked.apiKey, `${path}.apiKey`);
    this.origin = resolveOrigin(`${path}.baseUrl`, baseUrl, allowInsecure);
    const authOrigin = resolveOrigin(`${path}.authBaseUrl`, authBaseUrl, allowInsecure);
    this.isSandbox = isSandboxKey(apiKey);
    this.#accountName = nameAccount(this.origin, apiKey);
    this.#events = new ClientEvents(clock);
    if (checked.onEvent) this.#events.add(checked.onEvent);
    const circuits = resolveCircuitBreaker(`${path}.circuitBreaker`, circuitBreaker);
    this.#caller = createCaller({ ...limits, circuits, origin: this.origin, apiKey, timeoutMs, clock }, this.#events);
    this.passiveLiveness = new PassiveLiveness(this.#caller);
    this.faceMatch = new FaceMatch(this.#caller);
    this.ageEstimation = new AgeEstimation(this.#caller);
    this.faceSearch = new FaceSearch(this.#caller);
    this.sessions = new Sessions(this.#caller);
    this.workflows = new Workflows(this.#caller);
    this.billing = new Billing(this.#caller);
    this.account = new DiditAccount({ baseUrl: authOrigin, allowInsecure, timeoutMs, clock });
  }

  /**
   * Whether the selfie is live **and** shows the person of another picture: the check of the selfie, and the comparison
   * only if the policy approves it. Pays for one call when the first step declines, else for two.
   *
   * @throws {@link InvalidOptionError} and {@link ImageRefusedError} for arguments that cannot be used; nothing is sent
   * @throws an {@link AnyCallError} when the first step gave no usable answer
   * @throws {@link IdentityIncompleteError} when the second gave none; it carries the answer of the first
   */
  async verifyIdentity(request: IdentityRequest): Promise<IdentityResult> {
    return verifyIdentity(this, request);
  }

  /** Tells a gate what the client tells of itself, until the returned function is called. @internal */
  subscribe(listener: ClientEventListener): () => void {
    return this.#events.add(listener);
  }

  /** The same for every client of the same key at the same origin. @internal */
  get accountName(): string {
    return this.#accountName;
  }

  /**
   * Whether Didit can be reached and says that it works. Needs no key, sends none, and spends nothing.
   *
   * @throws an {@link AnyCallError}
   */
  async health(): Promise<Health> {
    return this.#caller.run({
      method: 'GET',
      path: '/system/healthcheck',
      effect: 'read',
      topic: 'data',
      keyless: true,
      decode: decodeHealth,
    });
  }

  /** Refuses new calls, waits for running ones, and closes the connections. */
  async close(): Promise<void> {
    await Promise.all([this.#caller.close(), this.account.close()]);
  }

  /** What `console.log` prints: where calls go, and nothing else. */
  [inspect.custom](): string {
    return `DiditClient { origin: '${this.origin}' }`;
  }

  toJSON(): Record<string, unknown> {
    return { origin: this.origin };
  }
}

/** Options of a client that its calls depend on, complete. */
type CallLimits = Required<
  Pick<
    DiditClientOptions,
    | 'timeoutMs'
    | 'maxConnections'
    | 'maxQueuedCalls'
    | 'maxAnswerBytes'
    | 'retryAmbiguous'
    | 'retryRateLimited'
    | 'retryBudget'
    | 'clock'
  >
>;

interface CallerParts extends CallLimits, Pick<DiditClientOptions, 'apiKey'> {
  readonly origin: string;
  readonly circuits: Required<CircuitBreakerOptions>;
}

function createCaller({ circuits, ...parts }: CallerParts, events: ClientEvents): Caller {
  const { clock, timeoutMs, maxConnections, maxQueuedCalls, retryBudget } = parts;
  return new Caller({
    ...parts,
    transport: new Transport(parts),
    retryBudget: new RetryBudget(retryBudget, () => events.tell({ type: 'retry-budget-spent' })),
    bulkhead: new Bulkhead({ maxRunning: maxConnections, maxWaiting: maxQueuedCalls, maxWaitMs: timeoutMs / 2, clock }),
    circuitOf: createCircuits({
      ...circuits,
      clock,
      tell: (endpoint, change) => events.tell({ type: 'circuit', endpoint, ...change }),
    }),
  });
}
