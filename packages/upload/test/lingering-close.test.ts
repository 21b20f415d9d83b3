import { once } from 'node:events';
import http from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { readSelfie, refuseUpload } from '../src/index.js';
import { BOUNDARY, FORM_TYPE, file, form } from './support/forms.js';
import { createManualSchedule } from './support/manual-schedule.js';
import { jpegOf, OTHER_FILES } from './support/pictures.js';
import { connectRaw, headOf, writeEndlessly } from './support/raw-client.js';
import { answer, startUploadServer, type UploadServer } from './support/upload-server.js';

const MIB = 1024 * 1024;
const FEW_BYTES = 128 * 1024;
/** What frames a picture: the head of the request, the form and the chunks. */
const FRAMING_BYTES = 4 * 1024;
const express4 = createRequire(import.meta.url)('express4') as typeof express;

const hugeOther = form(file('selfie', Buffer.concat([OTHER_FILES.pdf, Buffer.alloc(50 * MIB)])));
const hugePicture = form(file('selfie', jpegOf(50 * MIB)));
const largePicture = form(file('selfie', jpegOf(5.3 * MIB)));

type Client = (url: string, body: Buffer, framing: 'length' | 'chunked') => Promise<string>;

const viaFetch: Client = async (url, body, framing) => {
  const content = framing === 'length' ? body : new Blob([body]).stream();
  const init = { method: 'POST', headers: { 'Content-Type': FORM_TYPE }, body: content, duplex: 'half' };
  // `duplex` is not yet in the types of Node's fetch.
  return (await fetch(url, init as RequestInit)).text();
};

const viaHttp: Client = async (url, body, framing) => {
  const length = framing === 'length' ? { 'Content-Length': body.length } : { 'Transfer-Encoding': 'chunked' };
  const request = http.request(url, { method: 'POST', headers: { 'Content-Type': FORM_TYPE, ...length } });
  request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  // Of what it still had to write; the answer is here.
  request.on('error', () => undefined);
  return Buffer.concat(await response.toArray()).toString();
};

const CASES = [
  { body: hugeOther, framing: 'chunked', code: 'unsupported-media-type', maxRead: FEW_BYTES },
  { body: hugeOther, framing: 'length', code: 'selfie-too-large', maxRead: FEW_BYTES },
  { body: hugePicture, framing: 'length', code: 'selfie-too-large', maxRead: FEW_BYTES },
  { body: hugePicture, framing: 'chunked', code: 'selfie-too-large', maxRead: 5 * MIB + FRAMING_BYTES + FEW_BYTES },
  { body: largePicture, framing: 'length', code: 'selfie-too-large', maxRead: 5 * MIB + FRAMING_BYTES + FEW_BYTES },
] as const;

let server: UploadServer;
beforeEach(async () => {
  server = await startUploadServer();
});
afterEach(() => server.close());

describe('an early answer', () => {
  it.each([
    ['fetch', viaFetch],
    ['node:http', viaHttp],
  ])('A20 A21 reaches a client on %s, with little read before it or after', async (_name, send) => {
    const outcomes = await Promise.all(
      CASES.map(async ({ body, framing, maxRead }) => {
        const own = await startUploadServer();
        const connected = own.nextSocket();
        const reply = await send(own.url, body, framing);
        const socket = await connected;
        // The real half second, to see that nothing is read during it.
        await once(socket, 'close');
        await own.close();
        return { code: JSON.parse(reply).code, bytesTooMany: Math.max(0, socket.bytesRead - maxRead) };
      }),
    );

    expect(outcomes).toEqual(CASES.map(({ code }) => ({ code, bytesTooMany: 0 })));
  });

  it('A20 needs no byte of the body', async () => {
    const { socket, answer: answered } = await connectRaw(server.port);

    socket.write(headOf({ 'Content-Type': FORM_TYPE, 'Content-Length': 50 * MIB }));

    expect(await answered).toMatch(/connection: close[^]*selfie-too-large/i);
    socket.destroy();
  });

  it('A21 ends an endless body: half-closed with the answer, destroyed 500 ms later', async () => {
    const time = createManualSchedule();
    await server.close();
    server = await startUploadServer({ schedule: time.schedule });
    const connected = server.nextSocket();
    const { socket, answer: answered } = await connectRaw(server.port);
    socket.write(headOf({ 'Content-Type': 'image/jpeg', 'Transfer-Encoding': 'chunked' }));
    socket.write(`${(6 * MIB).toString(16)}\r\n`);
    socket.write(jpegOf(100));

    writeEndlessly(socket, Buffer.alloc(65_536));
    const reply = await answered;
    const serverSide = await connected;

    expect(reply).toContain('selfie-too-large');
    expect(serverSide.bytesRead).toBeLessThanOrEqual(5 * MIB + FEW_BYTES);
    expect(serverSide.destroyed).toBe(false);
    expect(time.pending()).toEqual([500]);
    const closed = once(serverSide, 'close');
    time.pass(500);
    await closed;
    socket.destroy();
  });

  it('drops its timer when the client closes first', async () => {
    const time = createManualSchedule();
    await server.close();
    server = await startUploadServer({ schedule: time.schedule });
    const connected = server.nextSocket();
    const { socket, answer: answered } = await connectRaw(server.port);
    socket.write(headOf({ 'Content-Type': 'text/plain', 'Content-Length': 10 }));
    await answered;
    const serverSide = await connected;
    const closed = once(serverSide, 'close');

    serverSide.destroy();
    await closed;

    expect(time.pending()).toEqual([]);
    socket.destroy();
  });

  it('A27 never takes the rest of a refused body for a request', async () => {
    let readings = 0;
    void (async () => {
      for (;;) await server.nextReading().then(() => (readings += 1));
    })();
    const connected = server.nextSocket();
    const { socket, answer: answered } = await connectRaw(server.port);
    const start = form(file('selfie', OTHER_FILES.pdf)).subarray(0, 150);

    socket.write(headOf({ 'Content-Type': FORM_TYPE, 'Content-Length': 2 * MIB }) + start.toString('latin1'));
    socket.write(`${'x'.repeat(100)}\r\n--${BOUNDARY}--\r\nGET /admin HTTP/1.1\r\nHost: x\r\n\r\n`);

    expect((await answered).match(/HTTP\/1\.1/g)).toHaveLength(1);
    await once(await connected, 'close');
    expect(readings).toBe(1);
    socket.destroy();
  });

  it('A28 follows 100 Continue where Node sent it unasked', async () => {
    const { socket, answer: answered } = await connectRaw(server.port);

    socket.write(headOf({ 'Content-Type': FORM_TYPE, 'Content-Length': 50 * MIB, Expect: '100-continue' }));

    expect(await answered).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 400 /);
    socket.destroy();
  });
});

