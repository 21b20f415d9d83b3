import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { ClientEvent } from '../src/client/client-events.js';
import { DIDIT_BASE_URL, DiditClient, type DiditClientOptions } from '../src/client/client.js';
import { InvalidOptionError } from '../src/errors.js';
import type { LivenessEvent } from '../src/gate/events.js';
import { createLivenessGate } from '../src/gate/gate.js';
import { approvedAnswer } from './support/answers.js';
import { expectNoCanary, KEY_CANARY, printed } from './support/canaries.js';
import { faceMatchAnswer } from './support/endpoint-answers.js';
import { FakeClock } from './support/fake-clock.js';
import { baselineJpeg } from './support/pictures.js';
import {
  answer,
  answerBytes,
  clientOf,
  closeAfterTest,
  closeAll,
  closedOrigin,
  hangUp,
  neverAnswer,
  rejectionOf,
  settle,
  startServer,
} from './support/server.js';

const approved = answer({ body: approvedAnswer() });
const check = { userImage: baselineJpeg };

afterEach(closeAll);

/** The error of the constructor; options are wider than the type, to try what JavaScript lets pass. */
function refusalOf(options: unknown): unknown {
  try {
    return new DiditClient(options as DiditClientOptions);
  } catch (error) {
    return error;
  }
}

describe('the key', () => {
  it.each([{}, { apiKey: undefined }, { apiKey: '' }, { apiKey: ' \n' }])(
    'must be there when the client is made: %j (D01, P23)',
    (options) => {
      expect(refusalOf(options)).toMatchObject({
        code: 'invalid-option',
        option: 'DiditClient.apiKey',
        message: 'DiditClient.apiKey is empty; allowed: the key from the Didit console, or a function that gives it',
      });
    },
  );

  it.each([42, null, ['key'], { key: KEY_CANARY }])(
    'is text or a function, and nothing else: case %# (D01)',
    (apiKey) => {
      const error = refusalOf({ apiKey });

      expect(error).toMatchObject({
        option: 'DiditClient.apiKey',
        message:
          'DiditClient.apiKey is not usable; allowed: the key from the Didit console, or a function that gives it',
      });
      expect(printed(error)).not.toContain(KEY_CANARY);
    },
  );

  it('is refused with a line break in it, without being repeated (D02, trap 8)', () => {
    const error = refusalOf({ apiKey: `sk\n${KEY_CANARY}` });

    expect(error).toBeInstanceOf(InvalidOptionError);
    expectNoCanary(error);
  });

  it('is sent without the blanks around it (D02)', async () => {
    const server = await startServer(approved);

    await clientOf(server, { apiKey: ' key\n' }).passiveLiveness.check(check);

    expect((await server.received(1)).headers.get('x-api-key')).toBe('key');
  });

  it('is asked for before every call (D05)', async () => {
    const keys = ['first', 'second', 'third'];
    const server = await startServer(approved);
    const { passiveLiveness } = clientOf(server, { apiKey: () => Promise.resolve(keys.shift() ?? '') });

    await passiveLiveness.check(check);
    await passiveLiveness.check(check);

    expect(server.requests.map(({ headers }) => headers.get('x-api-key'))).toEqual(['first', 'second']);
    expect(keys).toEqual(['third']);
  });

  it.each([
    ['sk_test_abc', true],
    ['sk_live_abc', false],
    ['abc', false],
    [() => 'sk_test_abc', false],
  ])('%p says whether it is of a sandbox: %p', (apiKey, expected) => {
    expect(new DiditClient({ apiKey }).isSandbox).toBe(expected);
  });
});

