import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Emulator } from '@didit-liveness/emulator';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { envAnswering, envFor, run, startEmulator, temporaryFolder } from './support/cli.js';

const EMAIL = 'ada@acme-payments.com';
const PASSWORD = 'A-fake-Passw0rd';

let emulator: Emulator;
let cwd: string;

beforeEach(async () => {
  emulator = await startEmulator();
  cwd = temporaryFolder();
});

const cli = (args: readonly string[], env: Record<string, string> = {}) =>
  run(args, { cwd, env: { ...envFor(emulator), DIDIT_PASSWORD: PASSWORD, ...env } });

const verifyWith = (code: string, ...args: readonly string[]) =>
  cli(['verify-email', '--email', EMAIL, ...args], { DIDIT_EMAIL_CODE: code });

const codeIn = (mailbox: Emulator) => mailbox.outbox().at(-1)?.code ?? '';
const keyFile = () => join(cwd, 'didit-api-key');

async function makeAccount(email = EMAIL): Promise<void> {
  await cli(['register', '--email', email]);
  await cli(['verify-email', '--email', email, '--code', codeIn(emulator), '--api-key-out', 'first-key']);
}

describe('register and verify-email', () => {
  it('make an account, and put its key into a file that nobody else may read', async () => {
    const registered = await cli(['register', '--email', EMAIL, '--json']);
    const verified = await verifyWith(codeIn(emulator), '--json');
    const key = readFileSync(keyFile(), 'utf8').trim();

    expect(registered.code).toBe(0);
    expect(registered.json()).toMatchObject({ email: EMAIL });
    expect(verified.code).toBe(0);
    expect(verified.json()).toMatchObject({ email: EMAIL, apiKeyFile: 'didit-api-key' });
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
    expect(key).toMatch(/^sk_live_/);
    for (const { stdout, stderr } of [registered, verified]) {
      expect(stdout + stderr).not.toContain(key);
      expect(stdout + stderr).not.toContain(PASSWORD);
    }
  });

  it('name all broken rules of a password at once, before anything is sent, and not the password', async () => {
    const { code, stderr } = await cli(['register', '--email', EMAIL], { DIDIT_PASSWORD: 'weak' });

    expect(code).toBe(3);
    expect(stderr).toMatch(/8 characters.*upper.*digit.*special|register\.password needs .*,.*,/);
    expect(stderr).not.toContain('weak');
    expect(emulator.outbox()).toEqual([]);
  });

  it('say what may be wrong when no mail can be sent', async () => {
    const { code, stderr } = await cli(['register', '--email', 'ada@example.com']);

    expect(code).toBe(4);
    expect(stderr).toContain('an address that gets no mail');
  });

  it('name the address of their own host when nothing answers there', async () => {
    const env = { DIDIT_AUTH_URL: 'http://127.0.0.1:1' };

    const { code, stderr } = await cli(['register', '--email', EMAIL], env);

    expect(code).toBe(4);
    expect(stderr).toContain('Check the network and DIDIT_AUTH_URL.');
  });

  it('take the password from a file', async () => {
    const file = join(cwd, 'password');
    writeFileSync(file, `${PASSWORD}\n`, { mode: 0o600 });

    const { code } = await cli(['register', '--email', EMAIL, '--password-file', file], { DIDIT_PASSWORD: '' });

    expect(code).toBe(0);
  });

  it('know no option for the password, which others would see', async () => {
    const { code, stderr } = await cli(['register', '--email', EMAIL, '--password', PASSWORD]);

    expect(code).toBe(3);
    expect(stderr).not.toContain(PASSWORD);
  });

  it('take the code from a file, and as an argument with a warning that does not repeat it', async () => {
    await cli(['register', '--email', EMAIL]);
    const code = codeIn(emulator);
    writeFileSync(join(cwd, 'code'), `${code}\n`, { mode: 0o600 });

    const wrong = await cli(['verify-email', '--email', EMAIL, '--code', 'ZZZZZZ']);
    const right = await cli(['verify-email', '--email', EMAIL, '--code-file', 'code']);

    expect(wrong.code).toBe(3);
    expect(wrong.stderr).toContain('--code shows the code from the mail in process lists');
    expect(wrong.stderr).not.toContain('ZZZZZZ');
    expect(right).toMatchObject({ code: 0, stderr: '' });
  });

  it('say where the code can be put, before anything is made', async () => {
    const { code, stderr } = await cli(['verify-email', '--email', EMAIL]);

    expect(code).toBe(3);
    expect(stderr).toContain('There is no code from the mail. Set DIDIT_EMAIL_CODE, or name a file with --code-file.');
    expect(existsSync(keyFile())).toBe(false);
  });

  it('leave no file behind when the code is wrong', async () => {
    await cli(['register', '--email', EMAIL]);

    const { code, stderr } = await verifyWith('ZZZZZZ');

    expect(code).toBe(3);
    expect(stderr).toContain('Invalid');
    expect(existsSync(keyFile())).toBe(false);
  });

  it('spend no code when the key would have no place', async () => {
    await cli(['register', '--email', EMAIL]);
    writeFileSync(keyFile(), 'an older key');
    const code = codeIn(emulator);

    const refused = await verifyWith(code);
    const accepted = await verifyWith(code, '--api-key-out', 'another-key');

    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('keys are not overwritten');
    expect(readFileSync(keyFile(), 'utf8')).toBe('an older key');
    expect(accepted.code).toBe(0);
  });
});

