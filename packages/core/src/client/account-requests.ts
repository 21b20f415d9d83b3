import { aUuid, type OptionCheck, type OptionChecks, required } from '../options.js';

/** Arguments of {@link DiditAccount.register} and {@link DiditAccount.login}. */
export interface EmailAndPassword {
  readonly email: string;
  readonly password: string;
}

/** Arguments of {@link DiditAccount.verifyEmail}. */
export interface EmailAndCode {
  readonly email: string;
  /** The six letters and digits from the mail, valid for ten minutes. */
  readonly code: string;
}

/** Arguments of {@link DiditAccount.resendCode}. */
export interface ResendCodeRequest {
  readonly email: string;
  /** Sources differ on whether Didit asks for it. */
  readonly password?: string;
}

/** Arguments of {@link DiditAccount.verifyTwoFactor}. */
export interface TwoFactorRequest {
  /** From the {@link TwoFactorChallenge}, valid for five minutes. */
  readonly tempToken: string;
  /** From the authenticator. */
  readonly code: string;
}

/** Arguments of {@link DiditAccount.organizations}. */
export interface OrganizationsRequest {
  readonly accessToken: string;
}

/** Arguments of {@link DiditAccount.applications}. */
export interface ApplicationsRequest extends OrganizationsRequest {
  readonly organizationId: string;
}

/** Arguments of {@link DiditAccount.credentials}. */
export interface CredentialsRequest extends OrganizationsRequest {
  /** May be left out when the account has only one. */
  readonly organizationId?: string;
  /** May be left out when the organisation has only one. */
  readonly applicationId?: string;
}

const anEmail: OptionCheck = {
  allowed: 'an e-mail address',
  accepts: (value) =>
    typeof value === 'string' &&
    value.length <= 254 &&
    /^[^\s@\p{Cc}]{1,64}@[^\s@\p{Cc}]+\.[^\s@\p{Cc}]+$/u.test(value),
  secret: true,
};
const aPassword: OptionCheck = {
  allowed: '1 to 1024 characters',
  accepts: (value) => typeof value === 'string' && value.length >= 1 && value.length <= 1_024,
  secret: true,
};
const aMailedCode: OptionCheck = {
  allowed: 'the six letters and digits from the mail',
  accepts: (value) => typeof value === 'string' && /^[A-Za-z0-9]{6}$/.test(value),
  secret: true,
};
const aSecondFactor: OptionCheck = {
  allowed: '4 to 32 letters, digits and dashes',
  accepts: (value) => typeof value === 'string' && /^[A-Za-z0-9-]{4,32}$/.test(value),
  secret: true,
};
const aToken: OptionCheck = {
  allowed: 'a token that this host gave',
  accepts: (value) => typeof value === 'string' && /^[\x21-\x7e]{1,8192}$/.test(value),
  secret: true,
};

/** The checks of {@link EmailAndPassword}. */
export const LOGIN_CHECKS: OptionChecks<EmailAndPassword> = { email: required(anEmail), password: required(aPassword) };
/** The checks of {@link EmailAndCode}. */
export const CODE_CHECKS: OptionChecks<EmailAndCode> = { email: required(anEmail), code: required(aMailedCode) };
/** The checks of {@link ResendCodeRequest}. */
export const RESEND_CHECKS: OptionChecks<ResendCodeRequest> = { email: required(anEmail), password: aPassword };
/** The checks of {@link TwoFactorRequest}. */
export const SECOND_FACTOR_CHECKS: OptionChecks<TwoFactorRequest> = {
  tempToken: required(aToken),
  code: required(aSecondFactor),
};
/** The checks of {@link OrganizationsRequest}. */
export const ORGANIZATIONS_CHECKS: OptionChecks<OrganizationsRequest> = { accessToken: required(aToken) };
/** The checks of {@link ApplicationsRequest}. */
export const APPLICATIONS_CHECKS: OptionChecks<ApplicationsRequest> = {
  ...ORGANIZATIONS_CHECKS,
  organizationId: required(aUuid),
};
/** The checks of {@link CredentialsRequest}. */
export const CREDENTIALS_CHECKS: OptionChecks<CredentialsRequest> = {
  ...ORGANIZATIONS_CHECKS,
  organizationId: aUuid,
  applicationId: aUuid,
};