describe('baseUrl', () => {
  it('is that of Didit', () => {
    expect(new DiditClient({ apiKey: 'key' }).origin).toBe(DIDIT_BASE_URL);
    expect(DIDIT_BASE_URL).toBe('https://verification.didit.me');
  });

  it.each([
    ['https://example.com', 'https://example.com'],
    ['https://example.com/', 'https://example.com'],
    ['https://EXAMPLE.com:443', 'https://example.com'],
    ['https://example.com:8443', 'https://example.com:8443'],
    ['https://[::1]:8443', 'https://[::1]:8443'],
  ])('may be %s', (baseUrl, origin) => {
    expect(new DiditClient({ apiKey: 'key', baseUrl }).origin).toBe(origin);
  });

  it.each([
    'http://localhost:3999',
    'http://127.0.0.1:3999',
    'http://127.0.0.53',
    'http://127.1:80',
    'http://[::1]:3999',
    'http://0x7f.0.0.1',
  ])('may be %s with allowInsecure (C35)', (baseUrl) => {
    const { origin } = new DiditClient({ apiKey: 'key', baseUrl, allowInsecure: true });

    expect(origin).toBe(new URL(baseUrl).origin);
    expect(refusalOf({ apiKey: 'key', baseUrl })).toMatchObject({
      option: 'DiditClient.baseUrl',
      message: `DiditClient.baseUrl is ${origin}; allowed: https, or http on a loopback address with allowInsecure: true`,
    });
  });

  it.each([
    'http://example.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://not-localhost',
    'http://example.com?127.0.0.1',
    'http://[::2]',
    'http://10.0.0.1',
    'http://128.0.0.1',
    'http://0.0.0.0',
    'ftp://localhost',
    'ws://localhost',
    'file:///',
  ])('is never %s, not even with allowInsecure (C35, D09)', (baseUrl) => {
    expect(refusalOf({ apiKey: 'key', baseUrl, allowInsecure: true })).toMatchObject({ option: 'DiditClient.baseUrl' });
  });

  it.each([
    '',
    'verification.didit.me',
    '//verification.didit.me',
    'https://',
    'https://user@example.com',
    'https://user:secret@example.com',
    'https://:secret@example.com',
    'https://example.com/v3',
    'https://example.com/..%2f',
    'https://example.com/?a=1',
    'https://example.com/#a',
    'https://example.com\\@evil.example/x',
    'data:text/plain,hi',
    'javascript:alert(1)',
  ])('is a bare origin, and not %j (D09)', (baseUrl) => {
    const error = refusalOf({ apiKey: 'key', baseUrl });

    expect(error).toMatchObject({
      option: 'DiditClient.baseUrl',
      message: expect.stringContaining('not a bare origin'),
    });
    expect(printed(error)).not.toContain('secret');
  });

  it('is https, or http on loopback where that is allowed, for any text (C35, D09)', () => {
    const url = fc.oneof(
      fc.webUrl(),
      fc.string(),
      fc.constantFrom('http://localhost', 'https://a.example', 'http://b.c'),
    );

    fc.assert(
      fc.property(url, fc.boolean(), (baseUrl, allowInsecure) => {
        const result = refusalOf({ apiKey: 'key', baseUrl, allowInsecure });
        if (result instanceof InvalidOptionError) return true;
        const { origin } = result as DiditClient;
        return origin.startsWith('https://') || (allowInsecure && origin.startsWith('http://localhost'));
      }),
      { numRuns: 50 },
    );
  });
});

describe('authBaseUrl', () => {
  it('is that of Didit, or an origin like baseUrl (C35, D09)', () => {
    const originOf = (options: object) => closeAfterTest(new DiditClient({ apiKey: 'key', ...options })).account.origin;

    expect(originOf({})).toBe('https://apx.didit.me');
    expect(originOf({ baseUrl: 'https://a.example' })).toBe('https://apx.didit.me');
    expect(originOf({ authBaseUrl: 'http://127.0.0.1:3999', allowInsecure: true })).toBe('http://127.0.0.1:3999');
  });

  it.each(['http://127.0.0.1:3999', 'http://apx.didit.me', 'https://apx.didit.me/auth', 'apx.didit.me', ''])(
    'is not %j (C35, D09)',
    (authBaseUrl) => {
      expect(refusalOf({ apiKey: 'key', authBaseUrl })).toMatchObject({ option: 'DiditClient.authBaseUrl' });
    },
  );
});