it('register refuses a weak password before it asks for an address, which is that of Didit', async () => {
  const { code, stderr } = await run(['register', '--email', EMAIL], { env: { DIDIT_PASSWORD: 'weak' } });

  expect(code).toBe(3);
  expect(stderr).toContain('register.password needs');
});

it('verify-email says why the key has no place, before the code is spent', async () => {
  await cli(['register', '--email', EMAIL]);

  const { code, stderr } = await verifyWith(codeIn(emulator), '--api-key-out', 'missing/key');
  const again = await verifyWith(codeIn(emulator));

  expect(code).toBe(3);
  expect(stderr).toContain('missing/key cannot be written (ENOENT). Name another file with --api-key-out.');
  expect(again.code).toBe(0);
});

describe('login', () => {
  it('gets the key of an account that exists', async () => {
    await makeAccount();

    const { code, stdout } = await cli(['login', '--email', EMAIL, '--json']);

    expect(code).toBe(0);
    expect(readFileSync(keyFile(), 'utf8')).toBe(readFileSync(join(cwd, 'first-key'), 'utf8'));
    expect(JSON.parse(stdout)).toMatchObject({ email: EMAIL, application: { id: expect.any(String) } });
  });

  it('says what to do without the code of a second factor', async () => {
    const email = 'ada+2fa@acme-payments.com';
    await makeAccount(email);

    const { code, stderr } = await cli(['login', '--email', email]);

    expect(code).toBe(3);
    expect(stderr).toContain('DIDIT_TWO_FACTOR_CODE');
    expect(existsSync(keyFile())).toBe(false);
  });

  it('asks at a terminal for the code of a second factor, and shows nothing of it', async () => {
    const email = 'ada+2fa@acme-payments.com';
    await makeAccount(email);
    const env = { ...envFor(emulator), DIDIT_PASSWORD: PASSWORD };

    const { code, stderr } = await run(['login', '--email', email], { cwd, env, typed: '000000\r' });

    expect(code).toBe(3);
    expect(stderr).toContain('Enter the code of your authenticator (not shown): \n');
    expect(stderr).toContain('Invalid OTP token');
    expect(stderr).not.toContain('000000');
    expect(existsSync(keyFile())).toBe(false);
  });

  it('takes the code of a second factor from the environment', async () => {
    const email = 'ada+2fa@acme-payments.com';
    await makeAccount(email);

    const { code, stderr } = await cli(['login', '--email', email], { DIDIT_TWO_FACTOR_CODE: ' 000000 ' });

    expect(code).toBe(3);
    expect(stderr).toContain('Invalid OTP token');
  });

  it('says that a command line can give no passkey', async () => {
    const challenge = { '2fa_required': true, temp_token: 'a-token', has_authenticator: false, has_passkeys: true };

    const { code, stderr } = await cli(['login', '--email', EMAIL], await envAnswering(challenge));

    expect(code).toBe(3);
    expect(stderr).toContain('asks for a passkey');
    expect(existsSync(keyFile())).toBe(false);
  });

  it('gets the key of the organisation and the application that are named, also of one without a name', async () => {
    const organization = '0b6b9d3a-6d3e-4a53-9a05-2f9a0a7c4e11';
    const application = '5f0c6a1e-8f0b-4b8e-8d35-7e2a9a3c1d22';
    // The tokens and the application in one.
    const env = await envAnswering({ access_token: 'a-token', uuid: application, name: null, api_key: 'sk_live_fake' });
    const names = ['--organization', organization, '--application', application];

    const { code, stdout } = await cli(['login', '--email', EMAIL, ...names], env);

    expect(code).toBe(0);
    expect(stdout).toContain(`Signed in as ${EMAIL}, application ${application}. The key is in didit-api-key.`);
    expect(readFileSync(keyFile(), 'utf8')).toBe('sk_live_fake\n');
  });

  it('ends with 4 on a wrong password, without advice about API keys', async () => {
    await makeAccount();

    const { code, stderr } = await cli(['login', '--email', EMAIL], { DIDIT_PASSWORD: 'Another-Passw0rd' });

    expect(code).toBe(4);
    expect(stderr).toContain('Invalid email or password');
    expect(stderr).not.toContain('DIDIT_API_KEY');
    expect(existsSync(keyFile())).toBe(false);
  });
});

describe('resend-code', () => {
  it('has another code mailed, and tells when Didit wants a minute in between', async () => {
    await cli(['register', '--email', EMAIL]);

    const first = await cli(['resend-code', '--email', EMAIL]);
    const second = await cli(['resend-code', '--email', EMAIL]);

    expect(first.code).toBe(0);
    expect(emulator.outbox()).toHaveLength(2);
    expect(second.code).toBe(4);
    expect(second.stderr).toContain('rate limit');
  });
});
