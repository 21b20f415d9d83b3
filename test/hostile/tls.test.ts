import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TlsOptions } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { approvedAnswer } from '../../packages/core/test/support/answers.js';
import { createAuthority } from '../../packages/core/test/support/certificates.js';
import { answer, closeAll, type ScriptedServer, startServer } from '../../packages/core/test/support/server.js';
import { SMALL_PICTURE } from './pictures.js';

const SCRIPT = fileURLToPath(new URL('trusting-client.mjs', import.meta.url));
const CLIENT = new URL('../../packages/core/dist/esm/index.js', import.meta.url).href;
const OLD_TLS: TlsOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };

const authority = createAuthority();
/** What servers of one authority show, and what a client makes of them that trusts it. */
const PROFILES: readonly (readonly [what: string, tls: TlsOptions, outcome: RegExp])[] = [
  ['holds', authority.issue(), /^Approved$/],
  ['has expired', authority.issue({ valid: 'no-more' }), /^connection CERT_HAS_EXPIRED, billed: no$/],
  ['does not hold yet', authority.issue({ valid: 'not-yet' }), /^connection CERT_NOT_YET_VALID, billed: no$/],
  ['is for another host', authority.issue({ address: [127, 0, 0, 2] }), /^connection ERR_TLS_CERT_\w+, billed: no$/],
  ['is of an authority of the same name', createAuthority().issue(), /^connection CERT_SIGNATURE_\w+, billed: no$/],
  ['comes with TLS 1.1 at most', { ...authority.issue(), ...OLD_TLS }, /^connection ERR_SSL_\w+, billed: no$/],
];

describe('a client that trusts an authority', () => {
  let servers: readonly ScriptedServer[];
  let folder: string;

  beforeAll(async () => {
    const approval = answer({ body: approvedAnswer() });
    servers = await Promise.all(PROFILES.map(([, tls]) => startServer(approval, { tls })));
    folder = await mkdtemp(join(tmpdir(), 'didit-liveness-'));
    await writeFile(join(folder, 'authority.pem'), authority.cert);
  });
  afterAll(async () => {
    await closeAll();
    await rm(folder, { recursive: true });
  });

  it.each([
    ['by itself', [], {}],
    ['and was told to check nothing', ['--no-warnings'], { NODE_TLS_REJECT_UNAUTHORIZED: '0' }],
    ['and was told to speak TLS 1.0', ['--tls-min-v1.0', '--tls-cipher-list=DEFAULT@SECLEVEL=0'], {}],
  ])('C34 shows its key to the one whose certificate holds, %s', async (_name, flags, variables) => {
    const before = servers.map(({ requests }) => requests.length);
    const env = { NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem'), ...variables };
    const picture = SMALL_PICTURE.toString('base64');

    const script = [...flags, SCRIPT, CLIENT, picture, ...servers.map(({ origin }) => origin)];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, script, { env });

    const outcomes = JSON.parse(stdout) as readonly string[];
    expect(outcomes).toEqual(PROFILES.map(([, , outcome]) => expect.stringMatching(outcome)));
    expect(stderr).toBe('');
    const sends = servers.map(({ requests }, index) => requests.length - (before[index] ?? 0));
    expect(sends).toEqual(PROFILES.map((_, index) => (index === 0 ? 1 : 0)));
  });
});
