import { once } from 'node:events';
import http2, { type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { LivenessEvent } from '@didit-liveness/core';
import { createEmulator, type Emulator, type ScenarioName } from '@didit-liveness/emulator';
import { readSelfie, type SelfieReading } from '@didit-liveness/upload';
import Koa3 from 'koa';
import { FORM_TYPE, file, form } from '../../packages/upload/test/support/forms.js';
import { createKoa, Koa2 } from '../contract/koa.host.js';
import { MARKED_KEY, watched } from '../support/canary.js';
import { until, WATCHDOG_MS } from './arena.js';
import { GOOD_FORM, pictureOfSize } from './pictures.js';
import { within } from './raw-client.js';

// Express 4 and 5 do not speak HTTP/2; Fastify is asked for it when it is made, and gives the guard the same requests.
describe.each([
  ['Koa 2', Koa2],
  ['Koa 3', Koa3],
])('HTTP/2 to %s', (_name, Koa) => {
  const events: LivenessEvent[] = [];
  let handled = 0;
  let emulator: Emulator;
  let server: http2.Http2Server;
  let session: ClientHttp2Session;

  beforeEach(async () => {
    events.length = 0;
    handled = 0;
    emulator = await createEmulator();
    const options = {
      apiKey: MARKED_KEY,
      baseUrl: emulator.url,
      allowInsecure: true,
      maxBufferedBytes: 8 * 1024 * 1024,
    } as const;
    const app = createKoa(
      Koa,
      { ...options, onEvent: watched<LivenessEvent>('an event', (event) => events.push(event)) },
      { onHandled: () => (handled += 1) },
    );
    const handle = app.callback();
    server = http2.createServer((request, response) => void handle(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    session = http2.connect(`http://127.0.0.1:${portOf(server)}`);
  });
  afterEach(async () => {
    session.destroy();
    server.close();
    await emulator.close();
  });

  const post = (from = session): ClientHttp2Stream =>
    from.request({ ':method': 'POST', ':path': '/signup', 'content-type': FORM_TYPE });

  async function statusOf(stream: ClientHttp2Stream): Promise<unknown> {
    const [headers] = (await within(WATCHDOG_MS, 'The answer', once(stream, 'response'))) as [Record<string, unknown>];
    stream.resume();
    return headers[':status'];
  }

  it('A33 lets a good form pass', async () => {
    const stream = post();

    stream.end(GOOD_FORM);

    expect(await statusOf(stream)).toBe(201);
    expect(handled).toBe(1);
  });

  it('A33 P13 asks nobody about uploads whose streams are reset, and serves the connection on', async () => {
    const lengths = Array.from({ length: 40 }, (_, index) => 1 + index * 7);
    for (const length of lengths) {
      const stream = post();
      stream.on('error', () => undefined);
      await new Promise((resolve) => stream.write(GOOD_FORM.subarray(0, length), resolve));
      // Without an end of the stream before it, which `close` would send.
      stream.destroy();
    }

    await within(
      WATCHDOG_MS,
      'The events',
      until(() => events.length === lengths.length),
    );
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['aborted']));
    expect(emulator.calls()).toEqual([]);
    expect(handled).toBe(0);
    const stream = post();
    stream.end(GOOD_FORM);
    expect(await statusOf(stream)).toBe(201);
  });

  describe('from a client that takes no answer', () => {
    let unwilling: ClientHttp2Session;

    beforeEach(() => {
      unwilling = http2.connect(`http://127.0.0.1:${portOf(server)}`, { settings: { initialWindowSize: 0 } });
    });
    afterEach(() => {
      jest.restoreAllMocks();
      unwilling.destroy();
    });

    /** Sends a large picture, which Didit answers so; gives the stream once the head of the answer is there. */
    async function send(from: ClientHttp2Session, answer: ScenarioName): Promise<ClientHttp2Stream> {
      emulator.next(answer);
      const stream = post(from);
      stream.on('error', () => undefined);
      stream.end(form(file('selfie', pictureOfSize(4_900_000))));
      await within(WATCHDOG_MS, 'The answer', once(stream, 'response'));
      return stream;
    }

    it('A33 E18 counts nothing of what is refused', async () => {
      const refused = await send(unwilling, 'spoof');

      const next = post();
      next.end(form(file('selfie', pictureOfSize(4_900_000))));

      expect(await statusOf(next)).toBe(201);
      expect(refused.closed).toBe(false);
    });

    it('A33 E18 resets the stream of what has passed, four seconds after others need the room', async () => {
      const passed = await send(unwilling, 'approved');
      const reset = once(passed, 'close');
      const early = post();
      early.end(form(file('selfie', pictureOfSize(4_900_000))));
      expect(await statusOf(early)).toBe(503);
      const now = performance.now.bind(performance);
      jest.spyOn(performance, 'now').mockImplementation(() => now() + 4_000);

      const late = post();
      late.end(form(file('selfie', pictureOfSize(4_900_000))));

      expect(await statusOf(late)).toBe(201);
      await within(WATCHDOG_MS, 'The reset', reset);
      expect(unwilling.closed).toBe(false);
    });
  });

  it('A20 A33 refuses one upload that is too large, and the connection goes on', async () => {
    const stream = post();
    stream.on('error', () => undefined);
    stream.end(Buffer.alloc(7 * 1024 * 1024));

    expect(await statusOf(stream)).toBe(400);
    const next = post();
    next.end(GOOD_FORM);
    expect(await statusOf(next)).toBe(201);
  });
});

describe('a reader of HTTP/2', () => {
  it('A33 E18 holds little more than the picture of a client that sends it between frames that mean nothing', async () => {
    const server = http2.createServer();
    const reading = new Promise<SelfieReading>((resolve, reject) =>
      server.on('request', (request, response) =>
        readSelfie(request)
          .then(resolve, reject)
          .finally(() => response.end()),
      ),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = connect(portOf(server), '127.0.0.1');

    // Fits into the window that a client has from the start, so that it need not listen.
    const picture = pictureOfSize(15 * 4096);
    client.write(OPENING);
    for (let from = 0; from < picture.length; from += 4096) {
      const isLast = from + 4096 === picture.length;
      client.write(Buffer.concat([MEANINGLESS, frame('data', picture.subarray(from, from + 4096), isLast)]));
    }
    const read = await within(WATCHDOG_MS, 'The picture', reading);
    client.destroy();
    server.close();

    const { chunks } = selfieIn(read);
    expect(Buffer.concat(chunks).equals(picture)).toBe(true);
    const memory = [...new Set(chunks.map(({ buffer }) => buffer))];
    const held = memory.reduce((total, { byteLength }) => total + byteLength, 0);
    expect(held).toBeLessThanOrEqual(2 * picture.length + 16 * 1024);
  });
});

/** Types of frames, RFC 9113 section 6; the last is none of them, and ignored as section 4.1 demands. */
const FRAME_TYPES = { data: 0x00, headers: 0x01, settings: 0x04, unknown: 0xfa } as const;
const END_STREAM = 0x01;
const END_HEADERS = 0x04;

/** A frame of the first stream, or of the connection. */
function frame(type: keyof typeof FRAME_TYPES, payload: Buffer, isLast = false): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = FRAME_TYPES[type];
  head[4] = (isLast ? END_STREAM : 0) | (type === 'headers' ? END_HEADERS : 0);
  head.writeUInt32BE(type === 'data' || type === 'headers' ? 1 : 0, 5);
  return Buffer.concat([head, payload]);
}

/** A header field that is in no table, RFC 7541 section 6.2.2. */
function field(name: string, value: string): Buffer {
  return Buffer.concat([Buffer.of(0, name.length), Buffer.from(name), Buffer.of(value.length), Buffer.from(value)]);
}

/** Sixty kilobytes: about what Node reads at a time. */
const MEANINGLESS = Buffer.concat(Array.from({ length: 4 }, () => frame('unknown', Buffer.alloc(15_000))));

/** The start of a connection, and the head of a request that brings a picture. */
const OPENING = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  frame('settings', Buffer.alloc(0)),
  frame(
    'headers',
    Buffer.concat([
      field(':method', 'POST'),
      field(':scheme', 'http'),
      field(':path', '/'),
      field(':authority', 'localhost'),
      field('content-type', 'image/jpeg'),
    ]),
  ),
]);

function selfieIn(reading: SelfieReading) {
  if (reading.kind !== 'selfie') throw new Error(`the reading is not a selfie but ${reading.kind}`);
  return reading.selfie;
}

function portOf(server: http2.Http2Server): number {
  return (server.address() as AddressInfo).port;
}
