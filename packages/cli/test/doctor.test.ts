import { createServer as createTlsServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { serverCertificate } from '../../core/test/support/certificates.js';
import { judgeKey, judgeNode } from '../src/doctor/examine.js';
import { envFor, KEY, run, serve, startEmulator, temporaryFolder } from './support/cli.js';

async function findingsFor(baseUrl: string) {
  const { code, json } = await run(['doctor', '--json'], { env: { DIDIT_API_KEY: KEY, DIDIT_BASE_URL: baseUrl } });
  const { findings } = json() as { findings: readonly { name: string; status: string; detail: string }[] };
  return { code, find: (name: string) => findings.find((finding) => finding.name === name) };
}

describe('didit-liveness doctor', () => {
  it('finds all well with an emulator, spends nothing, and does not show the key', async () => {
    const emulator = await startEmulator();

    const { code, stdout, stderr } = await run(['doctor'], { env: envFor(emulator) });

    expect(code).toBe(0);
    for (const name of ['node', 'key', 'reachability', 'clock', 'balance', 'limits']) expect(stdout).toContain(name);
    expect(stdout).toContain('100000.0000 USD');
    expect(stdout + stderr).not.toContain(KEY);
    expect(emulator.calls().filter(({ billed }) => billed)).toEqual([]);
  });

  it('goes on without a key, and fails', async () => {
    const emulator = await startEmulator();

    const { code, stdout } = await run(['doctor'], { env: { DIDIT_BASE_URL: emulator.url } });

    expect(code).toBe(4);
    expect(stdout).toMatch(/failed +key +none: set DIDIT_API_KEY/);
    expect(stdout).toMatch(/ok +reachability/);
    expect(stdout).toMatch(/skipped +balance/);
  });

  it('tells a wrong key from a service that is away', async () => {
    const emulator = await startEmulator({ apiKeys: ['another'] });

    const { code, find } = await findingsFor(emulator.url);

    expect(code).toBe(4);
    expect(find('reachability')).toMatchObject({ status: 'ok' });
    expect(find('balance')).toMatchObject({ status: 'failed', detail: expect.stringContaining('key') });
    expect(find('balance')?.detail).toContain('Invalid API Key. Check the key');
  });

  it('warns of an empty balance', async () => {
    const emulator = await startEmulator({ balanceDollars: 0 });

    const { code, find } = await findingsFor(emulator.url);

    expect(code).toBe(0);
    expect(find('balance')).toMatchObject({ status: 'warning' });
  });

  it('warns of a clock that is off', async () => {
    const past = new Date(Date.now() - 900_000).toUTCString();
    const url = await serve((_, response) => response.setHeader('date', past).end('{"status":"ok"}'));

    expect((await findingsFor(url)).find('clock')).toMatchObject({
      status: 'warning',
      detail: expect.stringMatching(/(899|900|901) s ahead of Didit/),
    });
  });

  it('tells a clock that is a little behind, and warns of none', async () => {
    const ahead = new Date(Date.now() + 20_000).toUTCString();
    const url = await serve((_, response) => response.setHeader('date', ahead).end('{"status":"ok"}'));

    expect((await findingsFor(url)).find('clock')).toMatchObject({
      status: 'ok',
      detail: expect.stringMatching(/^(19|20|21) s behind Didit$/),
    });
  });

  it('says nothing of the clock when the answer has no date', async () => {
    const url = await serve((_, response) => {
      response.sendDate = false;
      response.end('{"status":"ok"}');
    });

    expect((await findingsFor(url)).find('clock')).toEqual({
      name: 'clock',
      status: 'skipped',
      detail: 'the answer has no date',
    });
  });

  it('finds a connection that breaks, and an address that nobody may ask', async () => {
    const url = await serve((request) => request.socket.destroy());

    const broken = await findingsFor(url);
    // A port of another protocol, which fetch refuses without a code.
    const blocked = await findingsFor('http://127.0.0.1:6000');

    expect(broken.find('reachability')?.detail).toMatch(/: no connection \(\w+\)$/);
    expect(broken.find('clock')).toMatchObject({ status: 'skipped' });
    expect(blocked.find('reachability')?.detail).toContain('fetch is kept from this port; take another (BAD_PORT)');
    expect([broken.code, blocked.code]).toEqual([4, 4]);
  });

  it('leaves a question of Didit a question', async () => {
    const url = await serve((_, response) => response.writeHead(403).end('{"detail":"Is this key for another host?"}'));

    expect((await findingsFor(url)).find('balance')?.detail).toContain('Is this key for another host? ');
  });

  it('ends with 3 when the file of the key cannot be read, instead of examining without one', async () => {
    const path = join(temporaryFolder(), 'missing');

    const { code, stdout, stderr } = await run(['doctor', '--api-key-file', path]);

    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(`${path}, named by --api-key-file, cannot be read (ENOENT).`);
  });

  it.each([
    [503, 'not healthy'],
    [302, 'a proxy'],
    [404, 'a wrong DIDIT_BASE_URL'],
  ])('says what an answer of %i means', async (status, meaning) => {
    const url = await serve((_, response) => response.writeHead(status).end());

    const { code, find } = await findingsFor(url);

    expect(code).toBe(4);
    expect(find('reachability')).toMatchObject({ status: 'failed', detail: expect.stringContaining(meaning) });
  });

  it('says so when fetch is kept from a port', async () => {
    const { find } = await findingsFor('http://127.0.0.1:4190');

    expect(find('reachability')?.detail).toContain('fetch is kept from this port; take another');
  });

  it.each([
    ['not a url', 'not a bare origin'],
    ['http://example.com', 'allowed: https'],
    ['https://user:a-password@example.com', 'not a bare origin'],
  ])('finds that %s is no address, and goes on', async (baseUrl, reason) => {
    const { code, find } = await findingsFor(baseUrl);

    expect(code).toBe(4);
    expect(find('reachability')).toMatchObject({ status: 'failed', detail: expect.stringContaining(reason) });
    expect(find('reachability')?.detail).toMatch(/^DIDIT_BASE_URL cannot be used: /);
    expect(find('reachability')?.detail).not.toContain('a-password');
    for (const name of ['clock', 'balance']) expect(find(name)).toMatchObject({ status: 'skipped' });
    expect(find('limits')).toMatchObject({ status: 'ok' });
  });

  it('asks nothing with a key that cannot be one, and examines the rest', async () => {
    const emulator = await startEmulator();

    const { stdout } = await run(['doctor'], { env: { ...envFor(emulator), DIDIT_API_KEY: 'two words' } });

    expect(stdout).toMatch(/failed +key +has blanks/);
    expect(stdout).toMatch(/ok +reachability/);
    expect(stdout).toMatch(/skipped +balance/);
  });

  it('tells DNS, TLS and a closed port apart', async () => {
    const emulator = await startEmulator();
    await emulator.close();
    const server = createTlsServer(serverCertificate(), (_, response) => response.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // It listens on TCP.

    const dns = await findingsFor('https://no-such-host.invalid');
    const tls = await findingsFor(`https://127.0.0.1:${port}`);
    const closed = await findingsFor(emulator.url);
    server.close();

    expect(dns.find('reachability')?.detail).toMatch(/cannot be resolved.*(ENOTFOUND|EAI_AGAIN)/);
    expect(tls.find('reachability')?.detail).toContain('the certificate or the TLS handshake is refused');
    expect(closed.find('reachability')?.detail).toContain('nothing listens there');
    expect([dns.code, tls.code, closed.code]).toEqual([4, 4, 4]);
    expect(closed.find('balance')?.detail).toMatch(
      /no connection could be made \(ECONNREFUSED\)\. See reachability\.$/,
    );
  });
});

describe('judgeKey', () => {
  it.each([
    [undefined, 'failed', 'none'],
    ['sk_test_anything', 'warning', 'sandbox'],
    [`sk_live_${'x'.repeat(43)}`, 'ok', 'live'],
    ['sk_live_short', 'warning', 'copied whole'],
    ['an-older-key', 'ok', 'without a prefix'],
    ['two words', 'failed', 'has blanks'],
    ['sk_test_two words', 'failed', 'has blanks'],
  ])('of %s is %s', (key, status, detail) => {
    const finding = judgeKey(key);

    expect(finding).toMatchObject({ status, detail: expect.stringContaining(detail) });
    expect(finding.detail).not.toContain(key ?? 'undefined');
  });
});

describe('judgeNode', () => {
  it.each([
    ['20.19.0', 'ok'],
    ['24.1.0', 'ok'],
    ['20.18.9', 'failed'],
    ['18.20.0', 'failed'],
  ])('of %s is %s', (version, status) => {
    expect(judgeNode(version).status).toBe(status);
  });
});
