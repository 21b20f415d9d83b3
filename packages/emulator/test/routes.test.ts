import { describe, expect, it } from '@jest/globals';
import { check, control, read, start } from './support.js';

describe('a path that does not exist', () => {
  it('is told apart from the one with a slash at the end', async () => {
    const emulator = await start();

    const { status, body } = await check(emulator, { path: '/v3/passive-liveness' });

    expect(status).toBe(404);
    expect(body.detail).toBe(
      'emulator: no route POST /v3/passive-liveness. The path ends with a slash: /v3/passive-liveness/',
    );
    expect(emulator.calls()).toMatchObject([{ path: '/v3/passive-liveness', status: 404, billed: false }]);
  });

  it.each([
    '/v3/id-verification/',
    '/v2/passive-liveness/',
    '/nothing',
    '//',
    '/_emulator',
    '/v3/passive-liveness/../',
  ])('%s is a 404 that says so', async (path) => {
    const emulator = await start();

    const { status, body } = await control(emulator, path);

    expect(status).toBe(404);
    expect(body.detail).toContain('emulator: no route POST /');
  });
});

describe('a method that a path does not have', () => {
  it.each([
    ['GET', '/v3/passive-liveness/', 'POST'],
    ['PUT', '/v3/passive-liveness/', 'POST'],
    ['OPTIONS', '/v3/passive-liveness/', 'POST'],
    ['POST', '/v3/billing/balance/', 'GET'],
    ['DELETE', '/_emulator/calls', 'GET'],
    ['GET', '/_emulator/reset', 'POST'],
    ['POST', '/', 'GET'],
  ])('%s %s is a 405 that names %s', async (method, path, allow) => {
    const emulator = await start();

    const response = await fetch(emulator.url + path, { method });

    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allow);
    await expect(response.json()).resolves.toEqual({ detail: `Method "${method}" not allowed.` });
  });
});

describe('GET /system/healthcheck', () => {
  it('needs no key and tells the time', async () => {
    const emulator = await start({ now: () => Date.UTC(2026, 10, 20, 9, 20, 0, 7) });

    const { status, body } = await read(emulator, '/system/healthcheck', null);

    expect(status).toBe(200);
    expect(body).toEqual({ status: 'ok', timestamp: '2026-11-20T09:20:00Z' });
  });
});

describe('GET /', () => {
  it('says what this is and which routes it has', async () => {
    const emulator = await start();

    const response = await fetch(emulator.url);
    const page = await response.text();

    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(page).toContain('It detects no faces.');
    expect(page).toContain('POST   /v3/passive-liveness/\n');
  });
});
