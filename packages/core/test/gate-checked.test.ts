import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Attempt } from '../src/gate/attempt.js';
import type { SelfieReading } from '../src/gate/reading.js';
import type { GateResult } from '../src/gate/result.js';
import { approvedAnswer, spoofAnswer, warningOf } from './support/answers.js';
import { reads, refusalIn, startGate, throwsFault } from './support/gates.js';
import { createdSessionAnswer, WORKFLOW_ID } from './support/endpoint-answers.js';
import { baselineJpeg, prefixOf } from './support/pictures.js';
import { answer, closeAll, rejectionOf, type Reply } from './support/server.js';

const approved = answer({ body: approvedAnswer() });
const spoof = answer({ body: spoofAnswer });
/** Passes under the lenient policy only. */
const twoFaces = answer({ body: approvedAnswer({ warnings: [warningOf('MULTIPLE_FACES_DETECTED', 'information')] }) });
const lenient = { policy: { extends: 'lenient' } } as const;
const unavailable = answer({ status: 500 });
const truncated = prefixOf(baselineJpeg, baselineJpeg.length - 2);

afterEach(closeAll);

/** What the client is told of a refusal, but for the name of the request. */
function answerIn(result: GateResult) {
  const { headers, problem } = refusalIn(result);
  const { correlationId: _, ...rest } = problem;
  return { headers, rest };
}

/** Reads this picture, and says once that nothing refers to it any more. */
function releasable(release: () => void, picture: Uint8Array = baselineJpeg): () => Promise<SelfieReading> {
  return async () => ({ ...(await reads(picture)()), release });
}

/** Ways to be refused once the picture is there: the replies of Didit, what differs of the attempt, and the code. */
const REFUSALS: readonly [name: string, replies: readonly Reply[], attempt: Partial<Attempt>, code: string][] = [
  ['declined', [spoof], {}, 'liveness-declined'],
  ['without an answer', [unavailable], {}, 'liveness-unavailable'],
  ['for its fields', [], { validate: () => ({ email: 'is missing' }) }, 'invalid-fields'],
  ['without a reference picture', [], { referenceImage: () => undefined }, 'reference-missing'],
];

