import { EventEmitter, once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, hangUp, isAnswerOver, onAnswerEnd } from '../src/answer-end.js';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

/** A server of which the test gives the answers itself. */
function serve(server: http.Server | http2.Http2Server) {
  const arrivals = new EventEmitter();
  server.on('request', (_request: unknown, answer: Answer) => arrivals.emit('answer', answer));
  const arrived: Answer[] = [];
  arrivals.on('answer', (answer: Answer) => arrived.push(answer));
  return {
    async listen(): Promise<number> {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    },
    /** The answers to the next requests, in order. */
    async answers(count: number): Promise<readonly Answer[]> {
      while (arrived.length < count) await once(arrivals, 'answer');
      return arrived.splice(0, count);
    },
    async close(): Promise<void> {
      const closed = once(server, 'close');
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}

/** The end of a connection, however it comes. */
function closeOf(socket: Socket): Promise<unknown> {
  return new Promise((resolve) => socket.once('close', resolve));
}

/** Counts its calls. */
function counted() {
  const calls = { count: 0 };
  return { calls, callback: () => void (calls.count += 1) };
}

describe('the end of an answer over HTTP/1.1', () => {
  const server = serve(http.createServer());
  const clients: Socket[] = [];
  let port = 0;
  beforeAll(async () => {
    port = await server.listen();
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.destroy();
  });
  afterAll(() => server.close());

  async function send(text: string): Promise<Socket> {
    const client = connect(port, '127.0.0.1')
      .on('error', () => {})
      .resume();
    clients.push(client);
    await once(client, 'connect');
    client.write(text);
    return client;
  }

  it('comes when the answer was sent, once, and for this answer alone', async () => {
    const client = await send(GET);
    const [first] = (await server.answers(1)) as [http.ServerResponse];
    const { calls, callback } = counted();
    const before = first.listenerCount('finish');
    onAnswerEnd(first, callback);
    expect(isAnswerOver(first)).toBe(false);
    expect(calls.count).toBe(0);

    // Sent, and not closed yet.
    const atFinish = new Promise((resolve) =>
      first.once('finish', () => resolve([first.destroyed, isAnswerOver(first)])),
    );
    first.end('one');
    expect(await atFinish).toEqual([false, true]);
    expect(calls.count).toBe(1);

    client.write(GET);
    const [second] = (await server.answers(1)) as [http.ServerResponse];
    const later = counted();
    onAnswerEnd(second, later.callback);
    expect(isAnswerOver(second)).toBe(false);
    expect(later.calls.count).toBe(0);
    const gone = closeOf(second.req.socket);
    client.destroy();
    await gone;

    expect(calls.count).toBe(1);
    expect(later.calls.count).toBe(1);
    expect(first.listenerCount('finish')).toBe(before);
  });

  it('comes for all that stand in line on a connection when the client hangs up', async () => {
    const client = await send(GET.repeat(3));
    const answers = (await server.answers(3)) as http.ServerResponse[];
    const counts = answers.map((answer) => {
      const { calls, callback } = counted();
      onAnswerEnd(answer, callback);
      return calls;
    });
    const [{ req }] = answers as [http.ServerResponse];
    const { socket } = req;
    expect(answers.map(isAnswerOver)).toEqual([false, false, false]);
    const listeners = socket.listenerCount('close');
    const gone = closeOf(socket);
    client.destroy();
    await gone;

    expect(counts).toEqual([{ count: 1 }, { count: 1 }, { count: 1 }]);
    expect(answers.map(isAnswerOver)).toEqual([true, true, true]);
    // One listener for all three of them.
    expect(listeners - socket.listenerCount('close')).toBeLessThanOrEqual(2);
  });

  it('is brought about by hanging up on the client, for all answers of its connection', async () => {
    const client = await send(GET.repeat(2));
    const [first, second] = (await server.answers(2)) as [http.ServerResponse, http.ServerResponse];
    const gone = closeOf(client);

    hangUp(second);
    await gone;

    expect(isAnswerOver(first)).toBe(true);
    expect(isAnswerOver(second)).toBe(true);
  });
});

describe('the end of an answer over HTTP/2', () => {
  const server = serve(http2.createServer());
  let session: http2.ClientHttp2Session;
  beforeAll(async () => {
    session = http2.connect(`http://127.0.0.1:${await server.listen()}`);
  });
  afterAll(async () => {
    session.destroy();
    await server.close();
  });

  it('comes for one stream, and leaves the others of the connection alone', async () => {
    const streams = [session.request({ ':path': '/1' }), session.request({ ':path': '/2' })];
    for (const stream of streams) stream.resume().on('error', () => {});
    const [first, second] = (await server.answers(2)) as [http2.Http2ServerResponse, http2.Http2ServerResponse];
    const [one, other] = [counted(), counted()];
    onAnswerEnd(first, one.callback);
    onAnswerEnd(second, other.callback);
    expect([first, second].map(isAnswerOver)).toEqual([false, false]);

    const reset = once(first.stream, 'close');
    hangUp(first);
    await reset;
    expect(isAnswerOver(first)).toBe(true);
    expect(isAnswerOver(second)).toBe(false);
    expect(one.calls.count).toBe(1);
    expect(other.calls.count).toBe(0);

    const sent = once(second.stream, 'close');
    second.end('two');
    await sent;
    expect(other.calls.count).toBe(1);
    expect(isAnswerOver(second)).toBe(true);
    expect(session.destroyed).toBe(false);
  });
});

describe('the end of an answer that a test tool injects', () => {
  it.each([
    ['whose request has no connection', {}],
    ['without its request', undefined],
    ['over something that only looks like a connection', { socket: { destroyed: false } }],
  ])('comes with the first event, %s', (_what, req) => {
    const answer = Object.assign(new http.ServerResponse({ method: 'GET' } as http.IncomingMessage), { req });
    const { calls, callback } = counted();
    onAnswerEnd(answer, callback);
    expect(isAnswerOver(answer)).toBe(false);

    answer.emit('finish');
    expect(calls.count).toBe(1);
    answer.emit('close');

    expect(calls.count).toBe(1);
  });

  it('comes with the connection closed alone', () => {
    const answer = new http.ServerResponse({ method: 'GET' } as http.IncomingMessage);
    const { calls, callback } = counted();
    onAnswerEnd(answer, callback);

    answer.emit('close');
    expect(calls.count).toBe(1);
    answer.emit('finish');

    expect(calls.count).toBe(1);
  });
});
