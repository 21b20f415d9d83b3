import { describe, expect, it } from '@jest/globals';
import { runCommand } from '../src/command.js';
import { call, check, read, start } from './support.js';

async function run(...args: string[]) {
  const info: string[] = [];
  const error: string[] = [];
  const result = await runCommand(args, { info: (line) => info.push(line), error: (line) => error.push(line) });
  return { result, info: info.join('\n'), error: error.join('\n') };
}

describe('runCommand', () => {
  it('starts an emulator and prints its address and a line with the word ready', async () => {
    const { result, info, error } = await run('--port', '0');
    const url = result.kind === 'running' ? result.emulator.url : '';

    const health = await fetch(`${url}/system/healthcheck`);
    await (result.kind === 'running' ? result.emulator.close() : undefined);

    expect(health.status).toBe(200);
    expect(info).toMatch(new RegExp(`${url}\nready$`, 'u'));
    expect(error).toBe('');
  });

  it('hands every option on', async () => {
    const flags =
      '--port=0 --api-key=one --api-key=two --auth-mode=seed --threshold-mode=lt --seed-shape --balance-dollars=5 ' +
      '--price-dollars=2 --writes-per-minute=3 --latency-ms=1 --allow-production';
    const { result } = await run(...flags.split(' '));
    if (result.kind !== 'running') {
      throw new Error('the command did not start an emulator');
    }
    const { emulator } = result;

    const wrongKey = await check(emulator, { key: 'three' });
    const answers = [1, 2, 3, 4].map(() => check(emulator, { key: 'two', fields: { vendor_data: 'a' } }));
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    const balance = await read(emulator, '/v3/billing/balance/', 'one');
    await emulator.close();

    expect(wrongKey.status).toBe(401);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 200, 403, 429]);
    expect(balance.body.balance).toBe('1.0000');
  });

  it('hands the options of sessions and webhooks on', async () => {
    const flags = '--port=0 --session-delete-status=204 --webhook-timeout-ms=50';
    const delays = '--webhook-retry-delay-ms=0 --webhook-retry-delay-ms=1';
    const { result } = await run(...`${flags} ${delays}`.split(' '));
    if (result.kind !== 'running') {
      throw new Error('the command did not start an emulator');
    }
    const { emulator } = result;
    // Nobody listens on this port, which is reserved.
    const destination = { label: 'App', url: 'http://127.0.0.1:1/', subscribed_events: ['status.updated'] };
    await call(emulator, '/v3/webhook/destinations/', { body: destination });

    const saved = await check(emulator);
    const deleted = await call(emulator, `/v3/session/${saved.body.request_id}/delete/`, { method: 'DELETE' });
    await emulator.settled();
    await emulator.close();

    expect(deleted.status).toBe(204);
    expect(emulator.deliveries()).toMatchObject([{ attempts: { length: 3 } }]);
  });

  it.each(['--help', '-h'])('explains itself with %s and starts nothing', async (flag) => {
    const { result, info } = await run(flag);

    expect(result).toEqual({ kind: 'done', exitCode: 0 });
    expect(info).toContain('Usage: didit-emulator [options]');
  });

  it.each([
    [['--prot', '1'], 'Unknown option --prot. Did you mean "--port"? See --help.'],
    [['--entirely-different=1'], 'Unknown option --entirely-different. See --help.'],
    [['-x'], "Unknown option '-x'"],
    [['extra'], 'didit-emulator: Unexpected argument; only options are taken. See --help.'],
    [['--port'], "Option '--port <value>' argument missing"],
    [['--seed-shape=yes'], "Option '--seed-shape' does not take an argument"],
    [['--webhook-retry-delay-ms', 'soon'], '--webhook-retry-delay-ms is "soon", which is not a number.'],
    [['--session-delete-status', '202'], 'Option "sessionDeleteStatus" is 202; allowed: 200, 204.'],
    [['--port', 'abc'], '--port is "abc", which is not a number.'],
    [['--latency-ms='], '--latency-ms is "", which is not a number.'],
    [['--port', '70000'], 'Option "port" is 70000; allowed: a whole number from 0 to 65535.'],
    [['--auth-mode', 'may'], 'Option "authMode" is "may"; allowed: "seed", "jul", "nov".'],
  ])('refuses %j with exit code 1', async (args, message) => {
    const { result, error } = await run(...args);

    expect(result).toEqual({ kind: 'done', exitCode: 1 });
    expect(error).toContain(`didit-emulator: `);
    expect(error).toContain(message);
  });

  it('prints one line of JSON with --json: the address, or the error', async () => {
    const { result, info } = await run('--port', '0', '--json');
    const url = result.kind === 'running' ? result.emulator.url : '';
    const refused = await run('--port', new URL(url).port, '--json');
    await (result.kind === 'running' ? result.emulator.close() : undefined);

    expect(JSON.parse(info)).toEqual({ url });
    expect(JSON.parse(refused.info)).toEqual({
      error: { code: 'port-unavailable', message: expect.stringContaining('is taken') },
    });
    expect(refused.error).toContain('is taken');
    expect(`${info}${refused.info}`).not.toContain('\n');
  });

  it('is called what its host calls it', async () => {
    const lines: string[] = [];
    const push = (line: string) => lines.push(line);
    const output = { info: push, error: push, name: 'another-name emulator' };

    await runCommand(['--help'], output);
    await runCommand(['--prot'], output);

    expect(lines.join('\n')).not.toContain('didit-emulator');
    expect(lines).toEqual([
      expect.stringMatching(/^Usage: another-name emulator \[options\][^]*Examples:\n {2}another-name emulator\n/u),
      expect.stringMatching(/^another-name emulator: Unknown option --prot/u),
    ]);
  });

  it('refuses a taken port with exit code 1', async () => {
    const { port } = await start();

    const { result, error } = await run('--port', String(port));

    expect(result).toEqual({ kind: 'done', exitCode: 1 });
    expect(error).toContain(`didit-emulator: Port ${port} on 127.0.0.1 is taken.`);
  });
});
