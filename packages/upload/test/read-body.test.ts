import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type BodyReading, type EarlierBody, readBody, type ReadBodyOptions } from '../src/index.js';
import { createManualSchedule } from './support/manual-schedule.js';
import { connectRaw, headOf, writeEndlessly } from './support/raw-client.js';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

/** A server that reads each body; `before` may read it first, and says what it left. */
async function serve(
  options: ReadBodyOptions = {},
  before: (request: IncomingMessage) => Promise<EarlierBody | undefined> | undefined = () => undefined,
) {
  const readings: Promise<BodyReading>[] = [];
  const server = createServer((request, response) => {
    const reading = Promise.resolve(before(request)).then((earlier) => readBody(request, options, earlier));
    readings.push(reading);
    reading.then(
      (outcome) => {
        if (outcome.kind === 'refused' && outcome.closeConnection) response.setHeader('connection', 'close');
        response.end(outcome.kind === 'body' ? outcome.bytes : outcome.kind);
      },
      () => response.end('failed'),
    );
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const post = async (body: string | Buffer) => {
    const response = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body });
    const reading = (await Promise.allSettled(readings)).at(-1);
    return { reading, connection: response.headers.get('connection'), answer: await response.text() };
  };
  return { server, port, readings, post };
}

const fulfilled = (value: BodyReading) => ({ status: 'fulfilled', value });

