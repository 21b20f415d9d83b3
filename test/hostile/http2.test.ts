import { once } from 'node:events';
import http2, { type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { LivenessEvent } from '@didit-liveness/core';
import { createEmulator, type Emulator, type ScenarioName } from '@didit-liveness/emulator';
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

function portOf(server: http2.Http2Server): number {
  return (server.address() as AddressInfo).port;
}
