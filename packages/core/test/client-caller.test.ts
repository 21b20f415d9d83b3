import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Bulkhead } from '../src/client/bulkhead.js';
import type { CircuitBreaker } from '../src/client/circuit-breaker.js';
import { CircuitOpenError } from '../src/client/errors.js';
import { type Call, Caller, type CallerOptions } from '../src/client/caller.js';
import { encodeForm } from '../src/client/multipart.js';
import { RetryBudget } from '../src/client/retry-budget.js';
import { Transport } from '../src/client/transport.js';
import { UndecodableError } from '../src/wire/decoding.js';
import { serverCertificate } from './support/certificates.js';
import { FakeClock } from './support/fake-clock.js';
import {
  answer,
  answerBytes,
  closeAfterTest,
  closeAll,
  closedOrigin,
  hangUp,
  neverAnswer,
  rejectionOf,
  type Reply,
  reset,
  type ScriptedServer,
  send,
  settle,
  startServer,
} from './support/server.js';

const TIMEOUT_MS = 10_000;
const ok = answer({ body: '"fine"' });

afterEach(closeAll);

/** A call that gives the text of the answer. */
function textCall(options: Partial<Call<string>> = {}, pictureBytes = 100): Call<string> {
  return {
    method: 'POST',
    path: '/v3/passive-liveness/',
    effect: 'paid',
    topic: 'pictures',
    body: encodeForm(new Map(), [{ name: 'user_image', type: 'jpeg', chunks: [new Uint8Array(pictureBytes)] }]),
    decode: (body) => Buffer.from(body).toString(),
    ...options,
  };
}

function callerOf({ origin }: Pick<ScriptedServer, 'origin'>, options: Partial<CallerOptions> = {}): Caller {
  const transport = new Transport({ origin, maxAnswerBytes: 4_096 });
  const defaults = {
    apiKey: 'key',
    timeoutMs: TIMEOUT_MS,
    retryAmbiguous: false,
    retryRateLimited: true,
    retryBudget: new RetryBudget(20, () => {}),
    bulkhead: new Bulkhead({ maxRunning: 4, maxWaiting: 4, maxWaitMs: TIMEOUT_MS / 2, clock: new FakeClock() }),
    clock: new FakeClock(),
  };
  return closeAfterTest(new Caller({ transport, ...defaults, ...options }));
}

/** A call that asks for nothing that costs. */
function freeCall(effect: 'write' | 'read'): Call<string> {
  return { ...textCall(), effect };
}

/** A decoder that does not find what it looks for. */
function missStatus(): never {
  throw new UndecodableError('liveness.status', "'Approved'");
}

/** A call that can be aborted, and what it rejects with. */
function abortable(server: ScriptedServer, options: Partial<CallerOptions> = {}) {
  const controller = new AbortController();
  const failure = rejectionOf(callerOf(server, options).run(textCall({ signal: controller.signal })));
  return { abort: () => controller.abort(), failure };
}

/** 429, with this Retry-After. */
function limited(retryAfter?: string): Reply {
  return answer({ status: 429, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } });
}

/** Runs one call against the script; every backoff is slept through at once. */
async function outcomeOf(
  replies: Reply | readonly Reply[],
  options: Partial<CallerOptions> & { backoffs?: number } = {},
) {
  const clock = new FakeClock();
  const server = await startServer(replies);
  const call = callerOf(server, { clock, ...options }).run(textCall());
  const outcome = call.then(
    (value) => ({ value, error: undefined }),
    (error: unknown) => ({ value: undefined, error }),
  );
  for (let backoff = 1; backoff <= (options.backoffs ?? 0); backoff += 1) {
    clock.advance(await clock.asked(backoff + 1));
  }
  return { ...(await outcome), requests: server.requests, delays: clock.delays.slice(1), pending: clock.pending };
}

