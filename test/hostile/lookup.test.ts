import dns from 'node:dns';
import { afterEach, describe, expect, it } from '@jest/globals';
import { approvedAnswer } from '../../packages/core/test/support/answers.js';
import { canaryPicture, expectNoCanary, KEY_CANARY } from '../../packages/core/test/support/canaries.js';
import { FakeClock } from '../../packages/core/test/support/fake-clock.js';
import {
  answer,
  clientOf,
  closeAll,
  rejectionOf,
  type ScriptedServer,
  settle,
  startServer,
} from '../../packages/core/test/support/server.js';

type Answered = (error: NodeJS.ErrnoException | null, addresses?: readonly dns.LookupAddress[]) => void;

const LOOPBACK: readonly dns.LookupAddress[] = [{ address: '127.0.0.1', family: 4 }];
const approval = answer({ body: approvedAnswer() });
const realLookup = dns.lookup;

/** Answers what this process asks of the resolver, the nth question with the nth answer and all further ones with the last. */
function resolveBy(...answers: readonly ((done: Answered) => void)[]): string[] {
  const asked: string[] = [];
  const lookup = (name: string, _options: unknown, done: Answered): void => {
    asked.push(name);
    answers[Math.min(asked.length, answers.length) - 1]?.(done);
  };
  // The overloads of `lookup` differ in what they may leave out; `net` leaves out nothing.
  Object.assign(dns, { lookup });
  return asked;
}

function failWith(code: string): (done: Answered) => void {
  return (done) => setImmediate(() => done(Object.assign(new Error(`getaddrinfo ${code}`), { code })));
}

const succeed = (done: Answered): void => void setImmediate(() => done(null, LOOPBACK));

/** Starts a check that has to look up a name first. */
function check({ origin }: Pick<ScriptedServer, 'origin'>, clock: FakeClock) {
  const named = { origin: origin.replace('127.0.0.1', 'localhost') };
  return clientOf(named, { clock, apiKey: KEY_CANARY }).passiveLiveness.check({ userImage: canaryPicture });
}

describe('looking up the API', () => {
  afterEach(async () => {
    Object.assign(dns, { lookup: realLookup });
    await closeAll();
  });

  it('C36 E12 is tried again when the resolver is busy, and the picture is sent once', async () => {
    const clock = new FakeClock();
    const server = await startServer(approval);
    const asked = resolveBy(failWith('EAI_AGAIN'), succeed);

    const running = check(server, clock);
    clock.advance(await clock.asked(2));

    await expect(running).resolves.toMatchObject({ liveness: { status: 'Approved' } });
    expect([asked, server.requests.length]).toEqual([['localhost', 'localhost'], 1]);
  });

  it('C36 is given up when the resolver stays busy', async () => {
    const clock = new FakeClock();
    const server = await startServer(approval);
    const asked = resolveBy(failWith('EAI_AGAIN'));

    const failure = rejectionOf(check(server, clock));
    for (const retry of [2, 3]) clock.advance(await clock.asked(retry));
    const error = await failure;

    expect(error).toMatchObject({ code: 'connection', reason: 'EAI_AGAIN', sent: false, billed: 'no' });
    expectNoCanary(error);
    expect([asked.length, server.connections()]).toEqual([3, 0]);
  });

  it('C36 is not tried again when there is no such name', async () => {
    const clock = new FakeClock();
    const server = await startServer(approval);
    const asked = resolveBy(failWith('ENOTFOUND'), succeed);

    const error = await rejectionOf(check(server, clock));

    expect(error).toMatchObject({ code: 'connection', reason: 'ENOTFOUND', sent: false, billed: 'no' });
    expect([asked.length, server.connections()]).toEqual([1, 0]);
  });

  it('C36 P10 ends with the deadline when the resolver hangs, and nothing is sent when it answers after all', async () => {
    const clock = new FakeClock();
    const server = await startServer(approval);
    const waiting: Answered[] = [];
    const asked = resolveBy((done) => waiting.push(done));
    const failure = rejectionOf(check(server, clock));
    while (asked.length === 0) await settle();

    clock.advance(10_000);
    const error = await failure;
    waiting[0]?.(null, LOOPBACK);
    await settle();
    await settle();

    expect(error).toMatchObject({ code: 'timeout', billed: 'no' });
    expect(server.requests).toEqual([]);
  });

  it.each(['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'ECONNREFUSED'])(
    'C37 is tried twice again after %s, for free',
    async (code) => {
      const clock = new FakeClock();
      const server = await startServer(approval);
      const asked = resolveBy(failWith(code));

      const failure = rejectionOf(check(server, clock));
      for (const retry of [2, 3]) clock.advance(await clock.asked(retry));

      expect(await failure).toMatchObject({ code: 'connection', reason: code, sent: false, billed: 'no' });
      expect([asked.length, server.connections()]).toEqual([3, 0]);
    },
  );
});
