import { inspect } from 'node:util';
import { aClock, type Clock, systemClock } from '../clock.js';
import { InvalidOptionError } from '../errors.js';
import { aBoolean, aString, aUuid, checkOptions, integerFrom, invalidOption, type OptionChecks } from '../options.js';
import {
  type AccountTokens,
  type Application,
  type Credentials,
  decodeApplications,
  decodeCredentials,
  decodeLogin,
  decodeOrganizations,
  decodeRegisteredAccount,
  decodeRegistration,
  decodeTokens,
  type Organization,
  type RegisteredAccount,
  type Registration,
  type TwoFactorChallenge,
} from '../wire/account.js';
import {
  APPLICATIONS_CHECKS,
  type ApplicationsRequest,
  CODE_CHECKS,
  CREDENTIALS_CHECKS,
  type CredentialsRequest,
  type EmailAndCode,
  type EmailAndPassword,
  LOGIN_CHECKS,
  ORGANIZATIONS_CHECKS,
  type OrganizationsRequest,
  RESEND_CHECKS,
  type ResendCodeRequest,
  SECOND_FACTOR_CHECKS,
  type TwoFactorRequest,
} from './account-requests.js';
import { encodeJson } from './body.js';
import { Bulkhead } from './bulkhead.js';
import { type Call, Caller } from './caller.js';
import { resolveOrigin } from './origin.js';
import { passwordProblems } from './password.js';
import { RetryBudget } from './retry-budget.js';
import { Transport } from './transport.js';

/** Options of {@link DiditAccount}. */
export interface DiditAccountOptions {
  /**
   * Where accounts are. Must be https, unless `allowInsecure` is set and the host is a loopback address.
   * @defaultValue 'https://apx.didit.me'
   */
  readonly baseUrl?: string;
  /** Lets `baseUrl` be http on a loopback address, for an emulator. Opens nothing else. @defaultValue false */
  readonly allowInsecure?: boolean;
  /** Milliseconds from the start of a call to its end, all attempts included; 100 to 120_000. @defaultValue 10_000 */
  readonly timeoutMs?: number;
  /** Time and chance, for tests. @defaultValue the clock of the process */
  readonly clock?: Clock;
}

/** Where accounts are. Source: https://docs.didit.me/auth-api/register (read 2026-11-22). */
export const DIDIT_AUTH_URL = 'https://apx.didit.me';

/** Calls that run at once. Nobody makes accounts by the thousand: more than this is a mistake, and told at once. */
const MAX_RUNNING = 8;
const MAX_WAITING = 64;
const MAX_RETRIES = 8;

const DEFAULTS = {
  baseUrl: DIDIT_AUTH_URL,
  allowInsecure: false,
  timeoutMs: 10_000,
  clock: systemClock,
} satisfies Required<DiditAccountOptions>;

const CHECKS: OptionChecks<DiditAccountOptions> = {
  baseUrl: aString,
  allowInsecure: aBoolean,
  timeoutMs: integerFrom(100, 120_000),
  clock: aClock,
};

const ORGANIZATIONS_PATH = '/auth/v2/organizations/me/';

/**
 * Makes and opens accounts at Didit. Another host than the API, to which no API key is ever sent. No call spends money;
 * none that changes something is sent twice when its answer is lost.
 *
 * @example
 * ```ts
 * import { DiditAccount } from '@didit-liveness/core';
 *
 * const account = new DiditAccount();
 * await account.register({ email: 'you@your-company.com', password: 'a good one' });
 * const { apiKey } = await account.verifyEmail({ email: 'you@your-company.com', code: 'A1B2C3' });
 * await account.close();
 * ```
 */
export class DiditAccount {
  /** Scheme, host and port that calls go to. */
  readonly origin: string;
  readonly #caller: Caller;

