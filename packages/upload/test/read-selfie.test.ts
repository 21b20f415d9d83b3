import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter, once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import { type AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readSelfie, resolveUploadOptions, type SelfieReading, UploadOptionError } from '../src/index.js';
import { FORM_TYPE, file, form, text } from './support/forms.js';
import { createManualSchedule } from './support/manual-schedule.js';
import { jpegOf, OTHER_FILES } from './support/pictures.js';
import { connectRaw, headOf, writeEndlessly } from './support/raw-client.js';
import { startUploadServer, type UploadServer } from './support/upload-server.js';

const MIB = 1024 * 1024;
const FORM = form(text('email', 'a@example.com'), file('selfie', jpegOf(3_000)));

describe('readSelfie', () => {
  const time = createManualSchedule();
  let server: UploadServer;
  beforeAll(async () => {
    server = await startUploadServer({ schedule: time.schedule });
  });
  afterAll(() => server.close());

  it('reads a form', async () => {
    const { status, reading } = await server.post(FORM, { 'Content-Type': FORM_TYPE });

    expect(status).toBe(200);
    expect(reading).toEqual({ kind: 'selfie', size: 3_000, fields: { email: 'a@example.com' } });
    expect(time.pending()).toEqual([]);
  });

  it.each(['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'multipart/mixed; boundary=x', ''])(
    'A02 A03 refuses %j without reading it',
    async (type) => {
      const { reading } = await server.post('{"selfie":"x"}', type === '' ? {} : { 'Content-Type': type });

      expect(reading).toEqual({ kind: 'refused', code: 'unsupported-media-type' });
    },
  );

  it('A18 refuses a compressed body, were it a bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(10 * MIB));

    const { reading } = await server.post(bomb, { 'Content-Type': FORM_TYPE, 'Content-Encoding': 'gzip' });

    expect(reading.code).toBe('unsupported-media-type');
  });

  it('keeps the connection where a refused body had arrived whole', async () => {
    expect((await server.post('x', { 'Content-Type': 'text/plain' })).connection).not.toBe('close');
  });

  it('A21 calls a form malformed whose other parts take more than the megabyte left for them', async () => {
    const texts = Array.from({ length: 22 }, () => text('other', 'x'.repeat(60_000)));

    const { reading } = await server.post(form(file('selfie', jpegOf(5_000_000)), ...texts), {
      'Content-Type': FORM_TYPE,
      'Transfer-Encoding': 'chunked',
    });

    expect(reading).toEqual({ kind: 'refused', code: 'malformed-upload' });
  });

  it.each([
    ['promises more than it sends', FORM, FORM.length + 1],
    ['stops within the picture', FORM.subarray(0, 500), FORM.length],
    ['sends nothing', Buffer.alloc(0), FORM.length],
  ])('A22 A24 gives up at the deadline on a client that %s', async (_what, sent, length) => {
    const { socket, answer } = await connectRaw(server.port);
    const decided = server.nextReading();
    socket.write(headOf({ 'Content-Type': FORM_TYPE, 'Content-Length': length }));
    socket.write(sent);
    while (!time.pending().includes(15_000)) await new Promise(setImmediate);

    time.pass(15_000);

    expect(await decided).toEqual({ kind: 'refused', code: 'upload-timeout', closeConnection: true });
    expect(await answer).toMatch(/connection: close/i);
    time.pass(500);
    socket.destroy();
  });

  it('A31 gives up at once on a body that never begins a form', async () => {
    const { socket, answer } = await connectRaw(server.port);
    const decided = server.nextReading();
    socket.write(headOf({ 'Content-Type': FORM_TYPE, 'Content-Length': 5 * MIB }));

    writeEndlessly(socket, Buffer.alloc(65_536, 'x'));

    expect(await decided).toEqual({ kind: 'refused', code: 'malformed-upload', closeConnection: true });
    await answer;
    time.pass(500);
    socket.destroy();
  });

  it.each([
    [
      'a Content-Length that is too small',
      headOf({ 'Content-Type': FORM_TYPE, 'Content-Length': 100 }) + FORM.toString('latin1'),
    ],
    ['both framings', headOf({ 'Content-Type': FORM_TYPE, 'Content-Length': 9, 'Transfer-Encoding': 'chunked' })],
    [
      'two lengths',
      headOf({ 'Content-Type': FORM_TYPE, 'Content-Length': 9 }).replace('\r\n\r\n', '\r\nContent-Length: 8\r\n\r\n'),
    ],
    ['a bad chunk size', `${headOf({ 'Content-Type': FORM_TYPE, 'Transfer-Encoding': 'chunked' })}zz\r\nx\r\n`],
  ])('A23 answers 400 to %s', async (_what, request) => {
    const { socket, answer } = await connectRaw(server.port);

    socket.end(request, 'latin1');

    expect(await answer).toMatch(/^HTTP\/1\.1 400 /);
    socket.destroy();
  });

  it('A25 lets go of uploads that are cut off by a reset, wherever that is', async () => {
    for (let round = 0; round < 250; round++) {
      const { socket, answer } = await connectRaw(server.port);
      answer.catch(() => undefined);
      const decided = server.nextReading();
      const arrived = server.nextRequest();
      socket.write(headOf({ 'Content-Type': FORM_TYPE, 'Content-Length': FORM.length }));
      socket.write(FORM.subarray(0, (round * 13) % (FORM.length - 1)));
      await arrived;
      socket.resetAndDestroy();

      expect(await decided).toEqual({ kind: 'aborted' });
    }

    expect(time.pending()).toEqual([]);
  });

  it.each([
    [FORM, { kind: 'selfie', selfie: { size: 3_000 } }],
    [form(file('selfie', OTHER_FILES.pdf)), { kind: 'refused', closeConnection: false }],
  ])('reads a request that was injected without a connection', async (body, expected) => {
    const injected = Object.assign(Readable.from([body.subarray(0, 200), body.subarray(200)]), {
      headers: { 'content-type': FORM_TYPE },
      socket: new EventEmitter(),
    });

    // As much of a request as tools like light-my-request imitate.
    expect(await readSelfie(injected as unknown as http.IncomingMessage)).toMatchObject(expected);
  });

  it('rejects for bad options only', async () => {
    const request = new http.IncomingMessage(new Socket());

    await expect(readSelfie(request, { limitBytes: 0 })).rejects.toBeInstanceOf(UploadOptionError);
  });
});

