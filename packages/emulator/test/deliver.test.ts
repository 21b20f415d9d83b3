import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Emulator } from '../src/emulator.js';
import { JPEG_START, PASSIVE_LIVENESS, read, scene, send, sendRaw, start } from './support.js';

/** Longer than an emulator on one machine needs for an answer that it means to give. */
const PATIENCE_MS = 300;

/** Asks the emulator until it has recorded a call. */
async function untilCalled(emulator: Emulator): Promise<void> {
  await read(emulator, '/system/healthcheck');
  return emulator.calls().length === 0 ? untilCalled(emulator) : undefined;
}

function sendWithin(emulator: Emulator, scenario: string): Promise<Response> {
  return send(emulator, { image: scene(scenario) }, AbortSignal.timeout(PATIENCE_MS));
}

describe.each([
  ['hang', null],
  ['slow-headers', 200],
])('%s', (scenario, status) => {
  it('sends nothing, and is billed', async () => {
    const emulator = await start();

    await expect(sendWithin(emulator, scenario)).rejects.toMatchObject({ name: 'TimeoutError' });

    expect(emulator.calls()).toMatchObject([{ status, billed: true }]);
  });
});

describe('patience without end', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it.each([
    ['slow-headers', 9 * 60_000],
    ['slow-body', 17 * 60_000],
  ])('is rewarded: %s does answer after %i milliseconds', async (scenario, durationMs) => {
    const emulator = await start();
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
    const answer = sendRaw(emulator, { image: scene(scenario) });
    await untilCalled(emulator);

    jest.advanceTimersByTime(durationMs);
    const tooEarly = await Promise.race([answer, read(emulator, '/system/healthcheck')]);
    jest.advanceTimersByTime(2 * 60_000);
    const { status, body } = await answer;

    expect(tooEarly.body).toMatchObject({ status: 'ok' });
    expect(status).toBe(200);
    expect(JSON.parse(body.toString())).toMatchObject({ liveness: { status: 'Approved' } });
  });
});

describe('slow-body', () => {
  it('sends headers at once and a body that does not end', async () => {
    const emulator = await start();

    const response = await sendWithin(emulator, 'slow-body');

    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(emulator.calls()).toMatchObject([{ status: 200, billed: true }]);
  });

  it('drips blanks, so that a timeout between two chunks never fires', async () => {
    const emulator = await start();
    const response = await send(emulator, { image: scene('slow-body') });
    const reader = response.body?.getReader();

    const first = await reader?.read();
    const second = await reader?.read();

    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(4096);
    expect(
      [first?.value, second?.value].map((chunk) =>
        Buffer.from(chunk ?? [])
          .toString()
          .trim(),
      ),
    ).toEqual(['', '']);
  });
});

describe('reset-before-response', () => {
  it('resets the connection after the request was read, and is billed', async () => {
    const emulator = await start();

    await expect(sendRaw(emulator, { image: scene('reset-before-response') })).rejects.toMatchObject({
      code: 'ECONNRESET',
    });

    expect(emulator.calls()).toMatchObject([
      { image: { bytes: scene('reset-before-response').length }, status: null, billed: true },
    ]);
  });
});

describe('reset-mid-body', () => {
  it('resets the connection after half of the body, and is billed', async () => {
    const emulator = await start();

    const answer = await sendRaw(emulator, { image: scene('reset-mid-body') });

    expect(answer.status).toBe(200);
    expect(answer.error).toMatchObject({ code: 'ECONNRESET' });
    expect(answer.body.length).toBe(Math.floor(Number(answer.headers['content-length']) / 2));
    expect(emulator.calls()).toMatchObject([{ status: 200, billed: true }]);
  });
});

describe('truncated-json', () => {
  it('ends half of the JSON like a whole answer', async () => {
    const emulator = await start();

    const answer = await sendRaw(emulator, { image: scene('truncated-json') });

    expect(answer.status).toBe(200);
    expect(answer.error).toBeUndefined();
    expect(answer.headers).not.toHaveProperty('content-length');
    expect(answer.headers).not.toHaveProperty('transfer-encoding');
    expect(answer.body.toString()).toContain('"status":"Approved"');
    expect(() => JSON.parse(answer.body.toString())).toThrow('JSON');
  });
});

describe('huge-body', () => {
  it('puts 64 MiB in front of a verdict that is good', async () => {
    const emulator = await start();

    const { body } = await sendRaw(emulator, { image: scene('huge-body') });

    expect(body.length).toBeGreaterThan(64 * 2 ** 20);
    expect(JSON.parse(body.subarray(64 * 2 ** 20).toString())).toMatchObject({ liveness: { status: 'Approved' } });
  });

  it('stops when the client gives up', async () => {
    const emulator = await start();
    const response = await send(emulator, { image: scene('huge-body') });

    await response.body?.cancel();

    await expect(read(emulator, '/system/healthcheck')).resolves.toMatchObject({ status: 200 });
  });
});

describe('gzip-body', () => {
  it('sends the same gzipped, whatever the request accepts', async () => {
    const emulator = await start();

    const { headers, body } = await sendRaw(emulator, { image: scene('gzip-body') });

    expect(headers['content-encoding']).toBe('gzip');
    expect(body.length).toBeLessThan(2 ** 20);
    expect(gunzipSync(body).length).toBeGreaterThan(64 * 2 ** 20);
  });
});

/** Sends the head and a first piece of a longer body, and gives back the answer that comes all the same. */
async function sendPiece(emulator: Emulator, piece: Buffer) {
  const request = httpRequest(emulator.url + PASSIVE_LIVENESS, {
    method: 'POST',
    agent: false,
    headers: { 'x-api-key': 'sk_live_test', 'content-length': '1000000' },
  });
  request.on('error', () => undefined);
  request.write(piece);
  const [response] = await once(request, 'response');
  const [body] = await once(response, 'data');
  request.destroy();
  return { status: response.statusCode, headers: response.headers, body: JSON.parse(String(body)) };
}

describe('early-401', () => {
  it('answers when the marker comes, though the body goes on', async () => {
    const emulator = await start();

    const answer = await sendPiece(emulator, scene('early-401'));

    expect(answer).toMatchObject({
      status: 401,
      headers: { 'x-didit-emulator': '1', connection: 'close' },
      body: { detail: 'Invalid API Key.' },
    });
    expect(emulator.calls()).toEqual([]);
  });

  it('answers from the queue before any marker came, and is used up', async () => {
    const emulator = await start();
    emulator.next('early-401');

    await expect(sendPiece(emulator, JPEG_START)).resolves.toMatchObject({ status: 401 });
    await expect(send(emulator)).resolves.toMatchObject({ status: 200 });
  });

  it('reaches a client that sends five mebibytes before it looks', async () => {
    const emulator = await start();
    const image = Buffer.concat([scene('early-401'), Buffer.alloc(5 * 2 ** 20 - 100)]);

    await expect(sendRaw(emulator, { image })).resolves.toMatchObject({ status: 401 });
  });

  it('gives way to another scenario in the queue', async () => {
    const emulator = await start();
    emulator.next('402');

    await expect(send(emulator, { image: scene('early-401') })).resolves.toMatchObject({ status: 402 });
  });
});