describe('the other options', () => {
  it.each([
    ['allowInsecure', 1, 'true or false'],
    ['baseUrl', new URL('https://example.com'), 'a string'],
    ['timeoutMs', 99, 'a whole number from 100 to 120000'],
    ['timeoutMs', 120_001, 'a whole number from 100 to 120000'],
    ['timeoutMs', 1_000.5, 'a whole number from 100 to 120000'],
    ['timeoutMs', '1000', 'a whole number from 100 to 120000'],
    ['maxConnections', 0, 'a whole number from 1 to 1024'],
    ['maxConnections', Number.POSITIVE_INFINITY, 'a whole number from 1 to 1024'],
    ['maxQueuedCalls', -1, 'a whole number from 0 to 100000'],
    ['maxQueuedCalls', Number.POSITIVE_INFINITY, 'a whole number from 0 to 100000'],
    ['retryBudget', 10_001, 'a whole number from 0 to 10000'],
    ['retryBudget', '20', 'a whole number from 0 to 10000'],
    ['onEvent', 'log', 'a function'],
    ['circuitBreaker', false, 'an object'],
    ['maxAnswerBytes', 1_023, 'a whole number from 1024 to 16777216'],
    ['maxAnswerBytes', Number.NaN, 'a whole number from 1024 to 16777216'],
    ['retryAmbiguous', 'yes', 'true or false'],
    ['retryRateLimited', 0, 'true or false'],
    ['clock', {}, 'an object with the functions now, date, after and random'],
  ])('refuse %s: %p (P23)', (name, value, allowed) => {
    expect(refusalOf({ apiKey: 'key', [name]: value })).toMatchObject({
      option: `DiditClient.${name}`,
      message: expect.stringMatching(new RegExp(`; allowed: ${allowed}$`)),
    });
  });

  it('refuse a name that nobody reads', () => {
    expect(refusalOf({ apiKey: 'key', timeoutMS: 5_000 })).toMatchObject({
      option: 'DiditClient.timeoutMS',
      message: expect.stringContaining('did you mean "timeoutMs"?'),
    });
    expect(refusalOf({ apiKey: 'key', rejectUnauthorized: false })).toMatchObject({
      option: 'DiditClient.rejectUnauthorized',
    });
  });

  it('are called what the caller says', () => {
    const named = (options: object) => () => new DiditClient({ apiKey: 'key', ...options }, 'requireLiveness');

    expect(named({ timeoutMs: 1 })).toThrow('requireLiveness.timeoutMs is 1');
    expect(named({ apiKey: '' })).toThrow('requireLiveness.apiKey is empty');
    expect(named({ baseUrl: 'example.com' })).toThrow('requireLiveness.baseUrl is not a bare origin');
    expect(named({ authBaseUrl: 'example.com' })).toThrow('requireLiveness.authBaseUrl is not a bare origin');
    expect(named({ circuitBreaker: { openMs: 1 } })).toThrow('requireLiveness.circuitBreaker.openMs is 1');
  });

  it.each([undefined, null, 'key', ['key']])('are an object, and not %p', (options) => {
    expect(refusalOf(options)).toMatchObject({ option: 'DiditClient' });
  });

  it('are as documented when they are undefined', async () => {
    const server = await startServer(hangUp);
    const clock = new FakeClock();
    const client = clientOf(server, { clock, ...({ timeoutMs: undefined, retryAmbiguous: undefined } as object) });

    await rejectionOf(client.passiveLiveness.check(check));

    expect(clock.delays).toEqual([10_000]);
    expect(server.requests).toHaveLength(1);
  });

  it('reach the calls: timeoutMs', async () => {
    const server = await startServer(neverAnswer);
    const clock = new FakeClock();
    const failure = rejectionOf(clientOf(server, { clock, timeoutMs: 1_500 }).passiveLiveness.check(check));
    await server.received(1);

    clock.advance(1_500);

    expect(await failure).toMatchObject({ message: expect.stringContaining('within 1500 ms') });
  });

  it('reach the calls: retryAmbiguous (C38)', async () => {
    const server = await startServer([hangUp, approved]);
    const clock = new FakeClock();
    const call = clientOf(server, { clock, retryAmbiguous: true }).passiveLiveness.check(check);

    clock.advance(await clock.asked(2));

    await expect(call).resolves.toMatchObject({ liveness: { status: 'Approved' } });
    expect(server.requests).toHaveLength(2);
  });

  it('reach the calls: retryRateLimited (C08)', async () => {
    const server = await startServer([answer({ status: 429, headers: { 'retry-after': '1' } }), approved]);
    const client = clientOf(server, { clock: new FakeClock(), retryRateLimited: false });

    expect(await rejectionOf(client.passiveLiveness.check(check))).toMatchObject({
      code: 'too-many-requests',
      retryAfterMs: 1_000,
      billed: 'no',
    });
    expect(server.requests).toHaveLength(1);
  });

  it('reach the calls: maxAnswerBytes (C32)', async () => {
    const server = await startServer(answer({ body: `${JSON.stringify(approvedAnswer())}${' '.repeat(1_024)}` }));

    const error = await rejectionOf(clientOf(server, { maxAnswerBytes: 1_024 }).passiveLiveness.check(check));

    expect(error).toMatchObject({ code: 'bad-response', message: expect.stringContaining('more than 1024 bytes') });
  });

  it('reach the calls: maxConnections', async () => {
    const server = await startServer(approved);
    const { passiveLiveness } = clientOf(server, { maxConnections: 1 });

    await Promise.all([1, 2, 3].map(() => passiveLiveness.check(check)));

    expect([server.requests.length, server.connections()]).toEqual([3, 1]);
  });

  it('reach the calls: a place to wait for is given up after half of timeoutMs (E17)', async () => {
    const server = await startServer(neverAnswer);
    const clock = new FakeClock();
    const client = clientOf(server, { clock, timeoutMs: 1_000, maxConnections: 1, maxQueuedCalls: 1 });
    const running = rejectionOf(client.passiveLiveness.check(check));
    const waiting = rejectionOf(client.passiveLiveness.check(check));
    await server.received(1);
    await settle();

    clock.advance(500);

    expect(await waiting).toMatchObject({ code: 'overloaded' });
    clock.advance(500);
    expect(await running).toMatchObject({ code: 'timeout' });
  });

  it('keep to the real clock when none is given (C29)', async () => {
    const server = await startServer(neverAnswer);

    const error = await rejectionOf(clientOf(server, { timeoutMs: 100 }).passiveLiveness.check(check));

    expect(error).toMatchObject({ code: 'timeout', billed: 'unknown' });
  });

  it('back off by the real clock when none is given (C37)', async () => {
    const client = clientOf({ origin: await closedOrigin() });

    expect(await rejectionOf(client.passiveLiveness.check(check))).toMatchObject({ code: 'connection', billed: 'no' });
  });
});

