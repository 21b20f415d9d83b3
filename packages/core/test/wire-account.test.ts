import { describe, expect, it } from '@jest/globals';
import { decodeCredentials, decodeLogin, decodeRegisteredAccount, decodeRegistration } from '../src/wire/account.js';
import { bodyOf } from './support/answers.js';
import { printed } from './support/canaries.js';
import {
  APPLICATION_ID,
  applicationAnswer,
  challengeAnswer,
  ORGANIZATION_ID,
  registrationAnswer,
  tokensAnswer,
} from './support/endpoint-answers.js';

const secretsOf = {
  registration: () => decodeRegistration(bodyOf(registrationAnswer)),
  tokens: () => decodeLogin(bodyOf(tokensAnswer)),
  'second factor': () => decodeLogin(bodyOf(challengeAnswer)),
  credentials: () => decodeCredentials(bodyOf(applicationAnswer), ORGANIZATION_ID),
};

describe('results that hold secrets', () => {
  it.each(Object.entries(secretsOf))(
    'show none of them to a printer, a logger or a spread: %s (D03, P8)',
    (_name, make) => {
      const result = make();

      expect(printed(result)).not.toContain('CANARY');
      expect(printed({ ...result })).not.toContain('CANARY');
      expect(printed(structuredClone(result))).not.toContain('CANARY');
    },
  );
});

describe('decodeRegisteredAccount', () => {
  it('gives the address, and what Didit says', () => {
    const answer = { email: 'dev@example.com', message: 'Look into your mail.' };

    expect(decodeRegisteredAccount(bodyOf(answer))).toEqual(answer);
    expect(decodeRegisteredAccount(bodyOf({ email: 'dev@example.com' })).message).toBeNull();
  });
});

describe('decodeCredentials', () => {
  it('gives the application of the organisation, and its key by name', () => {
    const credentials = decodeCredentials(bodyOf(applicationAnswer), ORGANIZATION_ID);

    expect(credentials).toEqual({
      organizationId: ORGANIZATION_ID,
      id: APPLICATION_ID,
      name: 'My app',
      clientId: 'aB3dE5fG7hJ9',
    });
    expect(credentials.apiKey).toBe('sk_live_CANARYkey');
  });
});

describe('decodeRegistration', () => {
  it('gives secrets by name', () => {
    const registration = decodeRegistration(bodyOf(registrationAnswer));

    expect(registration).toEqual({
      expiresInSeconds: 86_400,
      organization: { id: ORGANIZATION_ID, name: "dev's organization" },
      application: { id: APPLICATION_ID, name: 'My app', clientId: 'aB3dE5fG7hJ9' },
    });
    expect(registration.apiKey).toBe('sk_live_CANARYkey');
    expect([registration.accessToken, registration.refreshToken]).toEqual([
      'CANARYaccess.e30.sig',
      'CANARYrefresh.e30.sig',
    ]);
  });

  it.each([
    ['beside a missing application', { ...registrationAnswer, application: undefined, api_key: 'sk_live_beside' }],
    [
      'beside an application without one',
      { ...registrationAnswer, application: { ...applicationAnswer, api_key: undefined }, api_key: 'sk_live_beside' },
    ],
  ])('finds the key %s', (_name, answer) => {
    expect(decodeRegistration(bodyOf(answer)).apiKey).toBe('sk_live_beside');
  });

  it.each([
    ['no key', { ...registrationAnswer, application: null }],
    ['an empty key', { ...registrationAnswer, application: null, api_key: '' }],
    ['a key with a line break', { ...registrationAnswer, application: null, api_key: 'sk\nlive' }],
  ])('refuses %s', (_name, answer) => {
    expect(() => decodeRegistration(bodyOf(answer))).toThrow('api_key is not a key or token');
  });
});

describe('decodeLogin', () => {
  it('gives tokens', () => {
    expect(decodeLogin(bodyOf(tokensAnswer))).toMatchObject({
      kind: 'tokens',
      expiresInSeconds: 86_400,
      accessToken: 'CANARYaccess.e30.sig',
      refreshToken: 'CANARYrefresh.e30.sig',
    });
  });

  it('gives a challenge where a second factor is asked for, whatever else there is', () => {
    expect(decodeLogin(bodyOf({ ...tokensAnswer, ...challengeAnswer }))).toMatchObject({
      kind: 'two-factor',
      hasAuthenticator: true,
      hasPasskeys: false,
      tempToken: 'CANARYtemp',
    });
  });

  it.each([
    [{ has_authenticator: false, has_passkeys: true }, [false, true]],
    [{ has_authenticator: undefined, has_passkeys: undefined }, [false, false]],
  ])('tells of the second factors that there are: %j', (factors, expected) => {
    const login = decodeLogin(bodyOf({ ...challengeAnswer, ...factors }));

    expect(login.kind === 'two-factor' && [login.hasAuthenticator, login.hasPasskeys]).toEqual(expected);
  });

  it.each(['true', 1, null])('asks for a token where 2fa_required is %j', (required) => {
    expect(() => decodeLogin(bodyOf({ '2fa_required': required, temp_token: 'x' }))).toThrow('access_token is not');
  });
});
