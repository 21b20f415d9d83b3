import { afterEach, describe, expect, it } from '@jest/globals';
import { approvedAnswer, spoofAnswer } from './support/answers.js';
import { faceMatchAnswer } from './support/endpoint-answers.js';
import { livenessIn, reads, refusalIn, startGate } from './support/gates.js';
import { baselineJpeg, segment } from './support/pictures.js';
import { answer, closeAll, neverAnswer, type Reply } from './support/server.js';

afterEach(closeAll);

const approved = answer({ body: approvedAnswer() });

/** The same picture with a comment: other bytes. */
const otherJpeg = Buffer.concat([
  baselineJpeg.subarray(0, 2),
  segment(0xfe, Buffer.from('a comment')),
  baselineJpeg.subarray(2),
]);

/** An answer that waits until the test lets it go. */
function held(reply: Reply): { readonly reply: Reply; readonly release: () => void } {
  let release = (): void => {};
  const until = new Promise<void>((resolve) => (release = resolve));
  return { reply: { at: 'body', act: (socket) => void until.then(() => reply.act(socket)) }, release };
}

const person = (name: string | undefined) => ({ read: reads(), subject: () => name });

describe('a double click', () => {
  it('pays once, and lets all of them through; every further one is an event (E01, P5)', async () => {
    const { reply, release } = held(approved);
    const { gate, server, events } = await startGate(reply);
    const route = gate.route();
    const clicks = Array.from({ length: 50 }, () => route.check(person('user-1')));
    await server.received(1);
    release();

    const results = await Promise.all(clicks);

    expect(results.map((result) => livenessIn(result).outcome)).toEqual(Array.from({ length: 50 }, () => 'approved'));
    expect(server.requests).toHaveLength(1);
    const decided = events.filter(({ type }) => type === 'decided');
    expect(decided.filter((event) => 'billed' in event && event.billed === 'yes')).toHaveLength(1);
    expect(decided).toHaveLength(50);
    expect(events.filter(({ type }) => type === 'shared')).toHaveLength(49);
  });

  it('shares a no as well (E01)', async () => {
    const { reply, release } = held(answer({ body: spoofAnswer }));
    const { gate, server } = await startGate(reply);
    const route = gate.route();
    const clicks = [route.check(person('user-1')), route.check(person('user-1'))];
    await server.received(1);
    release();

    for (const click of clicks) expect(refusalIn(await click).code).toBe('liveness-declined');
  });

  it('shares a failure, of which nobody may be sent again as if nothing had been paid (E06)', async () => {
    const { reply, release } = held(answer({ status: 500 }));
    const { gate, server, events } = await startGate(reply);
    const route = gate.route();
    const clicks = [route.check(person('user-1')), route.check(person('user-1'))];
    await server.received(1);
    release();

    for (const click of clicks) {
      expect(refusalIn(await click)).toMatchObject({ code: 'liveness-unavailable', problem: { retryable: false } });
    }
    const failed = events.filter((event) => event.type === 'failed');
    expect(failed.map(({ billed }) => billed).sort()).toEqual(['no', 'unknown']);
  });

  it('that is over leaves nothing behind: the same again is asked, and paid for, again (E06, E07)', async () => {
    const { gate, server } = await startGate([answer({ status: 500 }), approved, approved]);
    const route = gate.route();
    const kinds = [];
    for (let times = 0; times < 3; times += 1) kinds.push((await route.check(person('user-1'))).kind);

    expect(kinds).toEqual(['refused', 'passed', 'passed']);
    expect(server.requests).toHaveLength(3);
  });

  it('goes on for the others when one hangs up, and is told as theirs (E05, P15)', async () => {
    const { reply, release } = held(approved);
    const { gate, server, events } = await startGate(reply);
    const route = gate.route();
    const controller = new AbortController();
    const gone = route.check({ ...person('user-1'), signal: controller.signal });
    const stays = route.check(person('user-1'));
    await server.received(1);
    controller.abort();

    expect(await gone).toEqual({ kind: 'aborted' });
    release();

    expect(livenessIn(await stays).outcome).toBe('approved');
    expect(events).toMatchObject([
      { type: 'aborted', billed: 'no' },
      { type: 'decided', billed: 'yes' },
    ]);
  });

  it('is given up when the last one hangs up (E05, P15)', async () => {
    const { gate, server, events } = await startGate(neverAnswer);
    const route = gate.route();
    const controller = new AbortController();
    const clicks = [1, 2].map(() => route.check({ ...person('user-1'), signal: controller.signal }));
    await server.received(1);
    controller.abort();

    expect(await Promise.all(clicks)).toEqual([{ kind: 'aborted' }, { kind: 'aborted' }]);
    await server.disconnected(1);
    expect(new Set(events.map((event) => 'billed' in event && event.billed))).toEqual(new Set(['no', 'unknown']));
  });

  it('pays once for a comparison as well', async () => {
    const first = held(approved);
    const second = held(answer({ body: faceMatchAnswer() }));
    const { gate, server, events } = await startGate([first.reply, second.reply]);
    const route = gate.route();
    const matching = { ...person('user-1'), referenceImage: () => baselineJpeg };
    const clicks = [route.check(matching), route.check(matching)];
    await server.received(1);
    first.release();
    await server.received(2);
    second.release();

    for (const click of clicks) expect(livenessIn(await click).faceMatch).toBeDefined();
    expect(server.requests).toHaveLength(2);
    expect(events.filter(({ type }) => type === 'shared')).toMatchObject([
      { step: 'liveness', billed: 'no' },
      { step: 'face-match', billed: 'no' },
    ]);
  });
});

describe('what is never shared', () => {
  it.each<[string, string | undefined, string | undefined, Buffer | Uint8Array]>([
    ['the same picture of two people', 'user-1', 'user-2', baselineJpeg],
    ['the same picture of people without a name', undefined, undefined, baselineJpeg],
    ['another picture of the same person', 'user-1', 'user-1', otherJpeg],
  ])('%s (E02, P19)', async (_name, one, other, picture) => {
    const { reply, release } = held(approved);
    const { gate, server, events } = await startGate(reply);
    const route = gate.route();
    const checks = [route.check(person(one)), route.check({ read: reads(picture), subject: () => other })];
    await server.received(2);
    release();

    for (const check of checks) expect(livenessIn(await check).outcome).toBe('approved');
    expect(events.filter(({ type }) => type === 'shared')).toEqual([]);
  });

  it('the comparison with another picture of the application (E02, P19)', async () => {
    const first = held(approved);
    const second = held(answer({ body: faceMatchAnswer() }));
    const { gate, server } = await startGate([first.reply, second.reply]);
    const route = gate.route();
    const checks = [baselineJpeg, otherJpeg].map((picture) =>
      route.check({ ...person('user-1'), referenceImage: () => picture }),
    );
    await server.received(1);
    first.release();
    await server.received(2);
    second.release();

    for (const check of checks) expect(livenessIn(await check).faceMatch).toBeDefined();
    expect(server.requests).toHaveLength(3);
  });

  it('what two routes ask (P19)', async () => {
    const { reply, release } = held(approved);
    const { gate, server } = await startGate(reply);
    const checks = [gate.route({ threshold: 80 }), gate.route({ threshold: 80 })].map((route) =>
      route.check(person('user-1')),
    );
    await server.received(2);
    release();

    for (const check of checks) expect(livenessIn(await check).outcome).toBe('approved');
  });
});
