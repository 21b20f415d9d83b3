import { describe, expect, it } from '@jest/globals';
import type { JsonAnswer } from './support.js';
import { call, check, start, submit } from './support.js';

type Running = Awaited<ReturnType<typeof start>>;

const EMAIL = 'ada@acme.dev';
const PASSWORD = 'Correct-h0rse';

function register(emulator: Running, body: unknown = { email: EMAIL, password: PASSWORD }, from?: string) {
  return call(emulator, '/auth/v2/programmatic/register/', {
    key: null,
    body,
    ...(from === undefined ? {} : { from }),
  });
}

function verify(emulator: Running, code: string, email = EMAIL): Promise<JsonAnswer> {
  return call(emulator, '/auth/v2/programmatic/verify-email/', { key: null, body: { email, code } });
}

function resend(emulator: Running, email = EMAIL, from?: string): Promise<JsonAnswer> {
  return call(emulator, '/auth/v2/programmatic/resend-otp/', {
    key: null,
    body: { email },
    ...(from === undefined ? {} : { from }),
  });
}

function codeOf(emulator: Running): string {
  return emulator.outbox().at(-1)?.code ?? '';
}

describe('registering', () => {
  it('puts a code of six letters and digits into the outbox', async () => {
    const emulator = await start({ now: () => Date.UTC(2026, 10, 20) });

    const answer = await register(emulator);
    const outbox = await call(emulator, '/_emulator/outbox', { method: 'GET' });

    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({ message: expect.stringContaining('code'), email: EMAIL });
    expect(outbox.body).toEqual({
      messages: [{ to: EMAIL, code: expect.stringMatching(/^[A-Z\d]{6}$/u), sentAt: '2026-11-20T00:00:00.000Z' }],
    });
    expect(emulator.outbox()).toEqual(outbox.body['messages']);
  });

  it.each([
    [{}, { email: ['This field is required.'], password: ['This field is required.'] }],
    [{ email: 'ada', password: PASSWORD }, { email: ['Enter a valid email address.'] }],
    [{ email: EMAIL, password: '' }, { password: ['This field may not be blank.'] }],
    [{ email: EMAIL, password: 5 }, { password: ['Not a valid string.'] }],
    [{ email: EMAIL, password: 'a' }, { password: ['Password must be at least 8 characters long.'] }],
    [{ email: EMAIL, password: 'abcdefgh' }, { password: ['Password must contain at least one uppercase letter.'] }],
    [{ email: EMAIL, password: 'ABCDEFGH' }, { password: ['Password must contain at least one lowercase letter.'] }],
    [{ email: EMAIL, password: 'Abcdefgh' }, { password: ['Password must contain at least one digit.'] }],
    [{ email: EMAIL, password: 'Abcdefg1' }, { password: ['Password must contain at least one special character.'] }],
  ])('refuses %p with the first rule that is broken', async (body, errors) => {
    const emulator = await start();

    const answer = await register(emulator, body);

    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(errors);
    expect(emulator.outbox()).toEqual([]);
  });

  it.each(['ada@example.com', 'ada@mail.example.org', 'ada@acme.test', 'ada@acme.example', 'ada@acme.invalid'])(
    'fails for the reserved domain of %s',
    async (email) => {
      const emulator = await start();

      const answer = await register(emulator, { email, password: PASSWORD });

      expect(answer).toMatchObject({ status: 500, body: null });
    },
  );

  it('is possible five times an hour from one address', async () => {
    let now = Date.UTC(2026, 10, 20);
    const emulator = await start({ now: () => now });
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await register(emulator, { email: `${name}@acme.dev`, password: PASSWORD });
    }
    now += 600_000;

    const sixth = await register(emulator);
    const elsewhere = await register(emulator, undefined, '203.0.113.5');
    now += 3_000_000;
    const later = await register(emulator, { email: 'f@acme.dev', password: PASSWORD });

    expect(sixth).toMatchObject({
      status: 429,
      body: { detail: 'Request was throttled. Expected available in 3000 seconds.' },
    });
    expect(sixth.headers.get('retry-after')).toBe('3000');
    expect([elsewhere.status, later.status]).toEqual([201, 201]);
  });

  it('is refused for an address that is taken, and not for one that was never verified', async () => {
    const emulator = await start();
    await register(emulator);
    const again = await register(emulator);
    await verify(emulator, codeOf(emulator));

    const taken = await register(emulator, { email: EMAIL.toUpperCase(), password: PASSWORD });

    expect(again.status).toBe(201);
    expect(taken).toMatchObject({ status: 400, body: { email: [expect.stringContaining('already exists')] } });
  });

  it.each([
    ['text/plain', '{}', 415],
    ['application/json', '{', 400],
    ['application/json', '[]', 400],
  ])('wants a JSON object: %s %s', async (contentType, body, status) => {
    const emulator = await start();

    const answer = await call(emulator, '/auth/v2/programmatic/register/', { body, contentType });

    expect(answer.status).toBe(status);
  });

  it('never shows the password or the code in the call log', async () => {
    const emulator = await start();
    await register(emulator);
    await verify(emulator, codeOf(emulator));
    await submit(`${emulator.url}/auth/v2/programmatic/register/`, { password: PASSWORD });

    expect(JSON.stringify(emulator.calls())).not.toContain(PASSWORD);
    expect(JSON.stringify(emulator.calls())).not.toContain(codeOf(emulator));
    expect(emulator.calls().map(({ status }) => status)).toEqual([201, 200, 415]);
  });
});