describe('what a client tells of itself', () => {
  it('is when calls are stopped, of which endpoint and why, and when they go through again (C02, E15, F11)', async () => {
    const server = await startServer([hangUp, approved]);
    const clock = new FakeClock();
    const events: ClientEvent[] = [];
    const client = clientOf(server, {
      clock,
      circuitBreaker: { minimumCalls: 1, openMs: 1_000 },
      onEvent: (event) => events.push(event),
    });

    await rejectionOf(client.passiveLiveness.check(check));
    const stopped = await rejectionOf(client.passiveLiveness.check(check));
    clock.advance(1_000);
    await client.passiveLiveness.check(check);

    expect(stopped).toMatchObject({ code: 'circuit-open', because: 'unavailable', billed: 'no' });
    const endpoint = 'POST /v3/passive-liveness/';
    const none = { because: null, openMs: null };
    expect(events).toEqual([
      { type: 'circuit', endpoint, state: 'open', because: 'unavailable', openMs: 1_000, at: expect.any(String) },
      { type: 'circuit', endpoint, state: 'half-open', ...none, at: '2026-11-23T12:00:01.000Z' },
      { type: 'circuit', endpoint, state: 'closed', ...none, at: '2026-11-23T12:00:01.000Z' },
    ]);
    expect(Object.isFrozen(events[0])).toBe(true);
  });

  it('is that the retries are spent, once (E13, F11)', async () => {
    const server = await startServer(answer({ status: 408 }));
    const events: ClientEvent[] = [];
    const client = clientOf(server, { retryBudget: 0, onEvent: (event) => events.push(event) });

    await rejectionOf(client.passiveLiveness.check(check));
    await rejectionOf(client.passiveLiveness.check(check));

    expect(events).toEqual([{ type: 'retry-budget-spent', at: expect.any(String) }]);
  });

  it('reaches gates as well, and is kept from nobody by a listener that fails', async () => {
    const server = await startServer(answer({ status: 401 }));
    const client = clientOf(server, {
      onEvent: () => {
        throw new Error('fault');
      },
    });
    const events: LivenessEvent[] = [];
    createLivenessGate({ client, onEvent: (event) => void events.push(event) });

    expect(await rejectionOf(client.passiveLiveness.check(check))).toMatchObject({ code: 'authentication' });
    expect(events).toMatchObject([{ type: 'circuit', state: 'open', because: 'refused' }]);
  });

  it('is of one endpoint: a comparison goes on while the check is stopped, and so does what is free (C04)', async () => {
    const server = await startServer([
      answer({ status: 403, body: { detail: 'You do not have permission.' } }),
      answer({ body: faceMatchAnswer() }),
      answer({ body: { status: 'ok' } }),
    ]);
    const client = clientOf(server);

    await rejectionOf(client.passiveLiveness.check(check));

    expect(await rejectionOf(client.passiveLiveness.check(check))).toMatchObject({ code: 'circuit-open' });
    await client.faceMatch.compare({ userImage: baselineJpeg, refImage: baselineJpeg });
    await client.health();
    expect(server.requests).toHaveLength(3);
  });
});

