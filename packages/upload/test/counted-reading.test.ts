import { EventEmitter, once } from 'node:events';
import http from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import multer from 'multer';
import { readCounted } from '../src/counted-reading.js';
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

interface Sending {
  readonly path?: string;
  readonly framing?: http.OutgoingHttpHeaders;
}

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
    decided.removeAllListeners();
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
    const reading = request.url?.startsWith('/twice') ? await readAgain(request, response, first) : first;
    open.push(response);
    decided.emit('reading', reading);
  }

  /** What a second guard of the same request does. */
  function readAgain(
    request: http.IncomingMessage,
    response: http.ServerResponse,
    first: SelfieReading,
  ): Promise<SelfieReading> {
    if (request.url === '/twice/released' && first.kind === 'selfie') first.release?.();
    holdUntilAnswered(request, response);
    return readSelfie(request, options, fileOf(first));
  }

  function fileOf(reading: SelfieReading): object {
    return reading.kind === 'selfie' ? { file: { fieldname: 'selfie', chunks: reading.selfie.chunks } } : {};
  }

  async function read(type: string, body: Buffer | string, path = '/'): Promise<SelfieReading> {
    post(type, body, { path }).on('response', (response) => response.resume());
    return (await once(decided, 'reading'))[0];
  }

  function post(
    type: string,
    body: Buffer | string,
    { path = '/', framing = { 'content-length': Buffer.byteLength(body) } }: Sending = {},
  ): http.ClientRequest {
    const { port } = server.address() as AddressInfo;
    const headers = { 'content-type': type, ...framing };
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

  it.each(['/twice', '/twice/released'])(
    'counts a picture once that two guards of one request read: %s',
    async (path) => {
      expect(await read('image/jpeg', PICTURE, path)).toMatchObject({ kind: 'selfie' });
      expect(ledger.totalBytes).toBe(PICTURE.length);
    },
  );

  it('refuses a body by its length where it cannot fit, before any of it has come (A20, E18)', async () => {
    expect(await read('image/jpeg', PICTURE)).toMatchObject({ kind: 'selfie' });
    const promising = post('image/jpeg', '', { framing: { 'content-length': PICTURE.length } });
    const [reading] = await once(decided, 'reading');

    expect(reading).toEqual({ kind: 'refused', code: 'too-busy', closeConnection: true });
    promising.destroy();
  });

  it('refuses a body of unknown length as soon as there is no more room, and counts nothing of it (E18)', async () => {
    expect(await read('image/jpeg', PICTURE)).toMatchObject({ kind: 'selfie' });
    const chunked = post('image/jpeg', PICTURE, { framing: { 'transfer-encoding': 'chunked' } });
    const [reading] = await once(decided, 'reading');

    expect(reading).toEqual({ kind: 'refused', code: 'too-busy', closeConnection: true });
    expect(ledger.totalBytes).toBe(PICTURE.length);
    chunked.destroy();
  });

  it('refuses an upload that stands still when another needs its room (A22, A24, E18)', async () => {
    const stalled = post('image/jpeg', PICTURE.subarray(0, 4 * MIB), {
      framing: { 'content-length': PICTURE.length },
    });
    while (ledger.totalBytes < 4 * MIB) await turn();
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + 4_000);
    const readings: SelfieReading[] = [];
    decided.on('reading', (reading) => readings.push(reading));
    const needy = post('image/jpeg', PICTURE);
    while (readings.length < 2) await turn();

    expect(readings.filter(({ kind }) => kind !== 'selfie')).toEqual([
      { kind: 'refused', code: 'too-busy', closeConnection: true },
    ]);
    expect(ledger.totalBytes).toBe(PICTURE.length);
    stalled.destroy();
    needy.destroy();
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
    expect(() => resolveUploadOptions({ maxBufferedBytes: 6 * MIB - 1 })).toThrow(
      /^Upload option "maxBufferedBytes" was given 6291455; allowed: 6291456 or more/,
    );
    expect(resolveUploadOptions({ maxBufferedBytes: 6 * MIB }).maxBufferedBytes).toBe(6 * MIB);
    expect(() => resolveUploadOptions({ maxBufferedBytes: 7 * MIB, accept: ['json'] })).toThrow(/or more/);
  });

  it('is 256 MiB unless told otherwise', () => {
    expect(resolveUploadOptions().maxBufferedBytes).toBe(256 * MIB);
  });
});

describe('readCounted', () => {
  it('counts nothing for an answer that was sent while the body was read (P12)', async () => {
    const request = new http.IncomingMessage(new Socket());
    const response = new http.ServerResponse(request);
    // Takes what is written, as a connection does.
    response.assignSocket(new PassThrough().resume() as unknown as Socket);
    holdUntilAnswered(request, response);

    await readCounted(request, LIMIT, async (holding) => {
      holding.take(1_000);
      await once(response.end(), 'finish');
      return { kind: 'selfie', selfie: { chunks: [], size: 1_000, declaredType: undefined, fields: {} } };
    });

    expect(ledger.totalBytes).toBe(0);
  });

  it('counts nothing of a reading that fails (P12)', async () => {
    const request = new http.IncomingMessage(new Socket());

    const reading = readCounted(request, LIMIT, async (holding) => {
      holding.take(1_000);
      throw new Error('cannot be read');
    });

    await expect(reading).rejects.toThrow('cannot be read');
    expect(ledger.totalBytes).toBe(0);
  });
});
