import { afterEach, describe, expect, it } from '@jest/globals';
import type { DiditClient, DiditClientOptions } from '../src/client/client.js';
import { createLivenessGate } from '../src/gate/gate.js';
import { createGuard } from '../src/gate/guard.js';
import type { FieldErrors } from '../src/gate/attempt.js';
import { inspectImage } from '../src/image/inspect.js';
import { parsePicture } from '../src/image/picture.js';
import { decide } from '../src/policy/decide.js';
import { definePolicy } from '../src/policy/policy.js';
import { approvedAnswer } from './support/answers.js';
import { FakeClock } from './support/fake-clock.js';
import { livenessIn, reads, refusalIn, startGate } from './support/gates.js';
import {
  baselineJpeg,
  bytesOf,
  filled,
  jpegOf,
  riffChunk,
  scan,
  segment,
  tiffOf,
  vp8,
  vp8x,
  webpOf,
} from './support/pictures.js';
import {
  answer,
  answerBytes,
  clientOf,
  closeAll,
  neverAnswer,
  rejectionOf,
  send,
  settle,
  startServer,
} from './support/server.js';
import { verdictOf } from './support/verdicts.js';

const check = { userImage: baselineJpeg };
const approved = answer({ body: approvedAnswer() });

afterEach(closeAll);

describe('an error of Node', () => {
  it('is known by its code, whatever realm it is of (C36, F09)', async () => {
    const clock = new FakeClock();
    const options: Partial<DiditClientOptions> = { clock, timeoutMs: 100 };
    const failure = rejectionOf(
      clientOf({ origin: `https://${'a'.repeat(64)}.example` }, options).passiveLiveness.check(check),
    );
    void clock.asked(2).then(() => clock.advance(100));

    expect(await failure).toMatchObject({ code: 'connection', reason: 'ENOTFOUND' });
  });
});

