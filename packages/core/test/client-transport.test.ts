import http from 'node:http';
import type { Socket } from 'node:net';
import { getDefaultHighWaterMark, setDefaultHighWaterMark } from 'node:stream';
import tls, { type TlsOptions } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Deadline } from '../src/client/deadline.js';
import { encodeForm } from '../src/client/multipart.js';
import { endpointOf, Transport, type TransportOptions, type WireRequest } from '../src/client/transport.js';
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
  sendAndEnd,
  sendAndReset,
  type ServerOptions,
  settle,
  startServer,
} from './support/server.js';
import { type Deed, TalkingServer } from './support/talking-server.js';

const MEGABYTE = 1024 * 1024;

afterEach(closeAll);

function transportTo({ origin }: Pick<ScriptedServer, 'origin'>, options: Partial<TransportOptions> = {}): Transport {
  return closeAfterTest(new Transport({ origin, maxAnswerBytes: 1_024, ...options }));
}

/** A deadline that ends with a signal alone. */
function endOf(signal: AbortSignal): Deadline {
  return new Deadline(new FakeClock(), 1_000, signal);
}

function post(options: Partial<WireRequest> = {}, size = 100): WireRequest {
  return {
    method: 'POST',
    path: '/v3/passive-liveness/',
    headers: [['x-api-key', 'key']],
    body: encodeForm(new Map([['rotate_image', 'true']]), [
      { name: 'user_image', type: 'jpeg', chunks: [new Uint8Array(size).fill(7)] },
    ]),
    deadline: endOf(new AbortController().signal),
    ...options,
  };
}

async function failureWith(
  replies: Reply | readonly Reply[],
  options: Partial<TransportOptions> = {},
): Promise<unknown> {
  const server = await startServer(replies);
  return rejectionOf(transportTo(server, options).exchange(post()));
}

/** A reply before the body arrived. */
function early(act: Reply['act']): Reply {
  return { at: 'head', act };
}

/** A request, and what aborts it. */
function abortable(size?: number) {
  const controller = new AbortController();
  return { controller, request: post({ deadline: endOf(controller.signal) }, size) };
}

/** Takes a connection and does this to it at the first bytes. */
function onHello(act: (socket: Socket) => void): ServerOptions {
  return { onConnection: (socket) => void socket.once('data', () => act(socket)) };
}

async function failureOverTls(options: ServerOptions): Promise<unknown> {
  const server = await startServer(neverAnswer, options);
  const origin = server.origin.replace('http:', 'https:');
  const error = await rejectionOf(transportTo({ origin }).exchange(post()));
  expect(server.requests).toHaveLength(0);
  return error;
}