describe('the request after readSelfie', () => {
  let server: http.Server;
  let url: string;
  beforeAll(async () => {
    server = http.createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // An address of a listening TCP server is never a pipe name.
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterEach(() => {
    server.removeAllListeners('request');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it.each([
    ['a selfie', FORM],
    ['a refusal', form(file('selfie', OTHER_FILES.pdf))],
  ])('A25 carries no listener of ours for %s', async (_what, body) => {
    const requested = once(server, 'request') as Promise<[http.IncomingMessage, http.ServerResponse]>;
    const sent = fetch(url, { method: 'POST', headers: { 'Content-Type': FORM_TYPE }, body });
    const [request, response] = await requested;
    const count = () =>
      [request, request.socket].map((emitter) =>
        emitter.eventNames().map((name) => [name, emitter.listenerCount(name)]),
      );
    const before = count();

    await readSelfie(request);

    expect(count()).toEqual(before);
    response.end();
    await sent;
  });

  it('keeps the async context of the caller', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
      void storage.run(String(request.headers['x-id']), async () => {
        await readSelfie(request);
        seen.push([request.headers['x-id'], storage.getStore()]);
        response.end();
      });
    });

    await Promise.all(
      ['1', '2', '3'].map((id) =>
        fetch(url, { method: 'POST', headers: { 'Content-Type': FORM_TYPE, 'X-Id': id }, body: FORM }),
      ),
    );

    expect(seen.toSorted((left, right) => String(left).localeCompare(String(right)))).toEqual([
      ['1', '1'],
      ['2', '2'],
      ['3', '3'],
    ]);
  });
});

describe('an HTTP/2 request', () => {
  const time = createManualSchedule();
  const scheduled: number[] = [];
  const options = resolveUploadOptions({
    schedule: (task, delayMs) => {
      scheduled.push(delayMs);
      return time.schedule(task, delayMs);
    },
  });
  let server: http2.Http2Server;
  let session: http2.ClientHttp2Session;
  let decide: (reading: SelfieReading) => void;
  const serve = async (request: http2.Http2ServerRequest, response: http2.Http2ServerResponse): Promise<void> => {
    const reading = await readSelfie(request, options);
    decide(reading);
    if (reading.kind !== 'aborted') response.end(reading.kind);
  };
  beforeAll(async () => {
    server = http2.createServer((request, response) => void serve(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // An address of a listening TCP server is never a pipe name.
    session = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterAll(() => {
    session.destroy();
    server.close();
  });

  function open(): { readonly stream: http2.ClientHttp2Stream; readonly decided: Promise<SelfieReading> } {
    const decided = new Promise<SelfieReading>((resolve) => {
      decide = resolve;
    });
    return { stream: session.request({ ':method': 'POST', 'content-type': FORM_TYPE }), decided };
  }

  it('is read like any other', async () => {
    const { stream, decided } = open();
    stream.end(FORM);

    expect(await decided).toMatchObject({ kind: 'selfie', selfie: { size: 3_000 } });
    expect(Buffer.concat(await stream.toArray()).toString()).toBe('selfie');
  });

  it('A21 is refused early without closing the connection, and reset 500 ms after the answer', async () => {
    const { stream, decided } = open();
    const closed = once(stream, 'close');
    stream.write(form(file('selfie', OTHER_FILES.pdf)).subarray(0, 200));

    expect(await decided).toEqual({ kind: 'refused', code: 'unsupported-media-type', closeConnection: false });
    expect(Buffer.concat(await stream.toArray()).toString()).toBe('refused');
    while (!time.pending().includes(500)) await new Promise(setImmediate);
    time.pass(500);
    await closed;
    expect(stream.rstCode).toBe(http2.constants.NGHTTP2_NO_ERROR);
    expect(session.closed).toBe(false);
  });

  it('A25 leaves no timer where the client takes its answer and resets the stream', async () => {
    const { stream, decided } = open();
    stream.write(form(file('selfie', OTHER_FILES.pdf)).subarray(0, 200));
    expect(await decided).toMatchObject({ kind: 'refused' });
    await stream.toArray();
    while (!time.pending().includes(500)) await new Promise(setImmediate);

    stream.close();
    while (time.pending().length > 0) await new Promise(setImmediate);

    expect(session.closed).toBe(false);
  });

  it('is not reset when it was read to its end', async () => {
    scheduled.splice(0);
    const { stream, decided } = open();
    stream.end(form(text('email', 'a@example.com')));

    expect(await decided).toEqual({ kind: 'refused', code: 'selfie-missing', closeConnection: false });
    expect(Buffer.concat(await stream.toArray()).toString()).toBe('refused');
    expect(scheduled).toEqual([15_000]);
  });

  it('A33 is aborted by a reset of its stream', async () => {
    const { stream, decided } = open();
    stream.on('error', () => undefined);
    stream.write(FORM.subarray(0, 500), () => stream.destroy());

    expect(await decided).toEqual({ kind: 'aborted' });
  });
});