describe('a call', () => {
  it('sends the key and gives what the decoder makes of the answer', async () => {
    const { value, requests, pending } = await outcomeOf(ok);

    expect(value).toBe('"fine"');
    expect(requests[0]?.headers.get('x-api-key')).toBe('key');
    expect(pending).toBe(0);
  });

  it('asks a function for the key, every time (D05)', async () => {
    const keys = ['old', 'new'];
    const server = await startServer(ok);
    const caller = callerOf(server, { apiKey: async () => keys.shift() ?? '' });

    await caller.run(textCall());
    await caller.run(textCall());

    expect(server.requests.map(({ headers }) => headers.get('x-api-key'))).toEqual(['old', 'new']);
  });

  it('sends nothing without a key, and does not ask again', async () => {
    let asked = 0;
    const { error, requests, delays } = await outcomeOf(ok, {
      apiKey: () => {
        asked += 1;
        throw new Error('the vault is sealed');
      },
    });

    expect(error).toMatchObject({ code: 'api-key', billed: 'no' });
    expect([requests.length, asked, delays]).toEqual([0, 1, []]);
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON ;charset=utf-8'])(
    'takes %s as JSON',
    async (type) => {
      const { value } = await outcomeOf(answer({ headers: { 'content-type': type }, body: '"fine"' }));

      expect(value).toBe('"fine"');
    },
  );

  it.each(['text/html', 'text/json', 'application/jsonp', 'application/problem+json', 'x-application/json', ''])(
    'takes a 200 of the type %j as no answer, although it is paid (C13)',
    async (type) => {
      const { error, requests } = await outcomeOf(answer({ headers: { 'content-type': type }, body: '"fine"' }));

      expect(error).toMatchObject({ code: 'bad-response', status: 200, billed: 'yes', retryable: false });
      expect(requests).toHaveLength(1);
    },
  );

  it('takes a 200 without a type as no answer (C13)', async () => {
    const { error } = await outcomeOf(send('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n"fine"'));

    expect(error).toMatchObject({
      code: 'bad-response',
      billed: 'yes',
      message: expect.stringMatching(/the answer is not usable: it is not JSON by its content-type$/),
    });
  });

  it('names what the decoder misses, and keeps nothing of the answer (C16)', async () => {
    const server = await startServer(ok);

    const error = await rejectionOf(callerOf(server).run(textCall({ decode: missStatus })));

    expect(error).toMatchObject({
      code: 'bad-response',
      billed: 'yes',
      message: "POST /v3/passive-liveness/: the answer is not usable: liveness.status is not 'Approved'",
    });
    expect('cause' in Object(error)).toBe(false);
  });

  it('does not hide a fault of ours as one of the answer', async () => {
    const server = await startServer(ok);
    const fault = new TypeError('a fault');
    const decode = () => {
      throw fault;
    };

    expect(await rejectionOf(callerOf(server).run(textCall({ decode })))).toBe(fault);
    expect(await rejectionOf(callerOf(server).run({ ...freeCall('read'), decode }))).toBe(fault);
  });
});

describe('the deadline', () => {
  it('ends a call that is never answered, and its connection (C29, C31, P10)', async () => {
    const clock = new FakeClock();
    const server = await startServer(neverAnswer);
    const failure = rejectionOf(callerOf(server, { clock }).run(textCall()));
    await server.received(1);

    clock.advance(TIMEOUT_MS);

    expect(await failure).toMatchObject({
      code: 'timeout',
      billed: 'unknown',
      retryable: true,
      message: 'POST /v3/passive-liveness/: no complete answer within 10000 ms',
    });
    await server.disconnected(1);
    expect([server.requests.length, clock.pending]).toEqual([1, 0]);
  });

  it('is not moved by a drip of bytes (C30, trap 9)', async () => {
    const clock = new FakeClock();
    const server = await startServer(send('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n'));
    const failure = rejectionOf(callerOf(server, { clock }).run(textCall()));
    await server.received(1);
    const socket = await server.connected(1);

    for (let second = 1; second <= 10; second += 1) {
      socket.write(' ');
      await settle();
      clock.advance(1_000);
    }

    expect(await failure).toMatchObject({ code: 'timeout' });
    await server.disconnected(1);
  });

  it('ends an upload that nobody reads', async () => {
    const clock = new FakeClock();
    const server = await startServer({ at: 'head', act: (socket) => void socket.pause() });
    const failure = rejectionOf(callerOf(server, { clock }).run(textCall({}, 5 * 1024 * 1024)));
    await server.headArrived(1);

    clock.advance(TIMEOUT_MS);

    expect(await failure).toMatchObject({ code: 'timeout', billed: 'unknown' });
  });

  it('ends the wait for a key that never comes, and sends nothing when it comes after all', async () => {
    const clock = new FakeClock();
    const server = await startServer(ok);
    const waiting: ((key: string) => void)[] = [];
    const apiKey = () => new Promise<string>((resolve) => void waiting.push(resolve));
    const failure = rejectionOf(callerOf(server, { clock, apiKey }).run(textCall()));

    clock.advance(TIMEOUT_MS);
    const error = await failure;
    waiting[0]?.('late');
    await settle();

    expect(error).toMatchObject({
      code: 'api-key',
      billed: 'no',
      message: expect.stringContaining('the function did not give it in time'),
    });
    expect(server.connections()).toBe(0);
  });

  it.each([
    [200, 'yes'],
    [401, 'unknown'],
  ])('discards a %i that comes after the end, although no timer rang (F07)', async (status, billed) => {
    const clock = new FakeClock();
    const server = await startServer(neverAnswer);
    const failure = rejectionOf(callerOf(server, { clock }).run(textCall()));
    await server.received(1);

    clock.stall(TIMEOUT_MS);
    (await server.connected(1)).write(answerBytes({ status, body: '"Approved"' }));

    expect(await failure).toMatchObject({ code: 'timeout', billed, ofOwnMaking: true });
  });

  it('sends nothing when it is over before it is the turn of the call, although no timer rang (E17, F07)', async () => {
    const clock = new FakeClock();
    const server = await startServer(neverAnswer);
    const bulkhead = new Bulkhead({ maxRunning: 1, maxWaiting: 1, maxWaitMs: TIMEOUT_MS, clock: new FakeClock() });
    const caller = callerOf(server, { clock, bulkhead });
    const failures = [rejectionOf(caller.run(textCall())), rejectionOf(caller.run(textCall()))];
    await server.received(1);

    clock.stall(TIMEOUT_MS);
    (await server.connected(1)).write(answerBytes({ body: '"fine"' }));

    expect(await Promise.all(failures)).toMatchObject([
      { code: 'timeout', billed: 'yes' },
      { code: 'timeout', billed: 'no' },
    ]);
    expect(server.requests).toHaveLength(1);
  });

  it('does not hide that the key could not be had', async () => {
    const clock = new FakeClock();
    const server = await startServer(ok);
    const apiKey = () => {
      clock.stall(TIMEOUT_MS);
      throw new Error('the vault is sealed');
    };

    expect(await rejectionOf(callerOf(server, { clock, apiKey }).run(textCall()))).toMatchObject({
      code: 'api-key',
      message: expect.stringContaining('the apiKey function failed'),
    });
  });

  it('takes an answer that comes one millisecond before the end', async () => {
    const clock = new FakeClock();
    const server = await startServer(neverAnswer);
    const call = callerOf(server, { clock }).run(textCall());
    await server.received(1);

    clock.advance(TIMEOUT_MS - 1);
    (await server.connected(1)).write(answerBytes({ body: '"fine"' }));

    await expect(call).resolves.toBe('"fine"');
  });

  it('counts all attempts together (P10)', async () => {
    const clock = new FakeClock();
    const server = await startServer([answer({ status: 429, headers: { 'retry-after': '6' } }), neverAnswer]);
    const failure = rejectionOf(callerOf(server, { clock }).run(textCall()));

    clock.advance(await clock.asked(2));
    await server.received(2);
    clock.advance(4_000);

    expect(await failure).toMatchObject({ code: 'timeout', billed: 'unknown' });
  });

  it('ends a wait between attempts', async () => {
    const clock = new FakeClock();
    const server = await startServer(answer({ status: 429, headers: { 'retry-after': '9' } }));
    const failure = rejectionOf(callerOf(server, { clock }).run(textCall()));
    await clock.asked(2);

    clock.stall(TIMEOUT_MS);
    clock.advance(0);

    expect(await failure).toMatchObject({ code: 'timeout', billed: 'no' });
    expect(server.requests).toHaveLength(1);
  });
});

describe('aborting', () => {
  it('before the call sends nothing', async () => {
    const server = await startServer(ok);

    const error = await rejectionOf(callerOf(server).run(textCall({ signal: AbortSignal.abort() })));

    expect(error).toMatchObject({ code: 'aborted', billed: 'no', retryable: false });
    expect(server.connections()).toBe(0);
  });

  it('while the key is awaited sends nothing', async () => {
    const server = await startServer(ok);
    const { abort, failure } = abortable(server, { apiKey: () => new Promise(() => {}) });

    abort();

    expect(await failure).toMatchObject({ code: 'aborted', billed: 'no' });
    expect(server.connections()).toBe(0);
  });

  it('while the answer is awaited leaves open what it cost, and ends the connection (A26, P15)', async () => {
    const server = await startServer(neverAnswer);
    const { abort, failure } = abortable(server);
    await server.received(1);

    abort();

    expect(await failure).toMatchObject({ code: 'aborted', billed: 'unknown', retryable: false });
    await server.disconnected(1);
  });

  it('while the answer is read is an abort, and ends the connection', async () => {
    const server = await startServer(send('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'));
    const { abort, failure } = abortable(server);
    await server.received(1);
    await settle();

    abort();

    expect(await failure).toMatchObject({ code: 'aborted' });
    await server.disconnected(1);
  });

  it('between attempts sends nothing more (C08)', async () => {
    const clock = new FakeClock();
    const server = await startServer(answer({ status: 429 }));
    const { abort, failure } = abortable(server, { clock });
    await clock.asked(2);

    abort();

    expect(await failure).toMatchObject({ code: 'aborted', billed: 'no' });
    expect([server.requests.length, clock.pending]).toEqual([1, 0]);
  });

  it('after an attempt that may have been paid says so', async () => {
    const clock = new FakeClock();
    const server = await startServer(hangUp);
    const { abort, failure } = abortable(server, { clock, retryAmbiguous: true });
    await clock.asked(2);

    abort();

    expect(await failure).toMatchObject({ code: 'aborted', billed: 'unknown' });
    expect(server.requests).toHaveLength(1);
  });

  it('after the end of the call does nothing', async () => {
    const server = await startServer(ok);
    const controller = new AbortController();
    const value = await callerOf(server).run(textCall({ signal: controller.signal }));

    controller.abort();
    await settle();

    expect(value).toBe('"fine"');
  });
});

describe('what was surely not sent', () => {
  it('is tried twice again when nobody listens (C37)', async () => {
    const clock = new FakeClock();
    const failure = rejectionOf(callerOf({ origin: await closedOrigin() }, { clock }).run(textCall()));

    clock.advance(await clock.asked(2));
    clock.advance(await clock.asked(3));

    expect(await failure).toMatchObject({ code: 'connection', billed: 'no', reason: 'ECONNREFUSED' });
    expect(clock.delays).toEqual([TIMEOUT_MS, 25, 50]);
    expect(clock.pending).toBe(0);
  });

  it('arrives once when the server comes back in time (C37)', async () => {
    const clock = new FakeClock();
    const origin = await closedOrigin();
    const call = callerOf({ origin }, { clock }).run(textCall());
    await clock.asked(2);

    const server = await startServer(ok, { port: Number(new URL(origin).port) });
    clock.advance(25);

    await expect(call).resolves.toBe('"fine"');
    expect(server.requests).toHaveLength(1);
  });

  it('is tried twice again when the TLS handshake breaks (C34)', async () => {
    const clock = new FakeClock();
    const server = await startServer([], {
      onConnection: (socket) => void socket.once('data', () => socket.resetAndDestroy()),
    });
    const failure = rejectionOf(
      callerOf({ origin: server.origin.replace('http:', 'https:') }, { clock }).run(textCall()),
    );

    clock.advance(await clock.asked(2));
    clock.advance(await clock.asked(3));

    expect(await failure).toMatchObject({ code: 'connection', billed: 'no' });
    expect(server.connections()).toBe(3);
  });

  it('is not tried again when the certificate does not hold (C34)', async () => {
    const clock = new FakeClock();
    const server = await startServer(ok, { tls: serverCertificate() });

    const error = await rejectionOf(callerOf(server, { clock }).run(textCall()));

    expect(error).toMatchObject({ code: 'connection', billed: 'no', reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(clock.delays).toEqual([TIMEOUT_MS]);
  });

  it('is not tried again when the name does not exist (C36)', async () => {
    const clock = new FakeClock();

    const error = await rejectionOf(
      callerOf({ origin: `https://${'a'.repeat(64)}.example` }, { clock }).run(textCall()),
    );

    expect(error).toMatchObject({ code: 'connection', billed: 'no', reason: 'ENOTFOUND' });
    expect(clock.delays).toEqual([TIMEOUT_MS]);
  });
});

describe('what may have been paid for', () => {
  const failures: readonly (readonly [string, Reply, string])[] = [
    ['a close after the whole request', hangUp, 'connection'],
    ['a reset after the whole request', reset, 'connection'],
    ['500', answer({ status: 500, body: '<h1>Server Error</h1>' }), 'unavailable'],
    ['502', answer({ status: 502 }), 'unavailable'],
    ['503 with Retry-After', answer({ status: 503, headers: { 'retry-after': '1' } }), 'unavailable'],
    ['504', answer({ status: 504 }), 'unavailable'],
  ];

  it.each(failures)('is sent exactly once: %s (C09-C11, C38, P5)', async (_name, reply, code) => {
    const { error, requests, delays } = await outcomeOf(reply);

    expect(error).toMatchObject({ code, billed: 'unknown', retryable: true });
    expect([requests.length, delays]).toEqual([1, []]);
  });

  it.each(failures)('is sent exactly twice where paying twice is accepted: %s (C38)', async (_name, reply, code) => {
    const { error, requests } = await outcomeOf(reply, { retryAmbiguous: true, backoffs: 1 });

    expect(error).toMatchObject({ code, billed: 'unknown' });
    expect(requests).toHaveLength(2);
  });

  it('is sent twice whatever else failed before, where paying twice is accepted (C38)', async () => {
    const { value, requests, delays } = await outcomeOf([limited(), limited(), hangUp, ok], {
      retryAmbiguous: true,
      backoffs: 3,
    });

    expect(value).toBe('"fine"');
    expect([requests.length, delays]).toEqual([4, [500, 1_000, 100]]);
  });

  it('may succeed the second time', async () => {
    const { value, requests } = await outcomeOf([hangUp, ok], { retryAmbiguous: true, backoffs: 1 });

    expect(value).toBe('"fine"');
    expect(requests).toHaveLength(2);
    expect(requests[0]?.body).toEqual(requests[1]?.body);
  });

  it('stays unknown when the second attempt was free', async () => {
    const { error } = await outcomeOf([hangUp, answer({ status: 401 })], { retryAmbiguous: true, backoffs: 1 });

    expect(error).toMatchObject({ code: 'authentication', billed: 'unknown' });
  });

  it('stays paid when the second answer was', async () => {
    const { error } = await outcomeOf([hangUp, answer({ headers: { 'content-type': 'text/html' } })], {
      retryAmbiguous: true,
      backoffs: 1,
    });

    expect(error).toMatchObject({ code: 'bad-response', billed: 'yes' });
  });
});

describe('what was refused', () => {
  it.each([201, 204, 206, 301, 307, 400, 401, 402, 403, 404, 409, 413, 415, 422])(
    'with %i is never sent again, whatever is accepted (C01-C05, C12)',
    async (status) => {
      const { error, requests, delays } = await outcomeOf(answer({ status }), { retryAmbiguous: true });

      expect(error).toMatchObject({ status });
      expect([requests.length, delays]).toEqual([1, []]);
    },
  );

  it('with 408 is sent again once, and may succeed (C06)', async () => {
    const { value, requests } = await outcomeOf([answer({ status: 408 }), ok], { backoffs: 1 });

    expect(value).toBe('"fine"');
    expect(requests).toHaveLength(2);
  });

  it('with 408 twice is given up (C06)', async () => {
    const { error, requests } = await outcomeOf(answer({ status: 408 }), { backoffs: 1 });

    expect(error).toMatchObject({ code: 'unavailable', status: 408, billed: 'no' });
    expect(requests).toHaveLength(2);
  });
});

describe('429', () => {
  it.each([
    ['seconds', '3', 3_000],
    ['a date', 'Mon, 23 Nov 2026 12:00:04 GMT', 4_000],
    ['zero', '0', 500],
    ['a date that is over', 'Sun, 22 Nov 2026 12:00:00 GMT', 500],
    ['nothing', undefined, 500],
    ['a negative number', '-3', 500],
    ['garbage', 'in a while', 500],
  ])('waits as Retry-After says, or backs off: %s (C08)', async (_name, retryAfter, expected) => {
    const { value, requests, delays } = await outcomeOf([limited(retryAfter), ok], { backoffs: 1 });

    expect(value).toBe('"fine"');
    expect(delays).toEqual([expected]);
    expect(requests).toHaveLength(2);
  });

  it.each([
    ['ten seconds of ten', '10', 10_000],
    ['a day', '86400', 86_400_000],
    ['the year 2100', 'Fri, 01 Jan 2100 00:00:00 GMT', Date.parse('2100-01-01') - Date.parse('2026-11-23T12:00:00Z')],
  ])(
    'is given up at once when the wait does not fit the deadline: %s (C08)',
    async (_name, retryAfter, retryAfterMs) => {
      const { error, requests, delays } = await outcomeOf(limited(retryAfter));

      expect(error).toMatchObject({ code: 'too-many-requests', billed: 'no', retryable: true, retryAfterMs });
      expect([requests.length, delays]).toEqual([1, []]);
    },
  );

  it('is given up after five more attempts (C08)', async () => {
    const { error, requests, delays } = await outcomeOf(limited(), { timeoutMs: 120_000, backoffs: 5 });

    expect(error).toMatchObject({ code: 'too-many-requests', billed: 'no' });
    expect(delays).toEqual([500, 1_000, 2_000, 4_000, 8_000]);
    expect(requests).toHaveLength(6);
  });
});

describe('closing', () => {
  it('refuses further calls, and may be done twice', async () => {
    const server = await startServer(ok);
    const caller = callerOf(server);

    await caller.close();
    await caller.close();

    expect(await rejectionOf(caller.run(textCall()))).toMatchObject({
      code: 'client-closed',
      billed: 'no',
      message: 'POST /v3/passive-liveness/: the client is closed',
    });
    expect(server.connections()).toBe(0);
  });

  it('waits for what runs, and keeps nothing of what ended', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const server = await startServer(ok);
    const caller = callerOf(server);
    const call = { ...freeCall('read'), decode: () => ({ large: true }) };
    const answered = await (async () => new WeakRef(await caller.run(call)))();

    for (let round = 0; round < 20 && answered.deref(); round += 1) {
      await settle();
      collect();
    }

    expect(answered.deref()).toBeUndefined();
    await caller.close();
  });

  it('lets a running call finish (F01)', async () => {
    const server = await startServer(neverAnswer);
    const caller = callerOf(server);
    const call = caller.run(textCall());
    await server.received(1);

    const closed = caller.close();
    (await server.connected(1)).write(answerBytes({ body: '"fine"' }));

    await expect(call).resolves.toBe('"fine"');
    await closed;
  });
});

describe('Caller and what is free', () => {
  it('sends a read again, once, when the connection broke, whatever the client accepts to pay', async () => {
    const server = await startServer([reset, ok]);
    const clock = new FakeClock();

    const text = callerOf(server, { clock }).run(freeCall('read'));
    clock.advance(await clock.asked(2));

    await expect(text).resolves.toBe('"fine"');
    expect(server.requests).toHaveLength(2);
  });

  it('never sends a write again when the connection broke, not even with retryAmbiguous', async () => {
    const server = await startServer([reset, ok]);

    const failure = await rejectionOf(callerOf(server, { retryAmbiguous: true }).run(freeCall('write')));

    expect(failure).toMatchObject({ code: 'connection', billed: 'no' });
    expect(server.requests).toHaveLength(1);
  });

  it.each(['write', 'read'] as const)('never calls a %s billed, whatever came back', async (effect) => {
    const server = await startServer([answer({ body: '"fine"', headers: { 'content-type': 'text/html' } })]);

    const failure = await rejectionOf(callerOf(server).run(freeCall(effect)));

    expect(failure).toMatchObject({ code: 'bad-response', billed: 'no' });
  });

  it('takes the statuses that a call names, and a 204 without a body', async () => {
    const server = await startServer([send('HTTP/1.1 204 No Content\r\n\r\n')]);

    await expect(callerOf(server).run({ ...freeCall('read'), statuses: [200, 204] })).resolves.toBe('');
  });

  it('sends no key to a host that takes none, and the headers of the call', async () => {
    const server = await startServer([ok]);
    const call: Call<string> = { ...freeCall('read'), headers: [['authorization', 'Bearer token']] };

    await callerOf(server, { apiKey: undefined }).run(call);

    const { headers } = await server.received(1);
    expect(headers.get('authorization')).toBe('Bearer token');
    expect(headers.has('x-api-key')).toBe(false);
  });

  it('strikes the key out of whatever Didit says of it (D03, P8)', async () => {
    const server = await startServer(answer({ status: 401, body: { detail: 'Invalid API Key: sk_live_CANARY' } }));

    const failure = await rejectionOf(callerOf(server, { apiKey: 'sk_live_CANARY' }).run(textCall()));

    expect(failure).toMatchObject({ code: 'authentication', complaints: ['Invalid API Key: [hidden]'] });
    expect((failure as { body: string }).body).not.toContain('CANARY');
  });
});

describe('a key that was refused', () => {
  /** A function that gives these keys, and then the last one for ever. */
  function keysInTurn(...keys: string[]) {
    let reads = 0;
    const apiKey = async () => keys[Math.min(reads++, keys.length - 1)] ?? '';
    return { apiKey, reads: () => reads };
  }
  const keyOf = ({ headers }: { readonly headers: ReadonlyMap<string, string> }) => headers.get('x-api-key');

  it('is asked for once more, and the call sent again with the one that replaced it (D05)', async () => {
    const server = await startServer([answer({ status: 401 }), ok]);
    const { apiKey } = keysInTurn('old', 'new');

    expect(await callerOf(server, { apiKey }).run(textCall())).toBe('"fine"');
    expect(server.requests.map(keyOf)).toEqual(['old', 'new']);
  });

  it('is not tried again when it is still the same, and never a third time (D05)', async () => {
    const same = await startServer(answer({ status: 401 }));
    const other = await startServer(answer({ status: 401 }));
    const stuck = keysInTurn('old');
    const turning = keysInTurn('one', 'two', 'three');

    const errors = [
      await rejectionOf(callerOf(same, { apiKey: stuck.apiKey }).run(textCall())),
      await rejectionOf(callerOf(other, { apiKey: turning.apiKey }).run(textCall())),
    ];

    expect(errors).toMatchObject([
      { code: 'authentication', billed: 'no' },
      { code: 'authentication', billed: 'no' },
    ]);
    expect([same.requests.length, stuck.reads()]).toEqual([1, 2]);
    expect([other.requests.map(keyOf), turning.reads()]).toEqual([['one', 'two'], 2]);
  });

  it('stays the reason of the failure when there is no other to be had (D05)', async () => {
    const server = await startServer(answer({ status: 401 }));
    let reads = 0;
    const apiKey = () => {
      reads += 1;
      if (reads > 1) throw new Error('the vault is closed');
      return 'old';
    };

    expect(await rejectionOf(callerOf(server, { apiKey }).run(textCall()))).toMatchObject({ code: 'authentication' });
    expect(server.requests.map(keyOf)).toStrictEqual(['old']);
  });

  it('is not asked for again when it is a string', async () => {
    const server = await startServer(answer({ status: 401 }));

    await rejectionOf(callerOf(server, { apiKey: 'fixed' }).run(textCall()));

    expect(server.requests).toHaveLength(1);
  });

  it('is none where no key is asked for, and none is sent after all (D03, D05)', async () => {
    const server = await startServer(answer({ status: 401 }));
    const { apiKey, reads } = keysInTurn('key');

    await rejectionOf(callerOf(server, { apiKey }).run({ ...freeCall('read'), keyless: true }));

    expect([server.requests.map(keyOf), reads()]).toEqual([[undefined], 0]);
  });

  /** A key that is refused, and a second one that never comes. */
  async function waitsForAnother(options: { clock?: FakeClock; signal?: AbortSignal }) {
    const server = await startServer(answer({ status: 401 }));
    let asksAgain = (): void => {};
    const again = new Promise<void>((resolve) => (asksAgain = resolve));
    let reads = 0;
    const apiKey = () => {
      reads += 1;
      if (reads === 1) return 'old';
      asksAgain();
      return new Promise<string>(() => {});
    };
    const { clock, signal } = options;
    const call = callerOf(server, { apiKey, ...(clock ? { clock } : {}) }).run(textCall({ signal }));
    const failure = rejectionOf(call);
    await again;
    return { server, failure };
  }

  it('ends with the time of the call, also while another is asked for (D05, P10)', async () => {
    const clock = new FakeClock();
    const { failure } = await waitsForAnother({ clock });

    clock.advance(TIMEOUT_MS);

    expect(await failure).toMatchObject({ code: 'timeout' });
  });

  it('costs nothing when the caller gives up while another is asked for, and nothing more is sent (D05, P15)', async () => {
    const controller = new AbortController();
    const { server, failure } = await waitsForAnother({ signal: controller.signal });

    controller.abort();

    expect(await failure).toMatchObject({ code: 'aborted', billed: 'no' });
    expect(server.requests).toHaveLength(1);
  });

  it('is replaced in the middle of the traffic without a lost request (D05)', async () => {
    let current = 'old';
    const accepted = new Set(['old', 'new']);
    const server = await startServer({
      at: 'body',
      act: (socket) => {
        const key = keyOf(server.requests.at(-1) ?? { headers: new Map() }) ?? '';
        (accepted.has(key) ? ok : answer({ status: 401 })).act(socket);
      },
    });
    const caller = callerOf(server, { apiKey: () => current });
    const texts: string[] = [];
    for (let call = 0; call < 30; call += 1) {
      if (call === 10) current = 'new';
      if (call === 20) accepted.delete('old');
      if (call === 25) accepted.add('newest').delete('new');
      // The function of this application learns of the newest key only by being asked again.
      const next = caller.run(textCall());
      if (call === 25) current = 'newest';
      texts.push(await next);
    }

    expect(texts).toEqual(Array.from({ length: 30 }, () => '"fine"'));
  });
});

describe('a caller that protects Didit and itself', () => {
  it('sends nothing again once the retries are spent (E13)', async () => {
    const server = await startServer(answer({ status: 408 }));
    const caller = callerOf(server, { retryBudget: new RetryBudget(0, () => {}) });

    expect(await rejectionOf(caller.run(textCall()))).toMatchObject({ code: 'unavailable', billed: 'no' });
    expect(server.requests).toHaveLength(1);
  });

  it('earns retries with answers', async () => {
    const server = await startServer(ok);
    const budget = new RetryBudget(1, () => {});
    budget.take();
    const caller = callerOf(server, { retryBudget: budget });

    for (let call = 0; call < 10; call += 1) await caller.run(textCall());

    expect(budget.take()).toBe(true);
  });

  it('lets only calls that cost money be stopped by a circuit', async () => {
    const server = await startServer(ok);
    const circuit = {
      requireNotOpen: () => {
        throw new CircuitOpenError('POST /', 'unavailable', 1);
      },
    } as unknown as CircuitBreaker;
    const caller = callerOf(server, { circuitOf: () => circuit });

    expect(await caller.run(freeCall('read'))).toBe('"fine"');
    expect(await rejectionOf(caller.run(textCall()))).toMatchObject({ code: 'circuit-open' });
    expect(server.requests).toHaveLength(1);
  });

  it('lets calls wait for their turn within their time, and closes after them (E17)', async () => {
    const server = await startServer(ok);
    const caller = callerOf(server, {
      bulkhead: new Bulkhead({ maxRunning: 1, maxWaiting: 1, maxWaitMs: 1_000, clock: new FakeClock() }),
    });
    const calls = [caller.run(textCall()), caller.run(textCall()), rejectionOf(caller.run(textCall()))];

    const closed = caller.close();

    expect(await Promise.all(calls)).toMatchObject(['"fine"', '"fine"', { code: 'overloaded' }]);
    await closed;
  });
});
