import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, it } from '@jest/globals';
import { start } from './support/cli.js';

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

  it('ends with 3 when its port is taken', async () => {
    const first = start(['emulator', '--port', '0']);
    const [line] = (await once(createInterface(first.child.stdout), 'line')) as [string];
    const port = new URL(/http:\S+/.exec(line)?.[0] ?? '').port;

    const { code, stderr } = await start(['emulator', '--port', port]).finished;

    expect(code).toBe(3);
    expect(stderr).toContain('is taken');
  });
});
