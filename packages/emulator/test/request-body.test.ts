import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import type { Emulator } from '../src/emulator.js';
import { check, jpeg, PASSIVE_LIVENESS, read, scene, start } from './support.js';

const MEBIBYTE = 2 ** 20;
const DETAIL = 'emulator: a request body may have at most 16777216 bytes.';

function open(emulator: Emulator, headers: Record<string, string>) {
  const request = httpRequest(emulator.url + PASSIVE_LIVENESS, { method: 'POST', agent: false, headers });
  request.on('error', () => undefined);
  return request;
}

describe('a body over sixteen mebibytes', () => {
  it('is refused by its announced length before it comes', async () => {
    const emulator = await start();
    const request = open(emulator, { 'content-length': String(16 * MEBIBYTE + 1) });
    request.flushHeaders();

    const [response] = await once(request, 'response');
    const [body] = await once(response, 'data');
    request.destroy();

    expect(response).toMatchObject({ statusCode: 413, headers: { 'x-didit-emulator': '1', connection: 'close' } });
    expect(JSON.parse(String(body))).toEqual({ detail: DETAIL });
    expect(emulator.calls()).toEqual([]);
  });

  it('is refused while it comes when its length was not announced', async () => {
    const emulator = await start();
    const request = open(emulator, { 'transfer-encoding': 'chunked' });
    request.write(Buffer.alloc(16 * MEBIBYTE));
    request.write('x');

    const [response] = await once(request, 'response');
    request.destroy();

    expect(response.statusCode).toBe(413);
  });

  it('ends the connection of a client that goes on sending nothing', async () => {
    const emulator = await start();
    const request = open(emulator, { 'content-length': String(16 * MEBIBYTE + 1) });
    request.flushHeaders();

    const [response] = await once(request, 'response');
    response.resume();

    await expect(once(response, 'close')).resolves.toEqual([]);
  });
});

describe('a client that goes away', () => {
  it('leaves no call behind, and its queued scenario to the next', async () => {
    const emulator = await start();
    emulator.next('402');
    const request = open(emulator, { 'content-length': '1000' });
    const closed = new Promise((resolve) => request.once('close', resolve));
    request.write(jpeg(), () => request.destroy());
    await closed;

    const next = await check(emulator);

    expect(next.status).toBe(402);
    expect(emulator.calls()).toHaveLength(1);
  });
});

describe('the marker of early-401', () => {
  it('is found though it comes in two pieces', async () => {
    const emulator = await start();
    const request = open(emulator, { 'content-length': '1000' });
    const picture = scene('early-401');
    const socketReady = once(request, 'socket');
    request.write(picture.subarray(0, 14));
    const [socket] = await socketReady;
    await once(socket, 'connect');
    // Another request in between makes sure that the first piece has been read by itself.
    await read(emulator, '/system/healthcheck');
    request.write(picture.subarray(14));

    const [response] = await once(request, 'response');
    request.destroy();

    expect(response.statusCode).toBe(401);
  });
});