describe('verifying the address', () => {
  it('answers with tokens and the key of a first application, which then works', async () => {
    const emulator = await start({ apiKeys: ['sk_live_other'] });
    await register(emulator);

    const { status, body } = await verify(emulator, codeOf(emulator));

    const application = body['application'] as { api_key: string };
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.stringMatching(/^ey[\w-]+\.[\w-]+\.[\w-]+$/u),
      refresh_token: expect.stringMatching(/^ey/u),
      expires_in: 86_400,
      organization: { uuid: expect.any(String), name: "ada's organization" },
      application: {
        uuid: expect.any(String),
        name: 'My app',
        client_id: expect.stringMatching(/^[\w-]{12}$/u),
        api_key: expect.stringMatching(/^sk_live_[\w-]{43}$/u),
      },
    });
    await expect(check(emulator, { key: application.api_key })).resolves.toMatchObject({ status: 200 });
    await expect(check(emulator, { key: `${application.api_key}x` })).resolves.toMatchObject({ status: 401 });
  });

  it('works once', async () => {
    const emulator = await start();
    await register(emulator);
    const code = codeOf(emulator);
    await verify(emulator, code);

    await expect(verify(emulator, code)).resolves.toMatchObject({ status: 400 });
  });

  it.each([
    ['wrong0', 'Invalid or expired code.'],
    ['short', 'The code has 6 characters.'],
  ])('refuses the code %s', async (code, message) => {
    const emulator = await start();
    await register(emulator);

    await expect(verify(emulator, code)).resolves.toMatchObject({ status: 400, body: { code: [message] } });
  });

  it('refuses an address that never registered', async () => {
    const emulator = await start();

    await expect(verify(emulator, 'AAAAAA')).resolves.toMatchObject({ status: 400 });
  });

  it('refuses a code after ten minutes', async () => {
    let now = 1_000_000;
    const emulator = await start({ now: () => now });
    await register(emulator);
    now += 600_000;

    await expect(verify(emulator, codeOf(emulator))).resolves.toMatchObject({ status: 400 });
  });
});

describe('asking for another code', () => {
  it('makes the old one worthless', async () => {
    const emulator = await start();
    await register(emulator);
    const old = codeOf(emulator);

    const answer = await resend(emulator);

    expect(answer).toMatchObject({ status: 200, body: {} });
    expect(emulator.outbox()).toHaveLength(2);
    await expect(verify(emulator, old)).resolves.toMatchObject({ status: 400 });
    await expect(verify(emulator, codeOf(emulator))).resolves.toMatchObject({ status: 200 });
  });

  it('is possible once a minute for an address', async () => {
    let now = 1_000_000;
    const emulator = await start({ now: () => now });
    await register(emulator);
    await resend(emulator);
    now += 15_000;

    const refused = await resend(emulator);
    now += 45_000;
    const allowed = await resend(emulator);

    expect(refused).toMatchObject({
      status: 429,
      body: { detail: 'Request was throttled. Expected available in 45 seconds.' },
    });
    expect(allowed.status).toBe(200);
  });

  it('is possible five times an hour for a sender', async () => {
    const emulator = await start();
    const answers: number[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
      const { status } = await resend(emulator, `${name}@acme.dev`, '203.0.113.5');
      answers.push(status);
    }

    expect(answers).toEqual([200, 200, 200, 200, 200, 429]);
  });

  it('does not tell who is registered', async () => {
    const emulator = await start();

    await expect(resend(emulator, 'nobody@acme.dev')).resolves.toMatchObject({ status: 200, body: {} });
    expect(emulator.outbox()).toEqual([]);
  });
});

describe('a reset', () => {
  it('forgets users, codes and issued keys', async () => {
    const emulator = await start({ apiKeys: ['sk_live_other'] });
    await register(emulator);
    const { body } = await verify(emulator, codeOf(emulator));
    const { api_key: key } = body['application'] as { api_key: string };

    emulator.reset();

    expect(emulator.outbox()).toEqual([]);
    await expect(check(emulator, { key })).resolves.toMatchObject({ status: 401 });
    await expect(register(emulator)).resolves.toMatchObject({ status: 201 });
  });
});
