import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { DIDIT_AUTH_URL, DiditAccount, type DiditAccountOptions } from '../src/client/account.js';
import { printed } from './support/canaries.js';
import { FakeClock } from './support/fake-clock.js';
import {
  APPLICATION_ID,
  applicationAnswer,
  challengeAnswer,
  ORGANIZATION_ID,
  organizationAnswer,
  registrationAnswer,
  tokensAnswer,
} from './support/endpoint-answers.js';
import {
  answer,
  closeAfterTest,
  closeAll,
  neverAnswer,
  rejectionOf,
  type Reply,
  settle,
  startServer,
} from './support/server.js';

const email = 'dev@acme-payments.com';
const password = 'CANARY-password-1';
const accessToken = 'CANARYaccess.e30.sig';
const tempToken = 'CANARYtemp';
/** As long as an address may be, before and after the @. */
const longEmail = `${'a'.repeat(64)}@${'b'.repeat(185)}.com`;

afterEach(closeAll);

async function accountAt(replies: Reply | readonly Reply[], options: DiditAccountOptions = {}) {
  const server = await startServer(replies);
  const account = closeAfterTest(new DiditAccount({ baseUrl: server.origin, allowInsecure: true, ...options }));
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
    expect(JSON.parse((await server.received(1)).body.toString())).toEqual({ email, password });
    expect(JSON.parse((await server.received(2)).body.toString())).toEqual({
      temp_token: 'CANARYtemp',
      otp_token: '123456',
    });
  });
});