describe('an exchange', () => {
  it('sends the head, the form and nothing else', async () => {
    const server = await startServer(answer({ body: 'ok' }));
    const request = post();

    await transportTo(server).exchange(request);

    const received = await server.received(1);
    expect(received.requestLine).toBe('POST /v3/passive-liveness/ HTTP/1.1');
    expect(Object.fromEntries(received.headers)).toEqual({
      host: new URL(server.origin).host,
      connection: 'keep-alive',
      'x-api-key': 'key',
      'content-type': request.body?.contentType,
      'content-length': String(received.body.length),
      'accept-encoding': 'identity',
      accept: 'application/json',
    });
    expect(received.body).toEqual(Buffer.concat(request.body?.chunks ?? []));
  });

  it('sends a large picture whole, in pieces or not', async () => {
    const server = await startServer(answer({ body: 'ok' }));
    const picture = Buffer.from(Array.from({ length: 700_001 }, (_, index) => index % 251));
    const chunks = [picture.subarray(0, 300_000), picture.subarray(300_000, 300_001), picture.subarray(300_001)];
    const body = encodeForm(new Map(), [{ name: 'user_image', type: 'jpeg', chunks }]);

    await transportTo(server).exchange(post({ body }));

    expect((await server.received(1)).body.equals(Buffer.concat(body.chunks))).toBe(true);
  });

  it('lets no header of a call take the place of its own', async () => {
    const server = await startServer(answer({}));

    await transportTo(server).exchange(
      post({
        headers: [
          ['accept-encoding', 'gzip'],
          ['accept', '*/*'],
        ],
      }),
    );

    const { headers } = await server.received(1);
    expect([headers.get('accept-encoding'), headers.get('accept')]).toEqual(['identity', 'application/json']);
  });

  it('makes no connection for a header that cannot be sent, and tells nothing of it (D02)', async () => {
    const server = await startServer(answer({}));

    const error = await rejectionOf(transportTo(server).exchange(post({ headers: [['x-api-key', 'one\ntwo']] })));
    await settle();

    expect(error).toMatchObject({ code: 'connection', sent: false, reason: 'ERR_INVALID_CHAR', billed: 'no' });
    expect(String(error)).not.toContain('two');
    expect(server.connections()).toBe(0);
  });

  it('sends a GET without a body', async () => {
    const server = await startServer(answer({ body: 'ok' }));
    const { body: _, ...request } = post({ method: 'GET', path: '/v3/billing/balance/' });

    const { body } = await transportTo(server).exchange(request);

    const { requestLine, headers } = await server.received(1);
    expect(requestLine).toBe('GET /v3/billing/balance/ HTTP/1.1');
    expect([...headers.keys()]).toEqual(['host', 'x-api-key', 'accept-encoding', 'accept', 'connection']);
    expect(Buffer.from(body).toString()).toBe('ok');
  });

  it('may be broken and had again, as far as it goes without a body', async () => {
    const server = await startServer(hangUp);
    const { body: _, ...request } = post({ method: 'GET', path: '/v3/billing/balance/' });

    const error = await rejectionOf(transportTo(server).exchange(request));

    expect(error).toMatchObject({ code: 'connection', sent: false, reason: 'ECONNRESET' });
  });

  it('gives status, headers and bytes as they came', async () => {
    const server = await startServer(
      send(
        'HTTP/1.1 418 No\r\nX-One: 1\r\ncontent-type: a\r\nContent-Type: b\r\ncontent-length: 3\r\n\r\n\x01\x02\x03',
      ),
    );

    const { status, header, body } = await transportTo(server).exchange(post());

    expect(status).toBe(418);
    expect([header('x-one'), header('content-type'), header('x-two')]).toEqual(['1', 'a, b', undefined]);
    expect([...body]).toEqual([1, 2, 3]);
  });

  it('uses one connection for calls one after the other', async () => {
    const server = await startServer(answer({ body: 'ok' }));
    const transport = transportTo(server);

    await transport.exchange(post());
    await settle();
    await transport.exchange(post());

    expect(server.requests.map(({ connection }) => connection)).toEqual([1, 1]);
  });

  it.each([
    ['a body by its length', answerBytes({ body: 'a'.repeat(1_024) })],
    ['a chunked body', `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n400\r\n${'a'.repeat(1_024)}\r\n0\r\n\r\n`],
  ])('takes %s that is exactly as long as allowed (C32)', async (_name, bytes) => {
    const server = await startServer(send(bytes));

    const { body } = await transportTo(server).exchange(post());

    expect(body).toHaveLength(1_024);
  });

  it('takes a body that ends with the connection (C14)', async () => {
    const server = await startServer(sendAndEnd('HTTP/1.1 200 OK\r\n\r\nuntil the end'));

    const { body } = await transportTo(server).exchange(post());

    expect(Buffer.from(body).toString()).toBe('until the end');
  });

  it.each(['identity', ''])('takes a body with the encoding %j', async (encoding) => {
    const headers: Record<string, string> = encoding === '' ? {} : { 'content-encoding': encoding };
    const server = await startServer(answer({ headers, body: 'ok' }));

    await expect(transportTo(server).exchange(post())).resolves.toMatchObject({ status: 200 });
  });

  it.each([100, 102, 103])('waits for the answer after any number of %i (C40)', async (status) => {
    const interim = `HTTP/1.1 ${status} Wait\r\n\r\n`.repeat(50);
    const server = await startServer(send(Buffer.concat([Buffer.from(interim), answerBytes({ body: 'ok' })])));

    await expect(transportTo(server).exchange(post())).resolves.toMatchObject({ status: 200 });
  });

  it.each([204, 205, 304])('takes %i as an answer without a body (C40)', async (status) => {
    const server = await startServer(send(`HTTP/1.1 ${status} Empty\r\ncontent-length: 0\r\n\r\n`));

    await expect(transportTo(server).exchange(post())).resolves.toMatchObject({ status, body: Buffer.alloc(0) });
  });

  it.each([301, 302, 303, 307, 308])('hands a %i on and does not follow it (C12, P24)', async (status) => {
    const elsewhere = await startServer(answer({ body: 'ok' }));
    const server = await startServer(answer({ status, headers: { location: `${elsewhere.origin}/` } }));

    await expect(transportTo(server).exchange(post())).resolves.toMatchObject({ status });

    expect(server.requests).toHaveLength(1);
    expect(elsewhere.connections()).toBe(0);
  });
});

