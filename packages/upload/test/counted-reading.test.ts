import { EventEmitter, once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import multer from 'multer';
import { holdUntilAnswered, readSelfie, resolveUploadOptions, type SelfieReading } from '../src/index.js';
import { sharedState } from '../src/shared-state.js';
import { FORM_TYPE, file, form } from './support/forms.js';
import { jpegOf } from './support/pictures.js';

const MIB = 1024 * 1024;
const LIMIT = 8 * MIB;
const PICTURE = jpegOf(4.5 * MIB);
const options = resolveUploadOptions({ accept: ['multipart', 'image', 'json'], maxBufferedBytes: LIMIT });

const BODIES: readonly [name: string, type: string, body: Buffer | string][] = [
  ['a form', FORM_TYPE, form(file('selfie', PICTURE))],
  ['a bare picture', 'image/jpeg', PICTURE],
  ['JSON', 'application/json', JSON.stringify({ selfie: PICTURE.toString('base64') })],
];

const ledger = sharedState('upload.buffered/2', (): { totalBytes: number } => {
  throw new Error('the ledger is not where every copy looks for it');
});

describe('what readings hold', () => {
  const decided = new EventEmitter();
  const open: http.ServerResponse[] = [];
  const parse = multer({ storage: multer.memoryStorage() }).single('selfie');
  let server: http.Server;
  beforeAll(async () => {
    server = http.createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    for (const response of open.splice(0)) response.end();
    while (ledger.totalBytes > 0) await turn();
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  async function serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    if (request.url !== '/forgetful') holdUntilAnswered(request, response);
    if (request.url === '/multer') {
      // The types of multer are those of Express, of which it needs nothing.
      await new Promise((resolve) => parse(request as never, response as never, resolve));
    }
    const first = await readSelfie(request, options);
    const reading = request.url === '/twice' ? await readSelfie(request, options, fileOf(first)) : first;
    open.push(response);
    decided.emit('reading', reading);
  }

  function fileOf(reading: SelfieReading): object {
    return reading.kind === 'selfie' ? { file: { fieldname: 'selfie', chunks: reading.selfie.chunks } } : {};
  }

  async function read(type: string, body: Buffer | string, path = '/'): Promise<SelfieReading> {
    post(type, body, path).on('response', (response) => response.resume());
    return (await once(decided, 'reading'))[0];
  }

  function post(type: string, body: Buffer | string, path = '/'): http.ClientRequest {
    const { port } = server.address() as AddressInfo;
    const headers = { 'content-type': type, 'content-length': Buffer.byteLength(body) };
    const request = http.request({ port, host: '127.0.0.1', path, method: 'POST', headers, agent: false });
    request.on('error', () => {});
    request.end(body);
    return request;
  }

  it.each(BODIES)('counts %s until its answer has ended (E18)', async (_name, type, body) => {
    expect(await read(type, body)).toMatchObject({ kind: 'selfie' });
    expect(ledger.totalBytes).toBe(Buffer.byteLength(body));

    expect(await read(type, body)).toEqual({ kind: 'refused', code: 'too-busy', closeConnection: expect.any(Boolean) });
    expect(ledger.totalBytes).toBe(Buffer.byteLength(body));

    open.shift()?.end();
    while (ledger.totalBytes > 0) await turn();
    expect(await read(type, body)).toMatchObject({ kind: 'selfie' });
  });

  it('counts what multer had read before (E18)', async () => {
    const body = form(file('selfie', PICTURE));

    expect(await read(FORM_TYPE, body, '/multer')).toMatchObject({ kind: 'selfie' });
    expect(ledger.totalBytes).toBe(PICTURE.length);
    expect(await read(FORM_TYPE, body, '/multer')).toMatchObject({ kind: 'refused', code: 'too-busy' });
  });

  it('counts a picture once that two guards of one request read', async () => {
    expect(await read('image/jpeg', PICTURE, '/twice')).toMatchObject({ kind: 'selfie' });
    expect(ledger.totalBytes).toBe(PICTURE.length);
  });

  it('counts nothing after the reading where nobody says when the answer ends', async () => {
    expect(await read('image/jpeg', PICTURE, '/forgetful')).toMatchObject({ kind: 'selfie' });
    expect(ledger.totalBytes).toBe(0);
  });

  it.each(BODIES)(
    'counts nothing more of %s that is released before it is answered (E18)',
    async (_name, type, body) => {
      const reading = await read(type, body);
      if (reading.kind === 'selfie') reading.release?.();
      expect(ledger.totalBytes).toBe(0);

      expect(await read(type, body)).toMatchObject({ kind: 'selfie' });
      for (const response of open.splice(0)) response.end();
      while (ledger.totalBytes > 0) await turn();
    },
  );

  it.each([['/multer'], ['/twice']])('cannot release what somebody else has: %s', async (path) => {
    const reading = await read(FORM_TYPE, form(file('selfie', PICTURE)), path);

    expect(reading).not.toHaveProperty('release');
    expect(ledger.totalBytes).toBeGreaterThanOrEqual(PICTURE.length);
  });

  it('hangs up on a client that leaves its answer when others need the room (E18)', async () => {
    const unwilling = post('image/jpeg', PICTURE).on('response', (answer) => answer.pause());
    const [reading] = await once(decided, 'reading');
    expect(reading).toMatchObject({ kind: 'selfie' });
    // More than the kernel takes for a client that reads nothing.
    const response = open.shift();
    response?.end(Buffer.alloc(64 * MIB));

    expect(await read('image/jpeg', PICTURE)).toMatchObject({ code: 'too-busy' });
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + 4_000);

    expect(await read('image/jpeg', PICTURE)).toMatchObject({ kind: 'selfie' });
    expect(response?.req.socket.destroyed).toBe(true);
    expect(ledger.totalBytes).toBe(PICTURE.length);
    unwilling.destroy();
  });

  it('counts nothing of what was refused', async () => {
    expect(await read('image/jpeg', Buffer.alloc(3 * MIB))).toMatchObject({ code: 'unsupported-media-type' });
    expect(ledger.totalBytes).toBe(0);
  });
});

describe('the option maxBufferedBytes', () => {
  it.each([0, -1, 1.5, '64', Infinity])('refuses %p', (maxBufferedBytes) => {
    expect(() => resolveUploadOptions({ maxBufferedBytes: maxBufferedBytes as number })).toThrow(
      /"maxBufferedBytes" was given .*; allowed: a whole number from 1 to 1099511627776/,
    );
  });

  it('refuses less than the longest body, which could never be read', () => {
    expect(() => resolveUploadOptions({ maxBufferedBytes: 6 * MIB - 1 })).toThrow(/allowed: 6291456 or more/);
    expect(resolveUploadOptions({ maxBufferedBytes: 6 * MIB }).maxBufferedBytes).toBe(6 * MIB);
    expect(() => resolveUploadOptions({ maxBufferedBytes: 7 * MIB, accept: ['json'] })).toThrow(/or more/);
  });

  it('is 256 MiB unless told otherwise', () => {
    expect(resolveUploadOptions().maxBufferedBytes).toBe(256 * MIB);
  });
});
