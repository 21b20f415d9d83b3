import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { DIDIT_AUTH_URL, DiditAccount, type DiditAccountOptions } from '../src/client/account.js';
import { printed } from './support/canaries.js';
import {
  APPLICATION_ID,
  applicationAnswer,
  challengeAnswer,
  ORGANIZATION_ID,
  organizationAnswer,
  registrationAnswer,
  tokensAnswer,
} from './support/endpoint-answers.js';
import { answer, closeAfterTest, closeAll, rejectionOf, type Reply, startServer } from './support/server.js';

const email = 'dev@acme-payments.com';
const password = 'CANARY-password-1';
const accessToken = 'CANARYaccess.e30.sig';

afterEach(closeAll);

async function accountAt(replies: Reply | readonly Reply[]) {
  const server = await startServer(replies);
  const account = closeAfterTest(new DiditAccount({ baseUrl: server.origin, allowInsecure: true }));
  return { server, account };
}

function refusalOf(options: unknown): unknown {
  try {
    return closeAfterTest(new DiditAccount(options as DiditAccountOptions));
  } catch (error) {
    return error;
  }
}

describe('DiditAccount', () => {
  it('calls the host for accounts, and prints nothing else', () => {
    const account = closeAfterTest(new DiditAccount());

    expect(account.origin).toBe(DIDIT_AUTH_URL);
    expect(DIDIT_AUTH_URL).toBe('https://apx.didit.me');
    expect(inspect(account)).toBe("DiditAccount { origin: 'https://apx.didit.me' }");
    expect(JSON.stringify(account)).toBe('{"origin":"https://apx.didit.me"}');
  });

  it.each([
    [{ baseUrl: 'http://apx.didit.me', allowInsecure: true }, 'DiditAccount.baseUrl'],
    [{ baseUrl: 'http://localhost:3999' }, 'DiditAccount.baseUrl'],
    [{ baseUrl: 'https://user:secret@apx.didit.me' }, 'DiditAccount.baseUrl'],
    [{ timeoutMs: 99 }, 'DiditAccount.timeoutMs'],
    [{ apiKey: 'key' }, 'DiditAccount.apiKey'],
  ])('refuses %j (C35, D09, P23)', (options, option) => {
    expect(refusalOf(options)).toMatchObject({ code: 'invalid-option', option });
  });
});

describe('the way from nothing to a key', () => {
  it('is three calls', async () => {
    const { account, server } = await accountAt([
      answer({ status: 201, body: { message: 'Check your inbox.', email } }),
      answer({ body: {} }),
      answer({ body: registrationAnswer }),
    ]);

    await account.register({ email, password });
    await account.resendCode({ email, password });
    const { apiKey } = await account.verifyEmail({ email, code: 'A1B2C3' });

    expect(apiKey).toBe('sk_live_CANARYkey');
    expect(server.requests.map(({ body }) => JSON.parse(body.toString()) as unknown)).toEqual([
      { email, password },
      { email, password },
      { email, code: 'A1B2C3' },
    ]);
  });

  it('leads over a second factor where the account has one', async () => {
    const { account, server } = await accountAt([answer({ body: challengeAnswer }), answer({ body: tokensAnswer })]);

    const login = await account.login({ email, password });
    if (login.kind !== 'two-factor') throw new Error('no second factor was asked for');
    const tokens = await account.verifyTwoFactor({ tempToken: login.tempToken, code: '123456' });

    expect(tokens).toMatchObject({ kind: 'tokens', accessToken });
    expect(JSON.parse((await server.received(2)).body.toString())).toEqual({
      temp_token: 'CANARYtemp',
      otp_token: '123456',
    });
  });
});