describe('fixed faults', () => {
  it('ends a connection attempt that nobody answers (C31, P10)', async () => {
    const clock = new FakeClock();
    const server = await startServer([], { onConnection: () => {} });
    const silent = { origin: server.origin.replace('http:', 'https:') };
    const failure = rejectionOf(clientOf(silent, { clock }).passiveLiveness.check(check));
    await server.connected(1);
    let settled = false;
    void failure.then(() => (settled = true));

    clock.advance(10_000);
    await settle();

    expect(settled).toBe(true);
    expect(await failure).toMatchObject({ code: 'timeout', billed: 'no' });
  });

  it('ends a wait for a connection, and sends nothing later (A26, P15)', async () => {
    const server = await startServer(neverAnswer);
    const { passiveLiveness } = clientOf(server, { maxConnections: 1 });
    const [first, second] = [new AbortController(), new AbortController()];
    const running = rejectionOf(passiveLiveness.check({ ...check, signal: first.signal }));
    await server.received(1);
    const waiting = rejectionOf(passiveLiveness.check({ ...check, signal: second.signal }));
    await settle();

    second.abort();

    expect(await waiting).toMatchObject({ code: 'aborted', billed: 'no' });
    first.abort();
    await running;
    await settle();
    expect(server.requests).toHaveLength(1);
  });

  it.each(['SSH-2.0-OpenSSH_9.6\r\n', '<html>hello</html>\r\n', 'HTTP/1.1 abc OK\r\n\r\n'])(
    'takes %j as no HTTP, and never asks twice (C40, P5)',
    async (bytes) => {
      const server = await startServer(send(bytes));

      const error = await rejectionOf(clientOf(server, { retryAmbiguous: true }).passiveLiveness.check(check));

      expect(error).toMatchObject({ code: 'bad-response', status: null, billed: 'unknown', retryable: false });
      expect(server.requests).toHaveLength(1);
    },
  );

  it.each(['timeout', 'aborted'])('knows that a 200 was paid when it ends within it: %s (C15, C30)', async (code) => {
    const clock = new FakeClock();
    const server = await startServer(send('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{'));
    const controller = new AbortController();
    const { signal } = controller;
    const failure = rejectionOf(clientOf(server, { clock }).passiveLiveness.check({ ...check, signal }));
    await server.received(1);
    await settle();

    if (code === 'timeout') clock.advance(10_000);
    else controller.abort();

    expect(await failure).toMatchObject({ code, billed: 'yes' });
  });

  it('lets a call that waits between attempts finish before it closes (F01)', async () => {
    const clock = new FakeClock();
    const server = await startServer([answer({ status: 429 }), approved]);
    const client = clientOf(server, { clock });
    const call = client.passiveLiveness.check(check);
    await clock.asked(2);

    const closed = client.close();
    clock.advance(500);

    await expect(call).resolves.toMatchObject({ liveness: { status: 'Approved' } });
    await closed;
  });

  it('closes no sooner the second time (F01)', async () => {
    const server = await startServer(neverAnswer);
    const client = clientOf(server);
    const call = client.passiveLiveness.check(check);
    await server.received(1);
    void client.close();
    let closed = false;
    const second = client.close().then(() => (closed = true));
    await settle();

    expect(closed).toBe(false);
    (await server.connected(1)).write(answerBytes({ body: approvedAnswer() }));
    await Promise.all([call, second]);
  });

  it('drops the failure of an asynchronous listener (F03, P13)', async () => {
    const { gate } = await startGate(approved, { onEvent: () => Promise.reject(new Error('the log is full')) });

    const result = await gate.route().check({ read: reads() });
    await settle();

    expect(livenessIn(result).outcome).toBe('approved');
  });

  it('names the variable when it is blank (D01)', () => {
    const host = { name: 'requireLiveness', env: { DIDIT_API_KEY: ' \n' }, warn: () => {} };

    expect(() => createGuard({}, host)).toThrow('set the environment variable DIDIT_API_KEY');
  });

  it('answers an error of a newer copy of the package as not available (F09, P2)', async () => {
    const foreign = Object.assign(new Error('new'), { code: 'brand-new', billed: 'unknown', retryable: false });
    Object.defineProperty(foreign, Symbol.for('didit-liveness.error'), { value: true });
    const client = { passiveLiveness: { checkPicture: () => Promise.reject(foreign) } } as unknown as DiditClient;

    const result = await createLivenessGate({ client }).route().check({ read: reads() });

    expect(refusalIn(result)).toMatchObject({ code: 'liveness-unavailable', status: 503 });
  });
});

describe('validate', () => {
  class Complaints {
    readonly email = 'is missing';
  }

  it.each<[string, unknown]>([
    ['false', false],
    ['true', true],
    ['null', null],
    ['0', 0],
    ['text', 'no'],
    ['no text', ''],
    ['a symbol', Symbol('no')],
    ['a list', ['no']],
    ['an empty list', []],
    ['an error', new Error('no')],
    ['a map', new Map([['email', 'is missing']])],
    ['an empty map', new Map()],
    ['a set', new Set(['email'])],
    ['a date', new Date(0)],
    ['an instance of a class', new Complaints()],
    ['a function', () => ({ email: 'is missing' })],
    ['an object that inherits its complaints', Object.create({ email: 'is missing' })],
    ['a promise as a message', { email: Promise.resolve('is missing') }],
    ['a number as a message', { email: 1 }],
    ['false as a message', { email: false }],
    ['null as a message', { email: null }],
    ['a list as a message', { email: ['is missing'] }],
    ['an object as a message', { email: { code: 'missing' } }],
    ['a message and one that is none', { name: 'is missing', email: true }],
  ])('that returns %s lets nobody pass, and costs nothing (P2, P6)', async (_name, value) => {
    const { gate, server, events } = await startGate(approved);
    const attempts = [() => value, () => Promise.resolve(value)] as (() => undefined)[];

    for (const validate of attempts) {
      expect(await rejectionOf(gate.route().check({ read: reads(), validate }))).toEqual(
        new TypeError('validate must return undefined, or a plain object of messages by field'),
      );
    }

    expect(server.connections()).toBe(0);
    expect(events.map(({ type }) => type)).toEqual(['broken', 'broken']);
  });

  it.each<[string, FieldErrors]>([
    ['a plain object', { email: 'is missing', name: undefined }],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { email: 'is missing' })],
  ])('may complain with %s; undefined is no complaint', async (_name, complaints) => {
    const { gate, server } = await startGate(approved);

    const { problem } = refusalIn(await gate.route().check({ read: reads(), validate: () => complaints }));

    expect(problem).toMatchObject({ code: 'invalid-fields', hints: [{ code: 'email', message: 'is missing' }] });
    expect(problem.hints).toHaveLength(1);
    expect(server.connections()).toBe(0);
  });

  it('may complain with an empty message', async () => {
    const { gate } = await startGate(approved);

    const { problem } = refusalIn(await gate.route().check({ read: reads(), validate: () => ({ email: '' }) }));

    expect(problem.hints).toEqual([{ code: 'email', message: '' }]);
  });
});

