import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, it } from '@jest/globals';
import { run, start } from './support/cli.js';

describe('didit-liveness emulator', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('serves with the options of didit-emulator until %s', async (signal) => {
    const { child, finished } = start(['emulator', '--port', '0', '--balance-dollars', '7']);
    let url = '';
    for await (const line of createInterface(child.stdout)) {
      url = /http:\S+/.exec(line)?.[0] ?? url;
      if (line === 'ready') break;
    }

    const response = await fetch(`${url}/v3/billing/balance/`, { headers: { 'x-api-key': 'any' } });
    const balance = (await response.json()) as { balance: string };
    child.kill(signal);

    expect(balance.balance).toBe('7.0000');
    expect((await finished).code).toBe(0);
  });

  it('prints one line of JSON with --json, and nothing else', async () => {
    const { child, finished } = start(['emulator', '--port', '0', '--json']);
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { url } = JSON.parse(line) as { url: string };
    const { status } = await fetch(`${url}/system/healthcheck`);
    child.kill('SIGTERM');

    expect(status).toBe(200);
    expect(await finished).toMatchObject({ code: 0, stdout: `${line}\n`, stderr: '' });
  });

  it.each([
    [['--port', '70000'], 'Option "port" is 70000'],
    [['--prot', '1'], 'Did you mean "--port"?'],
    [['sk_live_test-key'], 'Unexpected argument'],
  ])('%j with --json gives the message to programs too', async (args, message) => {
    const { code, stdout, stderr, json } = await run(['emulator', ...args, '--json']);

    expect(code).toBe(3);
    expect(json()).toEqual({ error: { code: 'invalid-options', message: expect.stringContaining(message) } });
    expect(stderr).toContain(`didit-liveness emulator: `);
    expect(stdout + stderr).not.toContain('sk_live_');
  });

  it('ends with 3 when its port is taken', async () => {
    const first = start(['emulator', '--port', '0']);
    const [line] = (await once(createInterface(first.child.stdout), 'line')) as [string];
    const port = new URL(/http:\S+/.exec(line)?.[0] ?? '').port;

    const { code, stderr } = await run(['emulator', '--port', port]);

    expect(code).toBe(3);
    expect(stderr).toContain('is taken');
  });
});