  /** @throws {@link InvalidOptionError} naming the option, its value and what is allowed */
  constructor(options: DiditAccountOptions = {}) {
    const checked = checkOptions('DiditAccount', options, CHECKS);
    const { baseUrl, allowInsecure, timeoutMs, clock } = { ...DEFAULTS, ...checked };
    this.origin = resolveOrigin('DiditAccount.baseUrl', baseUrl, allowInsecure);
    const transport = new Transport({
      origin: this.origin,
      maxAnswerBytes: 256 * 1024,
    });
    this.#caller = new Caller({
      transport,
      timeoutMs,
      // A limit of this host is a lock-out or a few tries an hour: trying again by itself would make it worse.
      retryRateLimited: false,
      retryBudget: new RetryBudget(MAX_RETRIES, () => {}),
      bulkhead: new Bulkhead({ maxRunning: MAX_RUNNING, maxWaiting: MAX_WAITING, maxWaitMs: timeoutMs / 2, clock }),
      clock,
    });
  }

  /**
   * Makes an account; Didit mails a code. At most five times an hour from one address.
   *
   * @throws {@link InvalidOptionError} that names every rule the password breaks, and never the password
   * @throws an {@link AnyCallError}; its `complaints` say what Didit does not like
   */
  async register(request: EmailAndPassword): Promise<RegisteredAccount> {
    const { email, password } = checkOptions('register', request, LOGIN_CHECKS);
    const problems = passwordProblems(password);
    if (problems.length > 0) {
      const message = `register.password needs ${problems.join(', ')}`;
      throw new InvalidOptionError(message, 'register.password');
    }
    return this.#post('programmatic/register', { email, password }, decodeRegisteredAccount);
  }

  /**
   * Proves the address, and gives the key of the first application.
   *
   * @throws an {@link AnyCallError}
   */
  async verifyEmail(request: EmailAndCode): Promise<Registration> {
    const { email, code } = checkOptions('verifyEmail', request, CODE_CHECKS);
    return this.#post('programmatic/verify-email', { email, code }, decodeRegistration);
  }

  /**
   * Has another code mailed; at most once a minute.
   *
   * @throws an {@link AnyCallError}
   */
  async resendCode(request: ResendCodeRequest): Promise<void> {
    const { email, password } = checkOptions('resendCode', request, RESEND_CHECKS);
    return this.#post('programmatic/resend-otp', { email, password }, () => undefined);
  }

  /**
   * Opens an account. Five wrong passwords lock it for a while; `retryAfterMs` of the error says how long, if Didit does.
   *
   * @returns tokens, or what {@link DiditAccount.verifyTwoFactor} needs
   * @throws an {@link AnyCallError}
   */
  async login(request: EmailAndPassword): Promise<AccountTokens | TwoFactorChallenge> {
    const { email, password } = checkOptions('login', request, LOGIN_CHECKS);
    return this.#post('programmatic/login', { email, password }, decodeLogin);
  }

  /**
   * The second step of a login.
   *
   * @throws an {@link AnyCallError}
   */
  async verifyTwoFactor(request: TwoFactorRequest): Promise<AccountTokens> {
    const { tempToken, code } = checkOptions('verifyTwoFactor', request, SECOND_FACTOR_CHECKS);
    return this.#post('2fa/verify', { temp_token: tempToken, otp_token: code }, decodeTokens);
  }

  /**
   * The organisations of an account.
   *
   * @throws an {@link AnyCallError}
   */
  async organizations(request: OrganizationsRequest): Promise<readonly Organization[]> {
    const { accessToken } = checkOptions('organizations', request, ORGANIZATIONS_CHECKS);
    return this.#get(ORGANIZATIONS_PATH, accessToken, decodeOrganizations);
  }

  /**
   * The applications of an organisation, without their keys.
   *
   * @throws an {@link AnyCallError}
   */
  async applications(request: ApplicationsRequest): Promise<readonly Application[]> {
    const { accessToken, organizationId } = checkOptions('applications', request, APPLICATIONS_CHECKS);
    return this.#get(`${ORGANIZATIONS_PATH}${organizationId}/applications/`, accessToken, decodeApplications);
  }

  /**
   * The key of an application.
   *
   * @throws {@link InvalidOptionError} when an id was left out and there is not exactly one to choose
   * @throws an {@link AnyCallError}
   */
  async credentials(request: CredentialsRequest): Promise<Credentials> {
    const { accessToken, ...ids } = checkOptions('credentials', request, CREDENTIALS_CHECKS);
    const organizationId =
      ids.organizationId ?? theOnlyOne(await this.organizations({ accessToken }), 'credentials.organizationId');
    const applicationId =
      ids.applicationId ??
      theOnlyOne(await this.applications({ accessToken, organizationId }), 'credentials.applicationId');
    const path = `${ORGANIZATIONS_PATH}${organizationId}/applications/${applicationId}/`;
    return this.#get(path, accessToken, (body) => decodeCredentials(body, organizationId));
  }

  /** Refuses new calls, waits for running ones, and closes the connections. */
  async close(): Promise<void> {
    await this.#caller.close();
  }

  /** What `console.log` prints: where calls go, and nothing else. */
  [inspect.custom](): string {
    return `DiditAccount { origin: '${this.origin}' }`;
  }

  toJSON(): Record<string, unknown> {
    return { origin: this.origin };
  }

  #post<Response>(
    name: string,
    body: Readonly<Record<string, string | undefined>>,
    decode: Call<Response>['decode'],
  ): Promise<Response> {
    // The address may come back: whoever complains of it says which.
    const { email: _, ...rest } = body;
    return this.#caller.run({
      method: 'POST',
      path: `/auth/v2/${name}/`,
      effect: 'write',
      topic: 'account',
      statuses: [200, 201],
      body: encodeJson(body),
      secrets: Object.values(rest),
      decode,
    });
  }

  #get<Response>(path: string, accessToken: string, decode: Call<Response>['decode']): Promise<Response> {
    return this.#caller.run({
      method: 'GET',
      path,
      effect: 'read',
      topic: 'account',
      headers: [['authorization', `Bearer ${accessToken}`]],
      secrets: [accessToken],
      decode,
    });
  }
}

/** The id of the only entry, since nobody is to guess among several; checked, as it goes into a path. */
function theOnlyOne(entries: readonly { readonly id: string }[], option: string): string {
  const [only, ...others] = entries;
  if (only && others.length === 0 && aUuid.accepts(only.id)) return only.id;
  throw invalidOption(option, undefined, { allowed: `the id of one of the ${entries.length} that there are` });
}
