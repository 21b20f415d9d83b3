import { describe, expect, it } from '@jest/globals';
import type { EmulatorOptions } from '../src/options.js';
import type { JsonAnswer } from './support.js';
import { call, check, start } from './support.js';

const ME = '/auth/v2/organizations/me/';

async function startLoggedIn(options: EmulatorOptions = {}) {
  const emulator = await start(options);
  const email = 'ada@acme.dev';
  await call(emulator, '/auth/v2/programmatic/register/', { body: { email, password: 'Correct-h0rse' } });
  const code = emulator.outbox()[0]?.code;
  const { body } = await call(emulator, '/auth/v2/programmatic/verify-email/', { body: { email, code } });
  const registration = body as unknown as {
    readonly access_token: string;
    readonly organization: { readonly uuid: string };
    readonly application: { readonly uuid: string; readonly api_key: string; readonly client_id: string };
  };
  const bearer = registration.access_token;
  const get = (path: string): Promise<JsonAnswer> => call(emulator, path, { method: 'GET', key: null, bearer });
  const applications = `${ME}${registration.organization.uuid}/applications/`;
  return { emulator, registration, bearer, get, applications };
}

describe('the organization of an account', () => {
  it('is listed', async () => {
    const { get, registration } = await startLoggedIn({ now: () => Date.UTC(2026, 10, 20) });

    const { status, body } = await get(ME);

    expect(status).toBe(200);
    expect(body).toEqual([
      {
        uuid: registration.organization.uuid,
        name: "ada's organization",
        contact_email: 'ada@acme.dev',
        created_at: '2026-11-20T00:00:00.000Z',
      },
    ]);
  });

  it('has an application whose key can be read', async () => {
    const { get, registration, applications } = await startLoggedIn();
    const { uuid, api_key: apiKey, client_id: clientId } = registration.application;

    const list = await get(applications);
    const { body } = await get(`${applications}${uuid}/`);

    const shown = { uuid, name: 'My app', client_id: clientId, website_url: null, redirect_uris: [] };
    expect(list.body).toEqual([shown]);
    expect(body).toEqual({ ...shown, api_key: apiKey });
  });

  it('gets a second application, whose key works too', async () => {
    const { emulator, bearer, get, applications } = await startLoggedIn({ apiKeys: ['sk_live_other'] });

    const { status, body } = await call(emulator, applications, { key: null, bearer, body: { name: 'Shop' } });

    expect(status).toBe(201);
    expect(body).toMatchObject({ name: 'Shop', api_key: expect.any(String) });
    await expect(get(applications)).resolves.toMatchObject({ body: { length: 2 } });
    await expect(check(emulator, { key: String(body['api_key']) })).resolves.toMatchObject({ status: 200 });
  });

  it('wants a name for an application', async () => {
    const { emulator, bearer, applications } = await startLoggedIn();

    const answer = await call(emulator, applications, { key: null, bearer, body: {} });

    expect(answer).toMatchObject({ status: 400, body: { name: ['This field is required.'] } });
  });

  it.each(['applications/', 'applications/x/'])('is not found under another identifier: %s', async (rest) => {
    const { get } = await startLoggedIn();

    await expect(get(`${ME}other/${rest}`)).resolves.toMatchObject({ status: 404, body: { detail: 'Not found.' } });
  });

  it('has no application that does not exist', async () => {
    const { get, applications } = await startLoggedIn();

    await expect(get(`${applications}other/`)).resolves.toMatchObject({ status: 404 });
  });

  it('cannot be seen without a token, with a wrong one, or a day later', async () => {
    let now = 1_000_000;
    const { emulator, get } = await startLoggedIn({ now: () => now });
    const none = await call(emulator, ME, { method: 'GET' });
    const wrong = await call(emulator, ME, { method: 'GET', bearer: 'x' });
    now += 86_400_000;

    const late = await get(ME);

    expect(none).toMatchObject({ status: 401, body: { detail: 'Authentication credentials were not provided.' } });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'token_not_valid' } });
    expect(late.status).toBe(401);
  });
});