describe('credentials', () => {
  const organizations = answer({ body: [organizationAnswer] });
  const applications = answer({ body: [applicationAnswer] });
  const application = answer({ body: applicationAnswer });

  it('are found without ids where there is only one of each', async () => {
    const { account, server } = await accountAt([organizations, applications, application]);

    const credentials = await account.credentials({ accessToken });

    expect(credentials).toEqual({
      id: APPLICATION_ID,
      organizationId: ORGANIZATION_ID,
      name: 'My app',
      clientId: 'aB3dE5fG7hJ9',
    });
    expect(credentials.apiKey).toBe('sk_live_CANARYkey');
    expect(server.requests.map(({ headers }) => headers.get('authorization'))).toEqual(
      Array.from({ length: 3 }, () => `Bearer ${accessToken}`),
    );
  });

  it.each<[string, readonly Reply[], string]>([
    [
      'no organisation',
      [answer({ body: [] })],
      'organizationId is undefined, which is not allowed; allowed: the id of one of the 0',
    ],
    ['two organisations', [answer({ body: [organizationAnswer, organizationAnswer] })], 'one of the 2 that there are'],
    ['an organisation with a path for an id', [answer({ body: [{ uuid: '../x' }] })], 'credentials.organizationId'],
    ['no application', [organizations, answer({ body: [] })], 'credentials.applicationId'],
  ])('are not guessed: %s', async (_name, replies, message) => {
    const { account } = await accountAt(replies);

    const error = await rejectionOf(account.credentials({ accessToken }));

    expect(error).toMatchObject({ code: 'invalid-option', message: expect.stringContaining(message) });
    expect(printed(error)).not.toContain('CANARY');
  });
});

describe('an argument that is not allowed', () => {
  type Attempt = (account: DiditAccount) => Promise<unknown>;

  it.each<[string, string, Attempt]>([
    ['no address', 'register.email', (account) => account.register({ password } as never)],
    ['an address without @', 'register.email', (account) => account.register({ email: 'CANARY', password })],
    ['an address with a line break', 'login.email', (account) => account.login({ email: `${email}\n`, password })],
    [
      'an address of a host without a dot',
      'login.email',
      (account) => account.login({ email: 'CANARY@host', password }),
    ],
    ['no password', 'login.password', (account) => account.login({ email } as never)],
    ['an empty password', 'login.password', (account) => account.login({ email, password: '' })],
    ['a code of five', 'verifyEmail.code', (account) => account.verifyEmail({ email, code: 'A1B2C' })],
    ['a code with a dash', 'verifyEmail.code', (account) => account.verifyEmail({ email, code: 'A1-B2C' })],
    [
      'a factor with a blank',
      'verifyTwoFactor.code',
      (account) => account.verifyTwoFactor({ tempToken: 'CANARYtemp', code: '123 456' }),
    ],
    [
      'a token with a line break',
      'organizations.accessToken',
      (account) => account.organizations({ accessToken: 'CANARY\r\nx: 1' }),
    ],
    [
      'an id with a path',
      'applications.organizationId',
      (account) => account.applications({ accessToken, organizationId: '../programmatic' }),
    ],
    [
      'another id with a path',
      'credentials.applicationId',
      (account) => account.credentials({ accessToken, applicationId: 'a/b' }),
    ],
    ['a password in place of everything', 'login', (account) => account.login(password as never)],
  ])('is refused before anything is sent, without being repeated: %s (D03, D08)', async (_name, option, attempt) => {
    const { account, server } = await accountAt(answer({ body: {} }));

    const error = await rejectionOf(attempt(account));

    expect(error).toMatchObject({ code: 'invalid-option', option });
    expect(printed(error)).not.toMatch(/CANARY|A1-?B2C|123 456/);
    expect(server.connections()).toBe(0);
  });

  it('names every rule that a password breaks, and not the password (D03)', async () => {
    const { account, server } = await accountAt(answer({ body: {} }));

    const error = await rejectionOf(account.register({ email, password: 'secret' }));

    expect(error).toMatchObject({
      code: 'invalid-option',
      option: 'register.password',
      message:
        'register.password needs at least 8 characters, an upper-case letter, a digit, one of !@#$%^&*()_+-=[]{}|;:,.<>? or a backslash',
    });
    expect(printed(error)).not.toContain('secret');
    expect(server.connections()).toBe(0);
  });
});
