import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createEmulator } from '../src/emulator.js';
import { check, read, send, start } from './support.js';

describe('createEmulator', () => {
  const environment = process.env['NODE_ENV'];

  afterEach(() => {
    process.env['NODE_ENV'] = environment;
  });

  it('listens on a free port of the loopback interface and says where', async () => {
    const emulator = await start();

    expect(emulator.port).toBeGreaterThan(0);
    expect(emulator.url).toBe(`http://127.0.0.1:${emulator.port}`);
    await expect(read(emulator, '/system/healthcheck')).resolves.toMatchObject({ status: 200 });
  });

  it('rejects with the port in the message when the port is taken', async () => {
    const { port } = await start();

    const second = createEmulator({ port });

    await expect(second).rejects.toMatchObject({
      code: 'port-unavailable',
      message: expect.stringContaining(`Port ${port} on 127.0.0.1 is taken`),
    });
  });

  it('refuses to start in production and names the way around', async () => {
    process.env['NODE_ENV'] = 'production';

    const started = createEmulator();

    await expect(started).rejects.toMatchObject({
      code: 'refused-in-production',
      message: expect.stringContaining('allowProduction: true (--allow-production)'),
    });
  });

  it('starts in production when told to', async () => {
    process.env['NODE_ENV'] = 'production';

    await expect(start({ allowProduction: true })).resolves.toMatchObject({ port: expect.any(Number) });
  });

  it('keeps two emulators apart', async () => {
    const [one, other] = await Promise.all([start(), start()]);

    await check(one);

    expect(one.calls()).toHaveLength(1);
    expect(other.calls()).toHaveLength(0);
  });
});

describe('next', () => {
  it('scripts the next checks and then lets pictures choose again', async () => {
    const emulator = await start();
    emulator.next('spoof', 2);

    const statuses = [await check(emulator), await check(emulator), await check(emulator)].map(
      ({ body }) => body.liveness.status,
    );

    expect(statuses).toEqual(['Declined', 'Declined', 'Approved']);
  });

  it('throws for a scenario that does not exist', async () => {
    const emulator = await start();

    // The compiler refuses the name; a JavaScript caller gets there all the same.
    expect(() => emulator.next('spof' as 'spoof')).toThrow('Did you mean "spoof"?');
  });
});

describe('reset', () => {
  it('forgets calls, scripts and faces and refills the balance', async () => {
    const emulator = await start({ balanceDollars: 1, priceDollars: 1 });
    await check(emulator, { fields: { vendor_data: 'a' } });
    emulator.next('500', 5);

    emulator.reset();
    const after = await check(emulator, { fields: { vendor_data: 'b' } });

    expect(after.status).toBe(200);
    expect(after.body.liveness.warnings).toEqual([]);
    expect(emulator.calls()).toHaveLength(1);
  });

  it('forgets who used up the rate limit', async () => {
    const emulator = await start({ writesPerMinute: 1 });
    await check(emulator);

    emulator.reset();

    await expect(check(emulator)).resolves.toMatchObject({ status: 200 });
  });
});

describe('close', () => {
  it.each(['hang', 'slow-headers', 'slow-body'] as const)(
    'ends the connection that %s keeps open',
    async (scenario) => {
      const emulator = await createEmulator();
      emulator.next(scenario);
      const answer = send(emulator).then((response) => response.text());
      // Observed here so that a rejection before `close` is done is not an unhandled one.
      const ended = expect(answer).rejects.toThrow();
      await callsOf(emulator, 1);

      await emulator.close();

      await ended;
    },
  );

  it('ends a connection that never sent a request', async () => {
    const emulator = await createEmulator();
    const socket = connect(emulator.port, '127.0.0.1');
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    await read(emulator, '/system/healthcheck');

    await emulator.close();

    await expect(closed).resolves.toEqual([expect.anything()]);
  });

  it('may be called twice', async () => {
    const emulator = await createEmulator();

    await emulator.close();

    await expect(emulator.close()).resolves.toBeUndefined();
  });
});

/** Waits over HTTP until the emulator has recorded so many calls. */
async function callsOf(emulator: { readonly url: string }, count: number): Promise<void> {
  const response = await fetch(`${emulator.url}/_emulator/calls`);
  const { calls } = (await response.json()) as { calls: unknown[] };
  return calls.length < count ? callsOf(emulator, count) : undefined;
}
