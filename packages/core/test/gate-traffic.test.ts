import { afterEach, describe, expect, it } from '@jest/globals';
import { Traffic } from '../src/gate/traffic.js';
import type { SelfieReading } from '../src/gate/reading.js';
import { FakeClock } from './support/fake-clock.js';
import { livenessIn, reads, refusalIn, startGate } from './support/gates.js';
import { answer, closeAll, neverAnswer, type Reply } from './support/server.js';
import { approvedAnswer } from './support/answers.js';

afterEach(closeAll);

const approved = answer({ body: approvedAnswer() });

/** An answer that waits until the test lets it go. */
function heldReply(): { readonly reply: Reply; readonly release: () => void } {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  return { reply: { at: 'body', act: (socket) => void held.then(() => approved.act(socket)) }, release };
}

describe('the traffic of a gate', () => {
  it('is at its end at once when nobody is on their way', async () => {
    expect(await new Traffic(new FakeClock()).drain(1_000)).toEqual({ finished: 0, stopped: 0 });
  });

  it('ends with the last one who leaves, before the time is up', async () => {
    const clock = new FakeClock();
    const traffic = new Traffic(clock);
    const visits = [traffic.enter(undefined), traffic.enter(undefined)];
    const drained = traffic.drain(1_000);

    for (const visit of visits) visit?.leave();

    expect(await drained).toEqual({ finished: 2, stopped: 0 });
    expect(clock.pending).toBe(0);
  });

  it('is stopped when the time is up, and says of whom', async () => {
    const clock = new FakeClock();
    const traffic = new Traffic(clock);
    const [quick, slow] = [traffic.enter(undefined), traffic.enter(undefined)];
    const drained = traffic.drain(1_000);
    quick?.leave();
    clock.advance(1_000);

    expect(await drained).toEqual({ finished: 1, stopped: 1 });
    expect([quick?.isStopped(), quick?.signal.aborted]).toEqual([false, false]);
    expect([slow?.isStopped(), slow?.signal.aborted]).toEqual([true, true]);
  });

  it('tells those whose client hung up from those who were stopped', () => {
    const controller = new AbortController();
    const visits = [controller.signal, AbortSignal.abort()].map((client) => new Traffic(new FakeClock()).enter(client));
    controller.abort();

    for (const visit of visits) {
      expect(visit?.signal.aborted).toBe(true);
      expect(visit?.isStopped()).toBe(false);
    }
  });

  it('does not listen to the client of a request that has ended', () => {
    const controller = new AbortController();
    const visit = new Traffic(new FakeClock()).enter(controller.signal);
    visit?.leave();
    controller.abort();

    expect(visit?.signal.aborted).toBe(false);
  });

  it('is drained once, however often one asks', async () => {
    const traffic = new Traffic(new FakeClock());

    expect(traffic.drain(1_000)).toBe(traffic.drain(5_000));
  });
});

describe('gate.drain', () => {
  it.each([-1, 600_001, Number.NaN, Number.POSITIVE_INFINITY, '20' as unknown as number])(
    'refuses %p as a time (P23)',
    async (timeoutMs) => {
      const { gate } = await startGate(approved);

      await expect(gate.drain(timeoutMs)).rejects.toMatchObject({ option: 'gate.drain.timeoutMs' });
    },
  );

  it('delivers what was paid for, and refuses what comes after, unread (F01, P18)', async () => {
    const { reply, release } = heldReply();
    const { gate, server, clock } = await startGate(reply);
    const running = Array.from({ length: 20 }, () => gate.route().check({ read: reads() }));
    await server.received(20);

    const drained = gate.drain(20_000);
    let wasRefused = false;
    let wasRead = false;
    const late = await gate.route().check({
      read: async () => {
        wasRead = true;
        return reads()();
      },
      refuse: async () => (wasRefused = true),
    });
    release();

    const outcomes = (await Promise.all(running)).map((result) => livenessIn(result).outcome);
    expect(outcomes).toEqual(Array.from({ length: 20 }, () => 'approved'));
    expect(await drained).toEqual({ finished: 20, stopped: 0 });
    expect(refusalIn(late)).toMatchObject({
      code: 'liveness-unavailable',
      status: 503,
      headers: { connection: 'close', 'retry-after': '1' },
    });
    expect([wasRefused, wasRead]).toEqual([true, false]);
    expect(server.requests).toHaveLength(20);
    expect(clock.pending).toBe(0);
  });

  it('stops what takes longer, and says 503 to those who wait (F01, P10)', async () => {
    const { gate, server, clock, events } = await startGate(neverAnswer);
    const running = gate.route().check({ read: reads() });
    await server.received(1);

    const drained = gate.drain(1_000);
    clock.advance(1_000);

    expect(refusalIn(await running)).toMatchObject({
      code: 'liveness-unavailable',
      headers: { connection: 'close' },
      problem: { retryable: false },
    });
    expect(await drained).toEqual({ finished: 0, stopped: 1 });
    expect(events).toMatchObject([{ type: 'failed', error: 'aborted', billed: 'unknown' }]);
  });

  it('does not wait for an upload that is still on its way (F01, P10)', async () => {
    const { gate, server, clock, events } = await startGate(approved);
    const running = gate.route().check({ read: () => new Promise<SelfieReading>(() => {}) });
    const drained = gate.drain(1_000);
    clock.advance(1_000);

    expect(refusalIn(await running)).toMatchObject({ code: 'liveness-unavailable', headers: { connection: 'close' } });
    expect(await drained).toEqual({ finished: 0, stopped: 1 });
    expect(events).toMatchObject([{ type: 'refused', billed: 'no' }]);
    expect(server.requests).toHaveLength(0);
  });

  it('tells a client that hung up during it from one that waits', async () => {
    const { gate, server, events } = await startGate(neverAnswer);
    const controller = new AbortController();
    const running = gate.route().check({ read: reads(), signal: controller.signal });
    await server.received(1);
    const drained = gate.drain(1_000);
    controller.abort();

    expect(await running).toEqual({ kind: 'aborted' });
    expect(await drained).toEqual({ finished: 1, stopped: 0 });
    expect(events).toMatchObject([{ type: 'aborted', billed: 'unknown' }]);
  });

  it('refuses a request that has no upload to let go of (F01)', async () => {
    const { gate, events } = await startGate(approved);
    await gate.drain(0);

    expect(refusalIn(await gate.route().check({ read: reads() })).code).toBe('liveness-unavailable');
    expect(events).toMatchObject([{ type: 'refused', billed: 'no' }]);
  });

  it('closes the client (F01)', async () => {
    const { gate, client } = await startGate(approved);
    await gate.drain(0);

    await expect(client.health()).rejects.toMatchObject({ code: 'client-closed' });
  });
});
