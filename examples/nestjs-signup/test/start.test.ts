import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createEmulator, type Emulator } from '@didit-liveness/emulator';
import { pictureOf, sample } from '../../../test/support/pictures.js';
import { type RunningApp, start } from '../src/start.js';

let emulator: Emulator;
let app: RunningApp;

beforeAll(async () => {
  emulator = await createEmulator();
});

afterAll(async () => {
  await emulator.close();
});

describe.each(['express', 'fastify'] as const)('the Nest example on %s', (platform) => {
  beforeEach(async () => {
    app = await start({ port: 0, apiKey: 'emulator-key', emulatorUrl: emulator.url, platform });
  });

  afterEach(async () => {
    await app.close();
    emulator.reset();
  });

  const get = (path: string) => fetch(`${app.url}${path}`);
  const accounts = async () => ((await (await get('/accounts')).json()) as { accounts: unknown[] }).accounts;
  const signUp = (picture: Uint8Array, email = 'ada@example.org', path = '/signup') => {
    const form = new FormData();
    form.set('email', email);
    form.set('selfie', new Blob([picture], { type: 'image/jpeg' }), 'selfie.jpg');
    return fetch(`${app.url}${path}`, { method: 'POST', body: form });
  };

  it('makes an account for a live person', async () => {
    const picture = sample('approved.jpg');

    const response = await signUp(picture);

    const imageSha256 = createHash('sha256').update(picture).digest('hex');
    const account = { id: expect.stringMatching(/^[0-9a-f-]{36}$/), email: 'ada@example.org' };
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({
      account,
      liveness: {
        outcome: 'approved',
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        imageSha256,
        policyId: expect.stringMatching(/^[0-9a-f]{12}$/),
      },
    });
    expect(await accounts()).toEqual([account]);
    expect(emulator.calls()).toMatchObject([
      { fields: { face_liveness_score_decline_threshold: '80' }, image: { sha256: imageSha256 } },
    ]);
  });

  it.each([
    ['spoof', 403, 'liveness-declined'],
    ['duplicate', 403, 'liveness-declined'],
    ['possible-duplicate', 403, 'liveness-declined'],
    ['low-score', 403, 'liveness-declined'],
    ['no-face', 422, 'selfie-retake'],
    ['500', 503, 'liveness-unavailable'],
  ])('makes none after %s: %i %s', async (scenario, status, code) => {
    const response = await signUp(pictureOf(scenario));

    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await response.json()).toMatchObject({ code });
    expect(await accounts()).toEqual([]);
  });

  it.each(['nobody', '', `${'a'.repeat(250)}@example.org`])('does not pay for the address "%s"', async (email) => {
    const response = await signUp(sample('approved.jpg'), email);

    const message = 'Enter an e-mail address, for example ada@example.org.';
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code: 'invalid-fields', hints: [{ code: 'email', message }] });
    expect(emulator.calls()).toEqual([]);
  });

  it.each(['/signup/', '/SIGNUP', '//signup', '/%73ignup', '/signup;x', '/signup?x', '/./signup', '/signup%2f'])(
    'G09 makes no account past the guard through %s',
    async (path) => {
      const response = await signUp(pictureOf('spoof'), 'ada@example.org', path);

      expect([403, 404]).toContain(response.status);
      expect(await accounts()).toEqual([]);
    },
  );

  it.each([
    ['/', 'text/html; charset=utf-8'],
    ['/page.css', 'text/css; charset=utf-8'],
    ['/page.js', 'text/javascript; charset=utf-8'],
    ['/icon.svg', 'image/svg+xml'],
    ['/samples/index.json', 'application/json; charset=utf-8'],
    ['/samples/approved.webp', 'image/webp'],
    ['/samples/approved.tiff', 'image/tiff'],
  ])('serves %s as %s', async (path, type) => {
    const response = await get(path);

    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('content-security-policy')).toBe("default-src 'self'");
    expect(response.headers.has('x-powered-by')).toBe(false);
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(0);
  });

  it.each(['/nothing', '/samples/nothing.jpg', '/samples/', '/..%2fpackage.json', '/samples/..%2f..%2fpackage.json'])(
    'shows nothing at %s',
    async (path) => {
      const response = await get(path);

      expect(response.ok).toBe(false);
    },
  );

  it('says that it talks to an emulator', async () => {
    expect(await (await get('/mode')).json()).toEqual({ mode: 'emulator' });
  });

  it('has a page of Swagger, and describes form and problems there', async () => {
    const page = await get('/docs');
    const document = (await (await get('/docs-json')).json()) as {
      paths: { '/signup': { post: { requestBody: { content: object }; responses: object } } };
    };

    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect((await get('/docs/swagger-ui.css')).status).toBe(200);
    const { requestBody, responses } = document.paths['/signup'].post;
    expect(Object.keys(requestBody.content)).toEqual(['multipart/form-data']);
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['201', '403', '415', '422', '503']));
  });
});

describe('start', () => {
  it('says which port is taken', async () => {
    const first = await start({ port: 0, apiKey: 'emulator-key', emulatorUrl: emulator.url });
    const port = Number(new URL(first.url).port);

    for (const platform of ['express', 'fastify'] as const) {
      const second = start({ port, apiKey: 'emulator-key', emulatorUrl: emulator.url, platform });
      await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE', port });
    }
    await first.close();
  });

  it('asks the real Didit when it is given no emulator', async () => {
    const events: unknown[] = [];
    const real = await start({
      port: 0,
      apiKey: 'sk_test_example',
      emulatorUrl: undefined,
      onEvent: (event) => events.push(event),
    });

    expect(await (await fetch(`${real.url}/mode`)).json()).toEqual({ mode: 'didit' });
    expect(events).toContainEqual(expect.objectContaining({ type: 'configuration' }));
    await real.close();
  });
});
