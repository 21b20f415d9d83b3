import { inspect } from 'node:util';
import { aClock, type Clock, systemClock } from '../clock.js';
import { InvalidOptionError } from '../errors.js';
import { aBoolean, aString, checkOptions, integerFrom, type OptionChecks } from '../options.js';
import { webhooks } from '../webhook/verify.js';
import { anApiKey, type ApiKeySource, isSandboxKey, nameAccount, resolveApiKey } from './api-key.js';
import { Caller } from './caller.js';
import { PassiveLiveness } from './passive-liveness.js';
import { Transport } from './transport.js';

/** Options of {@link DiditClient}. */
export interface DiditClientOptions {
  /** The key of your Didit application, or a function that is asked for it before every call. Never printed. */
  readonly apiKey: ApiKeySource;
  /**
   * Where the API is. Must be https, unless `allowInsecure` is set and the host is a loopback address.
   * @defaultValue 'https://verification.didit.me'
   */
  readonly baseUrl?: string;
  /** Lets `baseUrl` be http on a loopback address, for an emulator. Opens nothing else. @defaultValue false */
  readonly allowInsecure?: boolean;
  /** Milliseconds from the start of a call to its end, all attempts included; 100 to 120_000. @defaultValue 10_000 */
  readonly timeoutMs?: number;
  /** Connections kept to Didit; calls beyond it wait, within their deadline; 1 to 1_024. @defaultValue 64 */
  readonly maxConnections?: number;
  /** Longest answer that is read, in bytes; 1_024 to 16_777_216. @defaultValue 262_144 */
  readonly maxAnswerBytes?: number;
  /**
   * Sends again, once, when it is unknown whether Didit processed and charged the first request (the connection broke,
   * or a 5xx). **You may pay twice.** @defaultValue false
   */
  readonly retryAmbiguous?: boolean;
  /** Time and chance, for tests. @defaultValue the clock of the process */
  readonly clock?: Clock;
}

/** Where the API is. Source: https://docs.didit.me/standalone-apis/passive-liveness (read 2026-11-22). */
export const DIDIT_BASE_URL = 'https://verification.didit.me';

const DEFAULTS = {
  baseUrl: DIDIT_BASE_URL,
  allowInsecure: false,
  timeoutMs: 10_000,
  maxConnections: 64,
  maxAnswerBytes: 256 * 1024,
  retryAmbiguous: false,
  clock: systemClock,
} satisfies Required<Omit<DiditClientOptions, 'apiKey'>>;

const CHECKS: OptionChecks<DiditClientOptions> = {
  apiKey: anApiKey,
  baseUrl: aString,
  allowInsecure: aBoolean,
  timeoutMs: integerFrom(100, 120_000),
  maxConnections: integerFrom(1, 1_024),
  maxAnswerBytes: integerFrom(1_024, 16 * 1024 * 1024),
  retryAmbiguous: aBoolean,
  clock: aClock,
};

/**
 * Talks to Didit. One pool of kept-alive connections; make one client per key and share it.
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
  /** Verifies what Didit sends; the same as the export `webhooks`. */
  readonly webhooks: typeof webhooks = webhooks;
  /** Scheme, host and port that calls go to. */
  readonly origin: string;
  /** The key belongs to a sandbox application: Didit approves every picture. False when it cannot be told. */
  readonly isSandbox: boolean;
  readonly #caller: Caller;
  readonly #account: string;

  /** @throws {@link InvalidOptionError} naming the option, its value (never the key) and what is allowed */
  constructor(options: DiditClientOptions) {
    const checked = checkOptions('DiditClient', options, CHECKS);
    const { baseUrl, allowInsecure, timeoutMs, maxConnections, maxAnswerBytes, retryAmbiguous, clock } = {
      ...DEFAULTS,
      ...checked,
    };
    const apiKey = resolveApiKey(checked.apiKey);
    this.origin = resolveOrigin(baseUrl, allowInsecure);
    this.isSandbox = isSandboxKey(apiKey);
    this.#account = nameAccount(this.origin, apiKey);
    const transport = new Transport({ origin: this.origin, maxConnections, maxAnswerBytes });
    this.#caller = new Caller({ transport, apiKey, timeoutMs, retryAmbiguous, clock });
    this.passiveLiveness = new PassiveLiveness(this.#caller);
  }

  /** The same for every client of the same key at the same origin. @internal */
  get account(): string {
    return this.#account;
  }

  /** Refuses new calls, waits for running ones, and closes the connections. */
  async close(): Promise<void> {
    await this.#caller.close();
  }

  /** What `console.log` prints: where calls go, and nothing else. */
  [inspect.custom](): string {
    return `DiditClient { origin: '${this.origin}' }`;
  }

  toJSON(): Record<string, unknown> {
    return { origin: this.origin };
  }
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** @throws {@link InvalidOptionError} unless the URL is a bare https origin, or http on loopback where that is allowed */
function resolveOrigin(baseUrl: string, allowInsecure: boolean): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const isBare = url && url.pathname === '/' && `${url.username}${url.password}${url.search}${url.hash}` === '';
  if (!isBare) {
    throw new InvalidOptionError(
      'DiditClient.baseUrl is not a bare origin; allowed: scheme, host and port, without user, path, query or fragment',
      'DiditClient.baseUrl',
    );
  }
  const isLocal = url.protocol === 'http:' && LOOPBACK.test(url.hostname);
  if (url.protocol !== 'https:' && !(isLocal && allowInsecure)) {
    throw new InvalidOptionError(
      `DiditClient.baseUrl is ${url.origin}; allowed: https, or http on a loopback address with allowInsecure: true`,
      'DiditClient.baseUrl',
    );
  }
  return url.origin;
}
