import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Attempt } from '../src/gate/attempt.js';
import type { SelfieReading } from '../src/gate/reading.js';
import type { GateResult } from '../src/gate/result.js';
import { approvedAnswer, spoofAnswer } from './support/answers.js';
import { reads, refusalIn, startGate } from './support/gates.js';
import { baselineJpeg, prefixOf } from './support/pictures.js';
import { answer, closeAll, rejectionOf, type Reply } from './support/server.js';

const approved = answer({ body: approvedAnswer() });
const spoof = answer({ body: spoofAnswer });
const unavailable = answer({ status: 500 });
const truncated = prefixOf(baselineJpeg, baselineJpeg.length - 2);

afterEach(closeAll);

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
    const second = await gate.route({ policy: { extends: 'lenient' } }).check({ read, request });

    expect(refusalIn(first).code).toBe(code);
    expect(second).toBe(first);
    expect(read).toHaveBeenCalledTimes(1);
    expect(server.requests).toHaveLength(replies.length);
    expect(events).toHaveLength(1);
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