describe('an answer that cannot be used', () => {
  const gzipBomb = gzipSync(Buffer.alloc(8 * MEGABYTE));

  it.each([
    ['gzip', 'gzip', gzipBomb],
    ['br', 'br', Buffer.from('any')],
    ['a thousand times gzip', Array.from({ length: 1_000 }, () => 'gzip').join(', '), gzipBomb],
  ])('is refused when it is compressed: %s (C33)', async (_name, encoding, body) => {
    const error = await failureWith(answer({ headers: { 'content-encoding': encoding }, body }), {
      maxAnswerBytes: 16 * MEGABYTE,
    });

    expect(error).toMatchObject({
      code: 'bad-response',
      status: 200,
      billed: 'yes',
      message: expect.stringContaining('it is compressed, although none was asked for'),
    });
  });

  it('is refused as soon as it is longer than allowed, and the connection closed (C32)', async () => {
    const written: number[] = [];
    const flood: Reply = {
      at: 'body',
      act: (socket) => {
        const chunk = Buffer.alloc(64 * 1024);
        const write = () => {
          while (socket.writable && written.push(chunk.length) && socket.write(chunk));
        };
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.on('drain', write);
        write();
      },
    };
    const server = await startServer(flood);

    const error = await rejectionOf(transportTo(server).exchange(post()));
    await server.disconnected(1);

    expect(error).toMatchObject({
      code: 'bad-response',
      status: 200,
      billed: 'yes',
      message: expect.stringContaining('it has more than 1024 bytes'),
    });
    expect(written.length).toBeLessThan(200);
  });

  it.each([
    ['by its length', answerBytes({ body: 'a'.repeat(1_025) })],
    ['in chunks', `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n401\r\n${'a'.repeat(1_025)}\r\n0\r\n\r\n`],
  ])('is refused at one byte more than allowed, %s (C32)', async (_name, bytes) => {
    expect(await failureWith(send(bytes))).toMatchObject({ code: 'bad-response', billed: 'yes' });
  });

  it('was billed as far as its status says', async () => {
    const tooLong = { status: 500, body: 'a'.repeat(1_025) };

    expect(await failureWith(answer(tooLong))).toMatchObject({ code: 'bad-response', billed: 'unknown', status: 500 });
  });

  it.each([
    ['fewer bytes than its length says', sendAndEnd('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nhalf'), 'yes'],
    [
      'a chunked body without its end',
      sendAndEnd('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhal'),
      'yes',
    ],
    ['a reset after the headers', sendAndReset('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nhalf'), 'yes'],
    [
      'a reset after the headers of a 500',
      sendAndReset('HTTP/1.1 500 No\r\ncontent-length: 99\r\n\r\nhalf'),
      'unknown',
    ],
    ['a chunk that is none', send('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n'), 'yes'],
  ])('is one that broke off: %s (C15)', async (_name, reply, billed) => {
    const error = await failureWith(reply);

    expect(error).toMatchObject({
      code: 'bad-response',
      billed,
      retryable: false,
      message: expect.stringMatching(/it broke off \(.+\)$/),
    });
  });

  it.each([
    ['a greeting of SSH', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['HTTP/0.9', '<html>hello</html>\r\n'],
    ['zeros', '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0'],
    ['a status that is no number', 'HTTP/1.1 abc OK\r\n\r\n'],
    ['a header without a colon', 'HTTP/1.1 200 OK\r\nno colon\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
    ['a length that is no number', 'HTTP/1.1 200 OK\r\ncontent-length: 1x\r\n\r\na'],
  ])('may have been billed when it is not HTTP: %s (C40)', async (_name, bytes) => {
    const server = await startServer(send(bytes));

    const error = await rejectionOf(transportTo(server).exchange(post()));
    await server.disconnected(1);

    expect(error).toMatchObject({
      code: 'bad-response',
      status: null,
      billed: 'unknown',
      message: expect.stringMatching(/: it is not HTTP \(HPE_\w+\)$/),
    });
    expect(server.requests).toHaveLength(1);
  });

  it('has too many headers (C32)', async () => {
    const headers = Array.from({ length: 100 }, (_, index) => `x-${index}: ${'a'.repeat(1_000)}\r\n`).join('');

    expect(await failureWith(send(`HTTP/1.1 200 OK\r\n${headers}\r\n`))).toMatchObject({
      code: 'bad-response',
      billed: 'unknown',
      status: null,
      message: expect.stringContaining('HPE_HEADER_OVERFLOW'),
    });
  });

  it('is never taken for the answer to the next request (C41)', async () => {
    const stale = answerBytes({ body: 'stale' });
    const server = await startServer([
      { at: 'body', act: (socket) => void socket.write(Buffer.concat([answerBytes({ body: 'first' }), stale])) },
      answer({ body: 'second' }),
    ]);
    const transport = transportTo(server);

    const first = await transport.exchange(post());
    const second = await transport.exchange(post());

    expect([first, second].map(({ body }) => Buffer.from(body).toString())).toEqual(['first', 'second']);
  });
});

describe('an idle connection', () => {
  it('is closed by bytes that nobody asked for, and no request gets it or them (C41)', async () => {
    const server = await startServer(answer({ body: 'asked for' }));
    const transport = transportTo(server);
    await Promise.all([transport.exchange(post()), transport.exchange(post())]);

    (await server.connected(2)).write(answerBytes({ body: 'in advance' }));
    await server.disconnected(1);
    const { body } = await transport.exchange(post());

    expect(Buffer.from(body).toString()).toBe('asked for');
    // The other one was not idle for too long either, so it was not time that closed this one.
    expect(server.requests.at(-1)?.connection).toBe(1);
  });

  it.each<Deed>(['answers in advance', 'closes', 'resets'])(
    'costs nothing when its server %s while this process is busy (C38, C41)',
    async (deed) => {
      const server = closeAfterTest(await TalkingServer.start());
      const transport = transportTo(server);
      await transport.exchange(post());

      server.doMeanwhile(deed);
      const error = await rejectionOf(transport.exchange(post()));
      const { body } = await transport.exchange(post());

      expect(error).toMatchObject({ code: 'connection', sent: false, reason: 'ECONNRESET', billed: 'no' });
      expect(Buffer.from(body).toString()).toBe('own');
    },
  );

  it.each([
    [1, 2],
    [60, 1],
  ])('of a server that closes it after %i s serves two calls in a row over %i (C38)', async (seconds, connections) => {
    const server = await startServer(answer({ headers: { 'keep-alive': `timeout=${seconds}` } }));
    const transport = transportTo(server);

    await transport.exchange(post());
    await transport.exchange(post());

    expect(server.connections()).toBe(connections);
  });
});

describe('a connection that breaks before the answer', () => {
  it.each([
    ['closes', hangUp],
    ['resets', reset],
    ['closes within the headers', sendAndEnd('HTTP/1.1 200 OK\r\ncontent-le')],
    ['switches protocols', send('HTTP/1.1 101 Switching\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n')],
  ])('leaves open what it cost, when the server %s after the whole request (C38, C40)', async (_name, reply) => {
    const server = await startServer(reply);

    const error = await rejectionOf(transportTo(server).exchange(post()));

    expect(error).toMatchObject({ code: 'connection', sent: true, billed: 'unknown' });
    expect(server.requests).toHaveLength(1);
  });

  it('leaves open what it cost, when the server resets during the upload', async () => {
    const server = await startServer({ at: 'head', act: (socket) => void socket.resetAndDestroy() });

    const error = await rejectionOf(transportTo(server).exchange(post({}, 5 * MEGABYTE)));

    expect(error).toMatchObject({ code: 'connection', sent: true, billed: 'unknown' });
  });

  it('cost nothing when nobody listens (C37)', async () => {
    const origin = await closedOrigin();

    const error = await rejectionOf(transportTo({ origin }).exchange(post()));

    expect(error).toMatchObject({ code: 'connection', sent: false, reason: 'ECONNREFUSED', billed: 'no' });
  });

  it('cost nothing when no connection comes about in time (C37)', async () => {
    const origin = (await startServer(neverAnswer, { onConnection: () => undefined })).origin.replace(
      'http:',
      'https:',
    );

    const error = await rejectionOf(transportTo({ origin }).exchange(post()));

    expect(error).toMatchObject({ code: 'connection', sent: false, reason: 'ETIMEDOUT', billed: 'no' });
  });

  it('cost nothing when the name does not exist (C36)', async () => {
    const origin = `https://${'a'.repeat(64)}.example`;

    const error = await rejectionOf(transportTo({ origin }).exchange(post()));

    expect(error).toMatchObject({ code: 'connection', sent: false, reason: 'ENOTFOUND', billed: 'no' });
  });
});

describe('an answer that comes before the request is through', () => {
  const refused = answerBytes({ status: 401, body: { detail: 'Invalid API Key.' } });

  it.each([
    ['and the server reads on', early((socket) => void socket.write(refused))],
    [
      'and the server stops reading',
      early((socket) => {
        socket.pause();
        socket.write(refused);
      }),
    ],
    ['and the server closes its side', early((socket) => void socket.end(refused))],
  ])('is taken, %s (C39)', async (_name, reply) => {
    const server = await startServer(reply);

    const { status, body } = await transportTo(server).exchange(post({}, 5 * MEGABYTE));
    (await server.connected(1)).resume();
    await server.disconnected(1);
    await settle();

    expect(status).toBe(401);
    expect(Buffer.from(body).toString()).toContain('Invalid API Key.');
  });
});

describe('an answer that comes before all that it would be about', () => {
  it('is no answer when it says yes (C39, C41)', async () => {
    const server = await startServer(early((socket) => void socket.write(answerBytes({ body: 'yes' }))));

    const error = await rejectionOf(transportTo(server).exchange(post({}, 5 * MEGABYTE)));
    await server.disconnected(1);

    expect(error).toMatchObject({
      code: 'bad-response',
      status: 200,
      billed: 'yes',
      message: expect.stringContaining('it came before the request was through'),
    });
  });
});

describe('what the process set for all its connections', () => {
  const Agent = http.Agent as typeof http.Agent & { defaultMaxSockets: number };
  const { defaultMaxSockets } = Agent;
  const highWaterMark = getDefaultHighWaterMark(false);
  afterEach(() => {
    Agent.defaultMaxSockets = defaultMaxSockets;
    setDefaultHighWaterMark(false, highWaterMark);
  });

  it('keeps no picture from being sent: how much streams hold', async () => {
    setDefaultHighWaterMark(false, 4 * MEGABYTE);
    const server = await startServer(answer({ body: 'ok' }));
    const request = post({}, 3 * MEGABYTE);

    await transportTo(server).exchange(request);

    expect((await server.received(1)).body.equals(Buffer.concat(request.body?.chunks ?? []))).toBe(true);
  });

  it('lets no call wait for another: how many connections an agent makes', async () => {
    Agent.defaultMaxSockets = 1;
    const server = await startServer(answer({ body: 'ok' }));
    const transport = transportTo(server);

    await Promise.all([transport.exchange(post()), transport.exchange(post()), transport.exchange(post())]);

    expect(server.connections()).toBe(3);
  });
});

describe('aborting', () => {
  it('before the start sends nothing', async () => {
    const server = await startServer(neverAnswer);

    const error = await rejectionOf(transportTo(server).exchange(post({ deadline: endOf(AbortSignal.abort()) })));

    expect(error).toMatchObject({ code: 'connection', sent: false, reason: 'unknown reason', billed: 'no' });
    expect(server.requests).toHaveLength(0);
  });

  it('while the connection is being made sends nothing', async () => {
    const server = await startServer(neverAnswer, { onConnection: () => undefined });
    const { controller, request } = abortable();

    const failure = rejectionOf(transportTo({ origin: server.origin.replace('http:', 'https:') }).exchange(request));
    await server.connected(1);
    controller.abort();

    expect(await failure).toMatchObject({ code: 'connection', sent: false, billed: 'no' });
    await server.disconnected(1);
  });

  it('during the upload closes the connection', async () => {
    const server = await startServer({ at: 'head', act: (socket) => void socket.pause() });
    const { controller, request } = abortable(5 * MEGABYTE);

    const failure = rejectionOf(transportTo(server).exchange(request));
    await server.headArrived(1);
    controller.abort();

    expect(await failure).toMatchObject({ code: 'connection', sent: true, billed: 'unknown' });
    (await server.connected(1)).resume();
    await server.disconnected(1);
    expect(server.requests).toHaveLength(0);
  });

  it('while waiting for the answer closes the connection (P15)', async () => {
    const server = await startServer(neverAnswer);
    const { controller, request } = abortable();

    const failure = rejectionOf(transportTo(server).exchange(request));
    await server.received(1);
    controller.abort();

    expect(await failure).toMatchObject({ code: 'connection', sent: true, billed: 'unknown' });
    await server.disconnected(1);
  });

  it('during the answer closes the connection, and the call is paid', async () => {
    const server = await startServer(neverAnswer);
    const { controller, request } = abortable();
    const failure = rejectionOf(transportTo(server).exchange(request));
    await server.received(1);

    (await server.connected(1)).write('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nhalf', () => {
      setImmediate(() => setImmediate(() => controller.abort()));
    });

    expect(await failure).toMatchObject({ billed: expect.stringMatching(/yes|unknown/) });
    await server.disconnected(1);
  });
});

describe('TLS', () => {
  const oldOnly: TlsOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };

  it.each([
    ['it is self-signed', { tls: serverCertificate() }, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    [
      'nobody knows who signed it',
      { tls: serverCertificate({ issuer: 'unknown' }) },
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
    ['nobody trusts who signed it', { tls: serverCertificate({ issuer: 'sent' }) }, 'SELF_SIGNED_CERT_IN_CHAIN'],
    ['it has expired', { tls: serverCertificate({ expired: true }) }, 'CERT_HAS_EXPIRED'],
  ])('sends nothing to a server whose certificate does not hold: %s (C34)', async (_name, options, reason) => {
    expect(await failureOverTls(options)).toMatchObject({ code: 'connection', sent: false, reason, billed: 'no' });
  });

  it.each([
    ['speaks TLS 1.1 at most', { tls: { ...serverCertificate(), ...oldOnly } }, /^ERR_SSL_/],
    ['speaks no TLS', onHello((socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')), /^ERR_SSL_/],
    ['resets during the handshake', onHello((socket) => void socket.resetAndDestroy()), /^ECONNRESET$/],
    ['closes during the handshake', onHello((socket) => void socket.end()), /^ECONNRESET$/],
  ])('sends nothing to a server that %s (C34)', async (_name, options, reason) => {
    expect(await failureOverTls(options)).toMatchObject({
      code: 'connection',
      sent: false,
      reason: expect.stringMatching(reason),
      billed: 'no',
    });
  });
});

describe('TLS, whatever the process was told', () => {
  const { DEFAULT_MIN_VERSION, DEFAULT_CIPHERS } = tls;

  afterEach(() => {
    Object.assign(tls, { DEFAULT_MIN_VERSION, DEFAULT_CIPHERS });
  });

  it('is of version 1.2 at least (C34)', async () => {
    const old: TlsOptions = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
    Object.assign(tls, { DEFAULT_MIN_VERSION: 'TLSv1.1', DEFAULT_CIPHERS: 'DEFAULT@SECLEVEL=0' });

    expect(await failureOverTls({ tls: { ...serverCertificate(), ...old } })).toMatchObject({
      sent: false,
      reason: expect.stringMatching(/^ERR_SSL_/),
    });
  });

  it('carries HTTP/1.1 and offers nothing else', async () => {
    const offered: string[] = [];
    const ALPNCallback = ({ protocols }: { readonly protocols: readonly string[] }) => {
      offered.push(...protocols);
      return 'http/1.1';
    };

    await failureOverTls({ tls: { ...serverCertificate(), ALPNCallback } });

    expect(offered).toEqual(['http/1.1']);
  });
});

describe('closing', () => {
  it('closes the idle connections', async () => {
    const server = await startServer(answer({ body: 'ok' }));
    const [transport, other] = [transportTo(server), transportTo(server)];
    await transport.exchange(post());
    await other.exchange(post());

    transport.close();
    await server.disconnected(1);
    await other.exchange(post());

    // That of the other is still there, so it was not time that closed this one.
    expect(server.connections()).toBe(2);
  });
});

describe('endpointOf', () => {
  it('names method and path', () => {
    expect(endpointOf({ method: 'POST', path: '/v3/passive-liveness/' })).toBe('POST /v3/passive-liveness/');
  });
});
