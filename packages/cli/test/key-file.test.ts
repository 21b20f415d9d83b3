import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { BIN, envFor, run, start, startEmulator, temporaryFolder } from './support/cli.js';

const EMAIL = 'ada@acme-payments.com';
const ARGS = ['verify-email', '--email', EMAIL];

async function registered() {
  const emulator = await startEmulator();
  const cwd = temporaryFolder();
  await run(['register', '--email', EMAIL], { cwd, env: { ...envFor(emulator), DIDIT_PASSWORD: 'A-fake-Passw0rd' } });
  const env = { ...envFor(emulator), DIDIT_EMAIL_CODE: emulator.outbox().at(-1)?.code ?? '' };
  return { emulator, cwd, env };
}

it('notices a disk that takes nothing before the code is spent', async () => {
  const { cwd, env } = await registered();

  // A limit on the size of files stands for the full disk.
  const command = `ulimit -f 0; exec "${process.execPath}" "${BIN}" ${ARGS.join(' ')}`;
  const child = spawn('bash', ['-c', command], { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => {
    stderr += text.toString();
  });
  const [code] = await once(child, 'close');
  const again = await run(ARGS, { cwd, env });

  expect(code).toBe(3);
  expect(stderr).toContain('didit-api-key cannot be written (EFBIG). Name another file');
  expect(again.code).toBe(0);
});

it('ends with 4 and the way to the key when the disk fills up while Didit answers', async () => {
  const { emulator, cwd, env } = await registered();
  // Stands before the emulator, and takes the disk away while the code is on its way.
  const proxy = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    execFileSync('prlimit', [`--pid=${child.pid}`, '--fsize=0']);
    const headers = { 'content-type': request.headers['content-type'] ?? '' };
    const answer = await fetch(`${emulator.url}${request.url}`, { method: 'POST', headers, body });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo;

  const { child, finished } = start([...ARGS, '--json'], {
    cwd,
    env: { ...env, DIDIT_AUTH_URL: `http://127.0.0.1:${port}` },
  });
  const { code, json, stdout, stderr } = await finished;
  proxy.close();

  expect({ code, stderr }).toMatchObject({ code: 4 });
  expect(json()).toMatchObject({
    error: { code: 'key-not-written', advice: expect.stringContaining('login --email') },
  });
  expect(stdout + stderr).not.toContain('sk_live_');
  expect(readdirSync(cwd)).toEqual([]);
});