const refuse = async (request: express.Request, next: express.NextFunction): Promise<void> => {
  const reading = await readSelfie(request);
  const headers = reading.kind === 'refused' && reading.closeConnection ? { Connection: 'close' } : {};
  next(Object.assign(new Error('refused'), { status: 415, headers }));
};

describe('behind a server of its own making', () => {
  afterEach(() => {
    raw.closeAllConnections();
    raw.close();
  });
  let raw: http.Server;

  async function listen(created: http.Server): Promise<number> {
    raw = created;
    raw.listen(0, '127.0.0.1');
    await once(raw, 'listening');
    // An address of a listening TCP server is never a pipe name.
    return (raw.address() as AddressInfo).port;
  }

  it('A28 comes instead of 100 Continue where the server listens for the question', async () => {
    const created = http.createServer();
    created.on('checkContinue', (request: http.IncomingMessage, response: http.ServerResponse) => {
      void readSelfie(request).then((reading) => answer(response, reading));
    });
    const { socket, answer: answered } = await connectRaw(await listen(created));

    socket.write(headOf({ 'Content-Type': FORM_TYPE, 'Content-Length': 50 * MIB, Expect: '100-continue' }));

    expect(await answered).toMatch(/^HTTP\/1\.1 400 [^]*selfie-too-large/);
    socket.destroy();
  });

  it('A21 refuses without reading where the answer was decided beforehand', async () => {
    const created = http.createServer((request, response) => {
      void refuseUpload(request).then(() => {
        const isReading = !request.isPaused();
        response.writeHead(503, { Connection: 'close' }).end(`is reading: ${isReading}`);
      });
    });
    const { socket, answer: answered } = await connectRaw(await listen(created));
    const requested = once(created, 'request') as Promise<[http.IncomingMessage]>;
    socket.write(headOf({ 'Content-Type': FORM_TYPE, 'Content-Length': 5 * MIB }));
    writeEndlessly(socket, Buffer.alloc(65_536));
    const [{ socket: serverSide }] = await requested;

    expect(await answered).toMatch(/^HTTP\/1\.1 503 [^]*is reading: false/);
    expect(serverSide.bytesRead).toBeLessThanOrEqual(2 * FEW_BYTES);
    socket.destroy();
  });

  it.each([
    ['Express 5', express],
    ['Express 4', express4],
  ])('A21 is not held up by the default error handler of %s, which drains requests', async (_name, framework) => {
    const app = framework();
    app.set('env', 'test');
    app.post('/', (request, _response, next) => void refuse(request, next));
    const created = http.createServer(app);
    const { socket, answer: answered } = await connectRaw(await listen(created));
    const [[serverSide]] = await Promise.all([
      once(created, 'request').then(([request]) => [(request as http.IncomingMessage).socket]),
      new Promise<void>((resolve) => {
        socket.write(headOf({ 'Content-Type': FORM_TYPE, 'Content-Length': 5 * MIB }), () => resolve());
        socket.write(hugeOther.subarray(0, 1_000));
        writeEndlessly(socket, Buffer.alloc(65_536));
      }),
    ]);

    expect(await answered).toMatch(/^HTTP\/1\.1 415 /);
    expect(serverSide?.bytesRead).toBeLessThanOrEqual(2 * FEW_BYTES);
    socket.destroy();
  });
});