describe('metadata', () => {
  it('that JSON drops is refused (D08)', async () => {
    const server = await startServer(approved);
    const metadata = { toJSON: () => undefined };

    const error = await rejectionOf(clientOf(server).passiveLiveness.check({ ...check, metadata }));

    expect(error).toMatchObject({ code: 'invalid-option', option: 'check.metadata' });
    expect(server.requests).toEqual([]);
  });
});

describe('pictures', () => {
  it.each([
    [4_095, { animated: true, width: 640, malformed: undefined }],
    [200_000, { animated: false, width: 0, malformed: 'it has too many chunks' }],
  ])('with %i frames are inspected (B09, B14)', (count, expected) => {
    const frames = filled(8 * count, riffChunk('ANMF'));

    expect(inspectImage([webpOf(vp8x(), frames)])).toMatchObject({ ...expected, truncated: false });
  });

  it('with a tag twice count as what decoders take them for (B07)', () => {
    const dimensions = (pixels: number) => [
      { tag: 256, type: 3, values: [pixels] },
      { tag: 257, type: 3, values: [pixels] },
    ];

    const picture = tiffOf({ fields: [...dimensions(60_000), ...dimensions(64)] });

    expect(parsePicture([picture])).toEqual({ kind: 'refused', reason: 'too-many-pixels' });
  });

  it('with headers that are too short are malformed (B04)', () => {
    const shortFrame = jpegOf(segment(0xc0), segment(0xfe, bytesOf(0, 2, 0x80, 2, 0x80)), scan());

    expect(inspectImage([shortFrame]).malformed).toBeDefined();
    expect(inspectImage([webpOf(riffChunk('VP8 ')), vp8().subarray(8)]).malformed).toBeDefined();
    expect(inspectImage([webpOf(riffChunk('VP8L')), bytesOf(0x2f, 1, 2, 3, 4)]).malformed).toBeDefined();
  });
});

describe('policies', () => {
  it('refuse luminance limits between which nothing lies (P23)', () => {
    expect(() => definePolicy({ faceLuminance: { declineBelow: 60, reviewAbove: 50 } })).toThrow('reviewAbove');
    expect(() => definePolicy({ faceLuminance: { reviewBelow: 95, declineAbove: 90 } })).toThrow('declineAbove');
  });

  it('let no score pass a limit that it cannot be held against (P2)', () => {
    const policy = definePolicy({ score: { declineAtOrBelow: 80 } });

    expect(decide(policy, verdictOf({ score: null })).outcome).toBe('review');
    expect(decide(policy, verdictOf({ score: Number.NaN })).outcome).toBe('declined');
  });
});
