import { describe, expect, it } from '@jest/globals';
import type { EmulatorOptions } from '../src/options.js';
import { call, start } from './support.js';

type Running = Awaited<ReturnType<typeof start>>;

const PASSWORD = 'Correct-h0rse';
const MINUTE_MS = 60_000;

async function startWith(email: string, options: EmulatorOptions = {}): Promise<Running> {
  const emulator = await start(options);
  await call(emulator, '/auth/v2/programmatic/register/', { body: { email, password: PASSWORD } });
  const code = emulator.outbox()[0]?.code;
  await call(emulator, '/auth/v2/programmatic/verify-email/', { body: { email, code } });
  return emulator;
}

function login(emulator: Running, password = PASSWORD, email = 'ada@acme.dev') {
  return call(emulator, '/auth/v2/programmatic/login/', { key: null, body: { email, password } });
}

function secondStep(emulator: Running, tempToken: unknown, code: unknown) {
  return call(emulator, '/auth/v2/2fa/verify/', { key: null, body: { temp_token: tempToken, otp_token: code } });
}

describe('a login', () => {
  it('answers with tokens', async () => {
    const emulator = await startWith('ada@acme.dev');

    const { status, body } = await login(emulator, PASSWORD, 'Ada@Acme.dev');

    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      expires_in: 86_400,
    });
  });

  it.each([
    ['a wrong password', 'Wrong-h0rse', 'ada@acme.dev'],
    ['an unknown address', PASSWORD, 'bob@acme.dev'],
  ])('says the same about %s', async (_what, password, email) => {
    const emulator = await startWith('ada@acme.dev');

    const answer = await login(emulator, password, email);

    expect(answer).toMatchObject({ status: 401, body: { detail: 'Invalid email or password.' } });
  });

  it('waits for the address to be verified', async () => {
    const emulator = await start();
    await call(emulator, '/auth/v2/programmatic/register/', { body: { email: 'ada@acme.dev', password: PASSWORD } });

    await expect(login(emulator)).resolves.toMatchObject({ status: 403 });
  });

  it('asks for both fields', async () => {
    const emulator = await start();

    await expect(call(emulator, '/auth/v2/programmatic/login/', { body: {} })).resolves.toMatchObject({
      status: 400,
      body: { email: ['This field is required.'], password: ['This field is required.'] },
    });
  });
});

describe('the lock', () => {
  it('closes for 15 minutes, an hour and a day, also to the right password', async () => {
    let now = Date.UTC(2026, 10, 20);
    const emulator = await startWith('ada@acme.dev', { now: () => now });
    const failTimes = async (times: number): Promise<void> => {
      for (let time = 0; time < times; time += 1) {
        await login(emulator, 'Wrong-h0rse');
      }
    };
    const waits: (string | null)[] = [];
    for (const [failures, minutes] of [
      [5, 15],
      [5, 60],
      [10, 1440],
      [1, 1440],
    ] as const) {
      await failTimes(failures);
      const locked = await login(emulator);
      waits.push(`${locked.status} ${locked.headers.get('retry-after')}`);
      now += minutes * MINUTE_MS;
    }

    expect(waits).toEqual(['429 900', '429 3600', '429 86400', '429 86400']);
    await expect(login(emulator)).resolves.toMatchObject({ status: 200 });
  });

  it('opens for those who log in before the fifth failure', async () => {
    const emulator = await startWith('ada@acme.dev');
    for (let time = 0; time < 4; time += 1) {
      await login(emulator, 'Wrong-h0rse');
    }
    await login(emulator);
    await login(emulator, 'Wrong-h0rse');

    await expect(login(emulator)).resolves.toMatchObject({ status: 200 });
  });

  it('closes one address and no other', async () => {
    const emulator = await startWith('ada@acme.dev');
    for (let time = 0; time < 5; time += 1) {
      await login(emulator, PASSWORD, 'bob@acme.dev');
    }

    await expect(login(emulator, PASSWORD, 'bob@acme.dev')).resolves.toMatchObject({ status: 429 });
    await expect(login(emulator)).resolves.toMatchObject({ status: 200 });
  });
});

describe('the second step', () => {
  const EMAIL = 'ada+2fa@acme.dev';

  it('is asked for by an address with +2fa, and takes the code of the outbox', async () => {
    const emulator = await startWith(EMAIL);

    const first = await login(emulator, PASSWORD, EMAIL);
    const second = await secondStep(emulator, first.body['temp_token'], emulator.outbox().at(-1)?.code);

    expect(first).toMatchObject({ status: 200 });
    expect(first.body).toEqual({
      '2fa_required': true,
      temp_token: expect.any(String),
      has_authenticator: true,
      has_passkeys: false,
    });
    expect(second).toMatchObject({ status: 200, body: { access_token: expect.any(String), expires_in: 86_400 } });
  });

  it('refuses a wrong code in a bare array and lets one try again', async () => {
    const emulator = await startWith(EMAIL);
    const { body } = await login(emulator, PASSWORD, EMAIL);

    const wrong = await secondStep(emulator, body['temp_token'], 'x');
    const right = await secondStep(emulator, body['temp_token'], emulator.outbox().at(-1)?.code);

    expect(wrong.status).toBe(400);
    expect(wrong.body).toEqual(['Invalid OTP token.']);
    expect(right.status).toBe(200);
  });

  it('is open for five minutes and once', async () => {
    let now = 1_000_000;
    const emulator = await startWith(EMAIL, { now: () => now });
    const { body } = await login(emulator, PASSWORD, EMAIL);
    const late = await login(emulator, PASSWORD, EMAIL);
    const [code, lateCode] = emulator.outbox().slice(-2);
    await secondStep(emulator, body['temp_token'], code?.code);

    const again = await secondStep(emulator, body['temp_token'], code?.code);
    now += 5 * MINUTE_MS;
    const tooLate = await secondStep(emulator, late.body['temp_token'], lateCode?.code);

    expect([again.status, tooLate.status]).toEqual([400, 400]);
    expect(tooLate.body).toEqual(['Invalid or expired temp token.']);
  });
});