/** What a reading ends with where nothing is left to read. */
const GONE = {
  status: 'rejected',
  reason: {
    code: 'request-body-consumed',
    message: expect.stringMatching(/^The body of this request was read before .* express\.raw\(/),
  },
};

describe('readBody', () => {
  it.each([
    ['no bytes', ''],
    ['bytes that are no text', Buffer.from([0, 255, 128])],
    ['exactly the limit', Buffer.alloc(1000, 'x')],
  ])('gives %s as they were sent', async (_, body) => {
    const { post } = await serve({ limitBytes: 1000 });

    expect((await post(body)).reading).toEqual(
      fulfilled({ kind: 'body', bytes: Buffer.from(body), isRewritten: false }),
    );
  });

  it('A21 refuses by the length that is announced', async () => {
    const { post } = await serve({ limitBytes: 1000 });

    const { reading } = await post(Buffer.alloc(1001));

    expect(reading).toMatchObject({ value: { kind: 'refused', code: 'body-too-large' } });
  });

  it('A20 needs no byte of a body that is announced as too long', async () => {
    const { port, readings, server } = await serve({ limitBytes: 1000 });
    const { socket, answer } = await connectRaw(port);
    const requested = once(server, 'request');
    socket.write(headOf({ 'Content-Length': 1001 }));
    await requested;

    expect(await readings[0]).toEqual({ kind: 'refused', code: 'body-too-large', closeConnection: true });
    expect(await answer).toMatch(/connection: close[^]*refused$/i);
    socket.destroy();
  });

  it('A21 stops at the first byte too many of a body without an end', async () => {
    const { port, readings, server } = await serve({ limitBytes: 1000 });
    const client = await connectRaw(port);
    client.socket.on('error', () => {});
    client.socket.write(headOf({ 'Transfer-Encoding': 'chunked' }));
    writeEndlessly(client.socket, `400\r\n${'x'.repeat(1024)}\r\n`);
    await once(server, 'request');

    expect(await readings[0]).toEqual({ kind: 'refused', code: 'body-too-large', closeConnection: true });
    expect(await client.answer).toMatch(/connection: close[^]*refused$/i);
    client.socket.destroy();
  });

  it('A22 stops at the deadline', async () => {
    const time = createManualSchedule();
    const { port, readings, server } = await serve({ timeoutMs: 15_000, schedule: time.schedule });
    const { socket, answer } = await connectRaw(port);
    socket.write(`${headOf({ 'Content-Length': 10 })}12345`);
    await once(server, 'request');
    while (!time.pending().includes(15_000)) await new Promise((resolve) => setImmediate(resolve));

    time.pass(15_000);

    expect(await readings[0]).toEqual({ kind: 'refused', code: 'body-timeout', closeConnection: true });
    expect(await answer).toContain('refused');
    time.pass(500);
  });

  it('A25 notices that the client hung up', async () => {
    const { port, readings, server } = await serve();
    const { socket } = await connectRaw(port);
    socket.write(`${headOf({ 'Content-Length': 10 })}12345`);
    await once(server, 'request');

    socket.destroy();

    expect(await readings[0]).toEqual({ kind: 'aborted' });
  });

  it.each<[string, EarlierBody]>([
    ['bytes in rawBody', { rawBody: Buffer.from('{"a":5.0}'), body: { a: 5 } }],
    ['text in rawBody', { rawBody: '{"a":5.0}', body: { a: 5 } }],
    ['bytes in body', { body: Buffer.from('{"a":5.0}') }],
    ['a plain array of bytes', { body: new TextEncoder().encode('{"a":5.0}') }],
    ['text in body', { body: '{"a":5.0}' }],
  ])('takes what a parser left: %s', async (_, left) => {
    const { post } = await serve({}, async (request) => {
      await text(request);
      return left;
    });

    expect((await post('{"a":5.0}')).reading).toEqual(
      fulfilled({ kind: 'body', bytes: Buffer.from('{"a":5.0}'), isRewritten: false }),
    );
  });

  it('writes anew what a JSON parser left, and says so', async () => {
    const { post } = await serve({}, async (request) => ({ body: JSON.parse(await text(request)) as unknown }));

    expect((await post('{"a" : 5.0}')).reading).toEqual(
      fulfilled({ kind: 'body', bytes: Buffer.from('{"a":5}'), isRewritten: true }),
    );
  });

  it('reads the request itself where a parser left an object but did not read, as Express 4 does', async () => {
    const { post } = await serve({}, () => Promise.resolve({ body: {} }));

    expect((await post('{"a":5.0}')).answer).toBe('{"a":5.0}');
  });

  it('A21 holds what was left against the limit too', async () => {
    const { post } = await serve({ limitBytes: 5 }, async (request) => ({ rawBody: await text(request) }));

    expect((await post('12345')).answer).toBe('12345');
    expect((await post('123456')).reading).toEqual(
      fulfilled({ kind: 'refused', code: 'body-too-large', closeConnection: false }),
    );
  });

  it.each([undefined, null, 5])('says what to do when the body is gone and %j was left', async (body) => {
    const { post } = await serve({}, async (request) => {
      await text(request);
      return { body };
    });

    expect((await post('{}')).reading).toMatchObject(GONE);
  });

  it('says what to do about a body that comes as text', async () => {
    const { post } = await serve({}, async (request) => {
      request.setEncoding('utf8');
      return {};
    });

    expect((await post('{}')).reading).toMatchObject(GONE);
  });

  it.each<[keyof ReadBodyOptions, number, string]>([
    ['limitBytes', 0, '1 to 104857600'],
    ['limitBytes', 1.5, '1 to 104857600'],
    ['limitBytes', 104_857_601, '1 to 104857600'],
    ['timeoutMs', 0, '1 to 600000'],
    ['timeoutMs', 600_001, '1 to 600000'],
  ])('D08 refuses the option %s of %d', async (option, value, range) => {
    await expect(readBody({} as IncomingMessage, { [option]: value })).rejects.toMatchObject({
      code: 'invalid-upload-option',
      message: `Upload option "${option}" was given ${value}; allowed: a whole number from ${range}`,
    });
  });

  it.each([
    { limitBytes: 1, timeoutMs: 600_000 },
    { limitBytes: 104_857_600, timeoutMs: 1 },
  ])('takes the options %j', async (options) => {
    const left = { rawBody: 'x' };

    expect(await readBody({} as IncomingMessage, options, left)).toMatchObject({ kind: 'body' });
  });
});
