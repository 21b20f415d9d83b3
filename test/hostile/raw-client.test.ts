import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseAnswers } from './raw-answer.js';
import { RawClient, within } from './raw-client.js';
import { chunkedRequestOf, headOf, type Mutation, mutate, requestOf } from './raw-request.js';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe('a raw request', () => {
  it('says what it is told, and the length of its body', () => {
    const request = requestOf('abc', { target: '/x', headers: { 'Content-Type': 'a/b' }, lines: ['X: y'] });

    expect(request.toString()).toBe(
      'POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Type: a/b\r\nX: y\r\n\r\nabc',
    );
    expect(headOf({ headers: { Host: undefined } }).toString()).toBe('POST /signup HTTP/1.1\r\n\r\n');
    expect(chunkedRequestOf('abc', 2).toString()).toMatch(/\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n$/);
  });

  it.each<[Mutation, string]>([
    [{ kind: 'cut', at: 2 }, 'ab'],
    [{ kind: 'duplicate', at: 1, length: 2 }, 'abcbcd'],
    [{ kind: 'swap', at: 0, other: 3 }, 'dbca'],
    [{ kind: 'swap', at: 0, other: 4 }, 'abcd'],
    [{ kind: 'flip', at: 1, bit: 0 }, 'accd'],
    [{ kind: 'flip', at: 4, bit: 0 }, 'abcd'],
    [{ kind: 'insert', at: 4, content: Buffer.from('\r\n') }, 'abcd\r\n'],
  ])('becomes another by %j', (mutation, expected) => {
    const bytes = Buffer.from('abcd');

    expect(mutate(bytes, mutation).toString()).toBe(expected);
    expect(bytes.toString()).toBe('abcd');
  });
});

describe('parseAnswers', () => {
  it.each<[string, boolean, readonly (readonly [number, string])[]]>([
    [
      OK + OK,
      false,
      [
        [200, 'ok'],
        [200, 'ok'],
      ],
    ],
    [`HTTP/1.1 100 Continue\r\n\r\n${OK}`, false, [[200, 'ok']]],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n', false, [[200, 'ok']]],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n', true, []],
    ['HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nno', false, []],
    ['HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nno', true, [[400, 'no']]],
    [OK.slice(0, -1), false, []],
    ['', true, []],
  ])('finds in %j, ended: %j, what is complete', (text, hasEnded, expected) => {
    expect(parseAnswers(Buffer.from(text), hasEnded).map(({ status, body }) => [status, body])).toEqual(expected);
  });
});

describe('RawClient', () => {
  let server: Server;
  let url: string;
  beforeEach(async () => {
    server = createServer({ allowHalfOpen: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.close();
  });

  async function meet(): Promise<{ client: RawClient; peer: Socket }> {
    const [client, [peer]] = await Promise.all([RawClient.open(url), once(server, 'connection') as Promise<[Socket]>]);
    peer.on('error', () => undefined);
    return { client, peer };
  }

  it('notes an answer, and that the server closed behind it', async () => {
    const { client, peer } = await meet();

    await client.write('hello');
    peer.end(OK);
    const report = await client.closed();

    expect(report).toMatchObject({ acceptedBytes: 5, ending: 'server-closed', answers: [{ status: 200, body: 'ok' }] });
    expect(report.closedAfterMs).toBeGreaterThanOrEqual(report.answeredAfterMs ?? Infinity);
    client.close();
  });

  it('notes a reset, and bytes that nobody took', async () => {
    const { client, peer } = await meet();
    peer.pause();

    client.writeEndlessly(Buffer.alloc(65_536));
    await new Promise(setImmediate);
    peer.resetAndDestroy();
    const { ending, acceptedBytes, answers } = await client.closed();

    expect(ending).toBe('server-reset');
    expect(answers).toEqual([]);
    expect(acceptedBytes).toBeLessThan(64 * 1024 * 1024);
  });

  it('drips, writes in pieces and closes its side alone', async () => {
    const { client, peer } = await meet();
    const pieces: string[] = [];
    peer.setEncoding('utf8').on('data', (piece: string) => pieces.push(piece));

    await client.writeInPieces(Buffer.from('abc'), 1);
    client.drip(Buffer.from('de'), 1);
    while (pieces.join('').length < 5) await new Promise(setImmediate);
    client.halfClose();
    await once(peer, 'end');
    peer.end(OK);

    expect(pieces.join('')).toBe('abcde');
    expect((await client.closed()).answers).toHaveLength(1);
    client.close();
  });

  it('can reset, and keeps that it was its own doing', async () => {
    const { client, peer } = await meet();
    const failed = once(peer, 'error');

    client.reset();

    expect(await failed).toMatchObject([{ code: 'ECONNRESET' }]);
    expect(client.report().ending).toBe('client-reset');
  });
});

describe('within', () => {
  it('gives the value in time, and says what was late', async () => {
    await expect(within(10_000, 'it', Promise.resolve(5))).resolves.toBe(5);
    await expect(within(1, 'the answer', new Promise(() => undefined))).rejects.toThrow(
      'the answer took more than 1 ms',
    );
  });
});