describe('a call that goes wrong', () => {
  it('tells of an address by its name, and of no password or code (D03)', async () => {
    const complaints = [`${email} is known.`, `${password} is weak.`, 'A1B2C3 is old.'];
    const { account } = await accountAt(answer({ status: 400, body: complaints }));

    const errors = [
      await rejectionOf(account.register({ email, password })),
      await rejectionOf(account.verifyEmail({ email, code: 'A1B2C3' })),
    ];

    expect(errors).toMatchObject([
      { complaints: [`${email} is known.`, '[hidden] is weak.', 'A1B2C3 is old.'] },
      { complaints: [`${email} is known.`, `${password} is weak.`, '[hidden] is old.'] },
    ]);
  });

  it('hides nothing where no password was given', async () => {
    const { account } = await accountAt(answer({ status: 400, body: { detail: 'The code is undefined.' } }));

    expect(await rejectionOf(account.resendCode({ email }))).toMatchObject({ complaints: ['The code is undefined.'] });
  });

  it('tells of no token, and speaks of what is wrong at this host (D03)', async () => {
    const { account } = await accountAt(answer({ status: 401, body: { detail: `${accessToken} is expired.` } }));

    expect(await rejectionOf(account.organizations({ accessToken }))).toMatchObject({
      complaints: ['[hidden] is expired.'],
      message: expect.stringContaining('the e-mail address, password, code or token is wrong or expired'),
    });
  });

  it('has waited for its turn for half of its time, and no longer (E17)', async () => {
    const clock = new FakeClock();
    const { account, server } = await accountAt(neverAnswer, { clock, timeoutMs: 1_000 });
    const running = Array.from({ length: 8 }, () => rejectionOf(account.organizations({ accessToken })));
    await server.received(8);
    let waited: unknown;
    void rejectionOf(account.organizations({ accessToken })).then((error) => (waited = error));

    clock.advance(499);
    await settle();
    expect(waited).toBeUndefined();
    clock.advance(1);
    await settle();

    expect(waited).toMatchObject({ code: 'overloaded' });
    clock.advance(500);
    expect(await Promise.all(running)).toMatchObject(Array.from({ length: 8 }, () => ({ code: 'timeout' })));
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
    ['an address of 255', 'login.email', (account) => account.login({ email: `${longEmail}x`, password })],
    [
      'an address with 65 before the @',
      'login.email',
      (account) => account.login({ email: `${'a'.repeat(65)}@b.co`, password }),
    ],
    ['a list of an address', 'login.email', (account) => account.login({ email: [email], password } as never)],
    ['a password of 1025', 'login.password', (account) => account.login({ email, password: password.padEnd(1_025) })],
    ['a list of a password', 'login.password', (account) => account.login({ email, password: [password] } as never)],
    [
      'an empty password where none is needed',
      'resendCode.password',
      (account) => account.resendCode({ email, password: '' }),
    ],
    ['a code of seven', 'verifyEmail.code', (account) => account.verifyEmail({ email, code: 'A1B2C34' })],
    ['a list of a code', 'verifyEmail.code', (account) => account.verifyEmail({ email, code: ['A1B2C3'] } as never)],
    ['a factor of three', 'verifyTwoFactor.code', (account) => account.verifyTwoFactor({ tempToken, code: '123' })],
    [
      'a factor of 33',
      'verifyTwoFactor.code',
      (account) => account.verifyTwoFactor({ tempToken, code: '1'.repeat(33) }),
    ],
    [
      'a list of a factor',
      'verifyTwoFactor.code',
      (account) => account.verifyTwoFactor({ tempToken, code: ['123456'] } as never),
    ],
    ['no token', 'organizations.accessToken', (account) => account.organizations({ accessToken: '' })],
    [
      'a token of 8193',
      'organizations.accessToken',
      (account) => account.organizations({ accessToken: 'x'.repeat(8_193) }),
    ],
    [
      'a list of a token',
      'organizations.accessToken',
      (account) => account.organizations({ accessToken: [accessToken] } as never),
    ],
    [
      'an address in place of an id',
      'credentials.organizationId',
      (account) => account.credentials({ accessToken, organizationId: email }),
    ],
  ])('is refused before anything is sent, without being repeated: %s (D03, D08)', async (_name, option, attempt) => {
    const { account, server } = await accountAt(answer({ body: {} }));

    const error = await rejectionOf(attempt(account));

    expect(error).toMatchObject({ code: 'invalid-option', option });
    expect(printed(error)).not.toMatch(/CANARY|A1-?B2C|123 456/);
    expect(server.connections()).toBe(0);
  });

  it.each<[string, Attempt]>([
    ['an address of 254', (account) => account.login({ email: longEmail, password })],
    ['a password of one', (account) => account.login({ email, password: 'x' })],
    ['a password of 1024', (account) => account.login({ email, password: 'x'.repeat(1_024) })],
    ['a code of six', (account) => account.verifyEmail({ email, code: 'a1B2c3' })],
    ['a factor of four', (account) => account.verifyTwoFactor({ tempToken, code: 'a-1B' })],
    ['a factor of 32', (account) => account.verifyTwoFactor({ tempToken, code: '1'.repeat(32) })],
    ['a token of one', (account) => account.organizations({ accessToken: '!' })],
    ['a token of 8192', (account) => account.organizations({ accessToken: '~'.repeat(8_192) })],
  ])('is none at the very limit: %s', async (_name, attempt) => {
    const { account, server } = await accountAt(answer({ status: 400 }));

    expect(await rejectionOf(attempt(account))).toMatchObject({ code: 'bad-request' });
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, Attempt]>([
    ['an e-mail address', (account) => account.login({ email: '', password })],
    ['1 to 1024 characters', (account) => account.login({ email, password: '' })],
    ['the six letters and digits from the mail', (account) => account.verifyEmail({ email, code: '' })],
    ['4 to 32 letters, digits and dashes', (account) => account.verifyTwoFactor({ tempToken, code: '' })],
    ['a token that this host gave', (account) => account.organizations({ accessToken: '' })],
  ])('is refused by saying what is allowed: %s', async (allowed, attempt) => {
    const { account } = await accountAt(answer({ body: {} }));

    expect(await rejectionOf(attempt(account))).toMatchObject({
      message: expect.stringMatching(new RegExp(` is not usable; allowed: ${allowed}$`)),
    });
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