describe('a listener that is added later', () => {
  it('is told until it is taken off', async () => {
    const server = await startServer(answer({ status: 408 }));
    const client = clientOf(server, { retryBudget: 0 });
    const events: ClientEvent[] = [];
    const remove = client.subscribe((event) => events.push(event));
    remove();
    const kept: ClientEvent[] = [];
    client.subscribe((event) => kept.push(event));

    await rejectionOf(client.passiveLiveness.check(check));

    expect([events.length, kept.length]).toEqual([0, 1]);
  });
});

describe('the account of a client', () => {
  const accountOf = (options: DiditClientOptions) => closeAfterTest(new DiditClient(options)).accountName;

  it('is the same for the same key and origin, however they are written', () => {
    const account = accountOf({ apiKey: 'key' });

    expect(accountOf({ apiKey: ' key\n', baseUrl: `${DIDIT_BASE_URL}/`, timeoutMs: 500 })).toBe(account);
    expect(accountOf({ apiKey: 'other' })).not.toBe(account);
    expect(accountOf({ apiKey: 'key', baseUrl: 'https://a.example' })).not.toBe(account);
  });

  it('is the same for the same function', () => {
    const apiKey = () => 'key';

    expect(accountOf({ apiKey })).toBe(accountOf({ apiKey }));
    expect(accountOf({ apiKey: () => 'key' })).not.toBe(accountOf({ apiKey }));
  });

  it('tells nothing of the key, and is not printed (D03, P8)', () => {
    const client = closeAfterTest(new DiditClient({ apiKey: KEY_CANARY }));

    expectNoCanary(client.accountName);
    expect(printed(client)).not.toContain(client.accountName);
  });
});

describe('a client', () => {
  it('keeps its connection from one call to the next', async () => {
    const server = await startServer(approved);
    const { passiveLiveness } = clientOf(server);

    await passiveLiveness.check(check);
    await settle();
    await passiveLiveness.check(check);

    expect(server.requests.map(({ connection }) => connection)).toEqual([1, 1]);
  });

  it('prints where it calls, and neither key nor anything else (D03, P8)', () => {
    const client = new DiditClient({ apiKey: KEY_CANARY });

    expect(inspect(client)).toBe("DiditClient { origin: 'https://verification.didit.me' }");
    expect(JSON.stringify(client)).toBe('{"origin":"https://verification.didit.me"}');
    expectNoCanary(client);
    expectNoCanary(Object.entries(client));
  });

  it('refuses calls once it is closed', async () => {
    const server = await startServer(approved);
    const client = clientOf(server);
    await client.close();
    await client.close();

    expect(await rejectionOf(client.passiveLiveness.check(check))).toMatchObject({
      code: 'client-closed',
      billed: 'no',
    });
    expect(server.connections()).toBe(0);
  });

  it('waits for a running call when it is closed (F01)', async () => {
    const server = await startServer(neverAnswer);
    const client = clientOf(server);
    const call = client.passiveLiveness.check(check);
    await server.received(1);

    const closed = client.close();
    (await server.connected(1)).write(answerBytes({ body: approvedAnswer() }));

    await expect(call).resolves.toMatchObject({ liveness: { status: 'Approved' } });
    await closed;
    await server.disconnected(1);
  });
});