describe('a request that is refused', () => {
  it.each(REFUSALS)('gives back what was read of it: %s (E18)', async (_name, replies, attempt, code) => {
    const { gate } = await startGate([...replies]);
    const release = jest.fn();

    const result = await gate.route().check({ read: releasable(release), request: {}, ...attempt });

    expect(refusalIn(result).code).toBe(code);
    expect(release).toHaveBeenCalledTimes(1);
  });

  it('gives back a picture that is not to be sent at all (E18)', async () => {
    const { gate } = await startGate(approved);
    const release = jest.fn();

    const result = await gate.route().check({ read: releasable(release, truncated) });

    expect(refusalIn(result).code).toBe('selfie-unreadable');
    expect(release).toHaveBeenCalledTimes(1);
  });

  it.each(REFUSALS)('stays refused, and neither reads nor pays again: %s (E20, P1, P5)', async (...row) => {
    const [, replies, attempt, code] = row;
    const { gate, server, events } = await startGate([...replies, approved]);
    const request = {};
    const read = jest.fn(reads());

    const first = await gate.route().check({ read, request, ...attempt });
    const second = await gate.route(lenient).check({ read, request });

    expect(refusalIn(first).code).toBe(code);
    expect(answerIn(second)).toEqual(answerIn(first));
    expect(read).toHaveBeenCalledTimes(1);
    expect(server.requests).toHaveLength(replies.length);
    expect(events).toHaveLength(2);
  });

  it('is refused under the name that it has at each guard, and told of without a decision (E20)', async () => {
    const { gate, events } = await startGate(spoof);
    const request = {};

    const [first, second, third] = [
      await gate.route().check({ read: reads(), request, correlationId: 'first' }),
      await gate.route().check({ read: reads(), request, correlationId: 'second' }),
      await gate.route().check({ read: reads(), request, correlationId: 'third', subject: () => 'somebody else' }),
    ].map((result) => refusalIn(result).problem.correlationId);

    expect([first, second, third]).toEqual(['first', 'second', 'third']);
    expect(events).toMatchObject([
      { type: 'decided', code: 'liveness-declined', correlationId: 'first', billed: 'yes' },
      { type: 'refused', code: 'liveness-declined', correlationId: 'second', billed: 'no' },
      { type: 'refused', code: 'liveness-declined', correlationId: 'third', billed: 'no' },
    ]);
  });

  it('stays refused when its reader refused it, with the same headers (E20)', async () => {
    const { gate, server } = await startGate(approved);
    const request = {};
    const busy = async () => ({ kind: 'refused', code: 'too-busy', closeConnection: true }) as const;

    const first = await gate.route().check({ read: busy, request });
    const second = await gate.route().check({ read: reads(), request });

    expect(refusalIn(second).headers).toMatchObject({ 'retry-after': '1', connection: 'close' });
    expect(answerIn(second)).toEqual(answerIn(first));
    expect(server.connections()).toBe(0);
  });

  it('is sent to the same session by every guard, and to no second one (E20)', async () => {
    const replies = [
      answer({ body: approvedAnswer({ score: 70 }) }),
      answer({ status: 201, body: createdSessionAnswer }),
    ];
    const { gate, server } = await startGate(replies, {
      policy: { score: { reviewAtOrBelow: 80 } },
      onReview: 'step-up',
      stepUp: { workflowId: WORKFLOW_ID },
    });
    const attempt: Attempt = { read: reads(), request: {}, subject: () => 'acct_7719' };

    const first = await gate.route().check(attempt);
    const second = await gate.route().check(attempt);

    expect(refusalIn(second).problem).toMatchObject({ code: 'step-up-required', sessionId: expect.any(String) });
    expect(answerIn(second)).toEqual(answerIn(first));
    expect(server.requests).toHaveLength(2);
  });

  it('stays refused, and gives back what was read, when the answer to a decline breaks (E18, E20, P2)', async () => {
    const { gate, server, events } = await startGate([twoFaces, approved]);
    const release = jest.fn();
    const request = {};
    const breaking: Attempt = { read: releasable(release), request, hintText: throwsFault };

    expect(await rejectionOf(gate.route().check(breaking))).toMatchObject({ message: 'fault' });
    expect(release).toHaveBeenCalledTimes(1);
    const second = refusalIn(await gate.route(lenient).check({ read: reads(), request }));

    expect(second).toMatchObject({ code: 'selfie-retake', decision: { outcome: 'declined' } });
    expect(server.requests).toHaveLength(1);
    expect(events.map(({ type }) => type)).toEqual(['decided', 'broken', 'refused']);
  });

  it('leaves nothing of its picture in memory while the request is kept (E18, E20)', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const { gate } = await startGate(spoof);
    const request = {};
    const picture = await (async () => {
      const bytes = Buffer.from(baselineJpeg);
      await gate.route().check({ read: reads(bytes), request });
      return new WeakRef(bytes);
    })();

    for (let round = 0; round < 20 && picture.deref(); round += 1) {
      await turn();
      collect();
    }

    expect(picture.deref()).toBeUndefined();
    expect((await gate.route().check({ read: reads(), request })).kind).toBe('refused');
  });
});

describe('a request that is not refused', () => {
  /** Lets guards with these replies check one request in turn. */
  async function checkedBy(replies: readonly Reply[], attempts: readonly Partial<Attempt>[]) {
    const { gate } = await startGate(replies);
    const release = jest.fn();
    const request = {};
    const results: GateResult[] = [];
    for (const attempt of attempts) {
      results.push(await gate.route().check({ read: releasable(release), request, ...attempt }));
    }
    return { release, kinds: results.map(({ kind }) => kind) };
  }

  it('stays counted, its picture being in the hands of the handler', async () => {
    const { release, kinds } = await checkedBy([approved], [{}]);

    expect(kinds).toEqual(['passed']);
    expect(release).not.toHaveBeenCalled();
  });

  it('stays counted also when a second guard refuses what the first has handed over (E20)', async () => {
    const { release, kinds } = await checkedBy([approved], [{}, { validate: () => ({ email: 'is missing' }) }]);

    expect(kinds).toEqual(['passed', 'refused']);
    expect(release).not.toHaveBeenCalled();
  });

  it('may be checked by another guard after one that broke (E20, P2)', async () => {
    const { gate, server } = await startGate(approved);
    const request = {};
    const broken = { read: reads(), request, validate: () => Promise.reject(new Error('broken')) };

    expect(await rejectionOf(gate.route().check(broken))).toMatchObject({ message: 'broken' });
    expect((await gate.route().check({ read: reads(), request })).kind).toBe('passed');
    expect(server.requests).toHaveLength(1);
  });
});
