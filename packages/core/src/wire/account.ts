import {
  decodeBoolean,
  decodeJson,
  decodeList,
  decodeNullable,
  decodeNumber,
  decodeObject,
  decodeString,
  member,
  UndecodableError,
  type WireObject,
} from './decoding.js';
import { stringOrNull } from './frame.js';
import { withHidden } from './hidden.js';

/** An account that waits for the code from its mail. */
export interface RegisteredAccount {
  readonly email: string;
  /** What Didit says about it; for people to read. */
  readonly message: string | null;
}

/** An organisation of an account. */
export interface Organization {
  readonly id: string;
  readonly name: string | null;
}

/** An application of an organisation; what an API key belongs to. */
export interface Application {
  readonly id: string;
  readonly name: string | null;
  readonly clientId: string | null;
}

/** Tokens of a person's account; they open nothing but the host for accounts. */
export interface AccountTokens {
  /** Says that the login is complete. */
  readonly kind: 'tokens';
  readonly expiresInSeconds: number | null;
  /** Read it by name; nothing prints it. */
  readonly accessToken: string;
  /** Read it by name; nothing prints it. */
  readonly refreshToken: string | null;
}

/** A login that asks for a second factor. */
export interface TwoFactorChallenge {
  /** Says that the login is not complete. */
  readonly kind: 'two-factor';
  readonly hasAuthenticator: boolean;
  readonly hasPasskeys: boolean;
  /** For the second step, within five minutes. Read it by name; nothing prints it. */
  readonly tempToken: string;
}

/** A new account with its first application. */
export interface Registration {
  readonly expiresInSeconds: number | null;
  readonly organization: Organization | null;
  readonly application: Application | null;
  /** The key for {@link DiditClient}. Read it by name; nothing prints it. */
  readonly apiKey: string;
  /** Read it by name; nothing prints it. */
  readonly accessToken: string;
  /** Read it by name; nothing prints it. */
  readonly refreshToken: string | null;
}

/** An application with its key. */
export interface Credentials extends Application {
  readonly organizationId: string;
  /** The key for {@link DiditClient}. Read it by name; nothing prints it. */
  readonly apiKey: string;
}

/** @throws {@link UndecodableError} */
export function decodeRegisteredAccount(body: Uint8Array): RegisteredAccount {
  const answer = decodeObject(decodeJson(body), 'the body');
  return Object.freeze({
    email: decodeString(member(answer, 'email'), 'email'),
    message: stringOrNull(member(answer, 'message')),
  });
}

/** The key is a member of the application; older answers have it beside. @throws {@link UndecodableError} */
export function decodeRegistration(body: Uint8Array): Registration {
  const answer = decodeObject(decodeJson(body), 'the body');
  const application = decodeNullable(member(answer, 'application'), 'application', decodeObject);
  const shown = {
    expiresInSeconds: decodeNullable(member(answer, 'expires_in'), 'expires_in', decodeNumber),
    organization: decodeNullable(member(answer, 'organization'), 'organization', decodeOrganization),
    application: decodeNullable(application, 'application', decodeApplication),
  };
  return withHidden(shown, {
    apiKey: decodeSecret((application && member(application, 'api_key')) ?? member(answer, 'api_key'), 'api_key'),
    accessToken: decodeSecret(member(answer, 'access_token'), 'access_token'),
    refreshToken: decodeNullable(member(answer, 'refresh_token'), 'refresh_token', decodeSecret),
  });
}

/** What a login gives. @throws {@link UndecodableError} */
export function decodeLogin(body: Uint8Array): AccountTokens | TwoFactorChallenge {
  const answer = decodeObject(decodeJson(body), 'the body');
  return member(answer, '2fa_required') === true ? decodeChallenge(answer) : tokensOf(answer);
}

/** What the second factor gives. @throws {@link UndecodableError} */
export function decodeTokens(body: Uint8Array): AccountTokens {
  return tokensOf(decodeObject(decodeJson(body), 'the body'));
}

/** @throws {@link UndecodableError} */
export function decodeOrganizations(body: Uint8Array): readonly Organization[] {
  return decodeList(decodeJson(body), 'the body', decodeOrganization);
}

/** @throws {@link UndecodableError} */
export function decodeApplications(body: Uint8Array): readonly Application[] {
  return decodeList(decodeJson(body), 'the body', decodeApplication);
}

/** @throws {@link UndecodableError} */
export function decodeCredentials(body: Uint8Array, organizationId: string): Credentials {
  const application = decodeObject(decodeJson(body), 'the body');
  const shown = { organizationId, ...decodeApplication(application, 'the body') };
  return withHidden(shown, { apiKey: decodeSecret(member(application, 'api_key'), 'the body.api_key') });
}

function tokensOf(answer: WireObject): AccountTokens {
  const expiresInSeconds = decodeNullable(member(answer, 'expires_in'), 'expires_in', decodeNumber);
  return withHidden(
    { kind: 'tokens' as const, expiresInSeconds },
    {
      accessToken: decodeSecret(member(answer, 'access_token'), 'access_token'),
      refreshToken: decodeNullable(member(answer, 'refresh_token'), 'refresh_token', decodeSecret),
    },
  );
}

function decodeChallenge(answer: WireObject): TwoFactorChallenge {
  const flag = (name: string) => decodeNullable(member(answer, name), name, decodeBoolean) ?? false;
  return withHidden(
    { kind: 'two-factor' as const, hasAuthenticator: flag('has_authenticator'), hasPasskeys: flag('has_passkeys') },
    { tempToken: decodeSecret(member(answer, 'temp_token'), 'temp_token') },
  );
}

function decodeOrganization(value: unknown, path: string): Organization {
  const organization = decodeObject(value, path);
  return Object.freeze({
    id: decodeString(member(organization, 'uuid'), `${path}.uuid`),
    name: stringOrNull(member(organization, 'name')),
  });
}

function decodeApplication(value: unknown, path: string): Application {
  const application = decodeObject(value, path);
  return Object.freeze({
    id: decodeString(member(application, 'uuid'), `${path}.uuid`),
    name: stringOrNull(member(application, 'name')),
    clientId: stringOrNull(member(application, 'client_id')),
  });
}

/** What goes into a header later: characters that HTTP can carry, and at least one. */
function decodeSecret(value: unknown, path: string): string {
  if (typeof value === 'string' && /^[\x21-\x7e]{1,8192}$/.test(value)) return value;
  throw new UndecodableError(path, 'a key or token');
}
