import { describe, expect, it } from '@jest/globals';
import { check, scene, send, start, talk } from './support.js';

describe('every answer', () => {
  it.each([
    ['/v3/passive-liveness/', 'GET'],
    ['/nothing', 'GET'],
    ['/', 'GET'],
    ['/system/healthcheck', 'GET'],
    ['/v3/billing/balance/', 'GET'],
    ['/v3/session/x/decision/', 'GET'],
    ['/_emulator/calls', 'GET'],
    ['/_emulator/next', 'POST'],
  ])('carries the mark and no permission for other origins: %s', async (path, method) => {
    const emulator = await start();

    const { headers } = await fetch(emulator.url + path, { method, headers: { origin: 'http://evil.example' } });

    expect(headers.get('x-didit-emulator')).toBe('1');
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it.each(['approved', '500', '502', 'redirect', 'early-401', 'slow-body', 'huge-body', 'gzip-body', 'truncated-json'])(
    'carries the mark in the scenario %s',
    async (scenario) => {
      const emulator = await start();

      const { headers, body } = await send(emulator, { image: scene(scenario) });
      await body?.cancel();

      expect(headers.get('x-didit-emulator')).toBe('1');
    },
  );

  it.each([
    ['what is not HTTP', 'hello\r\n\r\n', '400 Bad Request'],
    ['a header that never ends', `GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}`, '431 Request Header Fields Too Large'],
    [
      'a chunk size that is none',
      'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
      '400 Bad Request',
    ],
    [
      'an unknown expectation',
      'GET /v3/ HTTP/1.1\r\nhost: x\r\nexpect: miracles\r\nconnection: close\r\n\r\n',
      '404 Not Found',
    ],
    ['a missing host', 'GET / HTTP/1.1\r\nconnection: close\r\n\r\n', '200 OK'],
  ])('carries the mark for %s', async (_what, text, status) => {
    const emulator = await start();

    const received = await talk(emulator.port, text);

    expect(received).toMatch(new RegExp(`^HTTP/1.1 ${status}\r\n`, 'u'));
    expect(received.toLowerCase()).toContain('x-didit-emulator: 1\r\n');
  });
});

describe('the emulator', () => {
  it('answers with 500 and goes on when it fails itself', async () => {
    const emulator = await start({
      now: () => {
        throw new Error('the clock stopped');
      },
    });

    const failed = await check(emulator);

    expect(failed).toMatchObject({ status: 500, body: { detail: 'emulator: Error: the clock stopped' } });
    await expect(fetch(emulator.url)).resolves.toMatchObject({ status: 200 });
  });

  it('answers many checks at once, one call each', async () => {
    const emulator = await start({ writesPerMinute: Infinity });

    const answers = await Promise.all(Array.from({ length: 500 }, () => check(emulator)));

    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(emulator.calls()).toHaveLength(500);
  });
});
