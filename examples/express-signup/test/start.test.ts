import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pictureOf, sample } from '../../../test/support/pictures.js';
import { useTakenPort } from '../../../test/support/taken-port.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

interface Sample {
  readonly file: string;
  readonly scenario: string | null;
  readonly expect: string;
}

const SAMPLES = JSON.parse(
  readFileSync(new URL('../samples/index.json', import.meta.url), 'utf8'),
) as readonly Sample[];

/** What `npm start` runs, once the packages are built: a build under the other tests would take away what they run. */
function start(env: Readonly<Record<string, string>>): {
  readonly child: ChildProcess;
  readonly printed: () => string;
} {
  const child = spawn(process.execPath, ['examples/start.mjs'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], PORT: '0', EMULATOR_PORT: '0', ...env },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => {
      printed += text.toString();
    });
  }
  return { child, printed: () => printed };
}

async function untilReady({ child, printed }: ReturnType<typeof start>): Promise<void> {
  while (!/\bready\b/.test(printed())) {
    if (child.exitCode !== null) throw new Error(printed());
    await once(child.stdout ?? child, 'data');
  }
}

describe('npm start', () => {
  const running = start({});
  let app = '';
  let emulator = '';

  beforeAll(async () => {
    await untilReady(running);
    [, emulator = ''] = /^emulator\s+(\S+)/m.exec(running.printed()) ?? [];
    [, app = ''] = /^example\s+(\S+)/m.exec(running.printed()) ?? [];
  }, 60_000);

  afterAll(async () => {
    running.child.kill('SIGTERM');
    await once(running.child, 'exit');
  });

  const signUp = async (picture: Uint8Array, email = 'ada@example.org') => {
    const form = new FormData();
    form.set('email', email);
    form.set('selfie', new Blob([picture]), 'selfie.jpg');
    const response = await fetch(`${app}/signup`, { method: 'POST', body: form });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  const accounts = async () => {
    const { accounts: list } = (await (await fetch(`${app}/accounts`)).json()) as { accounts: { id: string }[] };
    return list;
  };

  it.each(SAMPLES.map(({ file, expect: outcome }) => [file, outcome]))(
    'answers the sample %s as the page says: %s',
    async (file, outcome) => {
      const statuses: Record<string, number> = { 'Account created': 201, 'Asked to retake': 422, Refused: 403 };
      const before = (await accounts()).length;

      const { status, body } = await signUp(sample(file));

      expect(status).toBe(statuses[outcome]);
      expect((await accounts()).length - before).toBe(status === 201 ? 1 : 0);
      if (status === 422) expect(body).toMatchObject({ code: 'selfie-retake', hints: [expect.anything()] });
    },
  );

  it('makes the account with what the form and the check gave', async () => {
    const { body } = await signUp(sample('approved.png'), 'grace@example.org');

    expect(body).toEqual({
      account: { id: expect.any(String), email: 'grace@example.org' },
      liveness: {
        outcome: 'approved',
        requestId: expect.any(String),
        imageSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        policyId: expect.stringMatching(/^[0-9a-f]{12}$/),
      },
    });
    expect((await accounts()).at(-1)).toEqual(body['account']);
  });

  it('refuses a bad e-mail address before anything is paid', async () => {
    await fetch(`${emulator}/_emulator/reset`, { method: 'POST' });

    const { status, body } = await signUp(sample('approved.png'), 'nobody');
    const calls = await (await fetch(`${emulator}/_emulator/calls`)).json();

    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'invalid-fields', hints: [{ code: 'email' }] });
    expect(calls).toEqual({ calls: [] });
  });

  it('makes no account when Didit fails', async () => {
    const before = (await accounts()).length;

    const { status } = await signUp(pictureOf('500-html'));

    expect(status).toBe(503);
    expect(await accounts()).toHaveLength(before);
  });

  it.each([
    '/',
    '/page.css',
    '/page.js',
    '/icon.svg',
    '/mode',
    '/samples/index.json',
    '/samples/approved.preview.webp',
  ])('serves %s', async (path) => {
    const response = await fetch(`${app}${path}`);

    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toBe("default-src 'self'");
  });
});

describe('npm start with something in the way', () => {
  const port = useTakenPort();

  it.each(['PORT', 'EMULATOR_PORT'])(
    'says that the port in %s is taken, and exits with 1',
    async (name) => {
      const { child, printed } = start({ [name]: port() });
      const [code] = (await once(child, 'close')) as [number];

      expect(code).toBe(1);
      expect(printed()).toMatch(new RegExp(`${port()} .*(taken|in use)`));
      expect(printed()).toContain(name);
      expect(printed()).not.toContain('ready');
    },
    30_000,
  );

  it('says what a port may be', async () => {
    const { child, printed } = start({ PORT: 'http' });
    const [code] = (await once(child, 'close')) as [number];

    expect(code).toBe(1);
    expect(printed()).toContain('PORT is "http"; allowed: a port number from 0 to 65535');
  });

  it('starts no emulator with a key of Didit, and warns of a sandbox key', async () => {
    const running = start({ DIDIT_API_KEY: 'sk_test_example' });
    await untilReady(running);
    running.child.kill('SIGTERM');
    await once(running.child, 'exit');

    expect(running.printed()).not.toContain('emulator');
    expect(running.printed()).toMatch(/sandbox, which approves every picture/);
    expect(running.printed()).not.toContain('sk_test_example');
  }, 30_000);
});
