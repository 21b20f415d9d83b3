import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LivenessEvent } from '@didit-liveness/core';
import { createEmulator, type Emulator } from '@didit-liveness/emulator';
import { pictureOf } from '../support/pictures.js';

/** How a host is to guard its route. Every request names its person in the header `x-user`. */
export interface ResilienceOptions {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly allowInsecure: true;
  readonly timeoutMs: number;
  readonly onEvent: (event: LivenessEvent) => void;
}

/** A server of the framework under test. */
export interface ResilienceHost {
  readonly url: string;
  readonly handled: () => number;
  /** Ends the gate as at the end of the process, while the server goes on. */
  readonly drain: () => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/**
 * Starts a host whose `POST /open` says `dangerouslyAllowWhenUnavailable` and answers 201 and `{ outcome }`, and whose
 * `POST /closed` does not; refusals answered as problem+json.
 */
export type StartResilienceHost = (options: ResilienceOptions) => Promise<ResilienceHost>;

const PICTURE = pictureOf('approved');

/** What every host must do alike while Didit, or the process, is at an end. */
export function describeResilience(name: string, start: StartResilienceHost): void {
  describe(`guard on ${name}, when something ends`, () => {
    const events: LivenessEvent[] = [];
    let emulator: Emulator;
    let host: ResilienceHost;

    beforeAll(async () => {
      emulator = await createEmulator();
      host = await start({
        apiKey: 'contract-key',
        baseUrl: emulator.url,
        allowInsecure: true,
        timeoutMs: 1_000,
        onEvent: (event) => events.push(event),
      });
    });

    afterAll(async () => {
      await host.close();
      await emulator.close();
    });

    async function post(path: string, picture: Uint8Array = PICTURE) {
      const body = new FormData();
      body.set('selfie', new Blob([picture]), 'selfie.jpg');
      const response = await fetch(`${host.url}${path}`, { method: 'POST', body, headers: { 'x-user': 'ada' } });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    }

    it('lets nobody through unchecked while Didit is down, unless the route says so (F12, P21)', async () => {
      const before = host.handled();
      emulator.next('503', 2);

      expect(await post('/closed')).toMatchObject({ status: 503, body: { code: 'liveness-unavailable' } });
      expect(await post('/open')).toEqual({ status: 201, body: { outcome: 'skipped' } });
      expect(host.handled() - before).toBe(1);
      expect(events.splice(0)).toMatchObject([
        { type: 'failed', error: 'unavailable' },
        { type: 'skipped', error: 'unavailable' },
      ]);
    });

    it.each([
      ['a spoof', () => post('/open', pictureOf('spoof')), 403, 'liveness-declined'],
      ['an answer that cannot be used', () => post('/open', pictureOf('html-200')), 502, 'liveness-bad-response'],
      ['half a picture', () => post('/open', PICTURE.subarray(0, 200)), 422, 'selfie-unreadable'],
    ])('never lets %s through (F12, P21)', async (_name, act, status, code) => {
      const before = host.handled();

      expect(await act()).toMatchObject({ status, body: { code } });
      expect(host.handled() - before).toBe(0);
    });

    it('stops calls once Didit refuses the key, and lets nobody through for it (C02, F12, E15)', async () => {
      const calls = emulator.calls().length;
      emulator.next('401', 1);

      for (let times = 0; times < 3; times += 1) {
        expect(await post('/open')).toMatchObject({ status: 503, body: { code: 'liveness-unavailable' } });
      }
      expect(emulator.calls()).toHaveLength(calls + 1);
      expect(events.splice(0).filter(({ type }) => type === 'circuit')).toMatchObject([{ because: 'refused' }]);
    });

    it('refuses what comes once it drains, before the upload, and closes the connection (F01, P18)', async () => {
      await host.drain();
      const { hostname, port } = new URL(host.url);
      const head = [
        'POST /open HTTP/1.1',
        `host: ${hostname}`,
        'content-type: multipart/form-data; boundary=b',
        'content-length: 4000000',
        '',
        '',
      ];

      const answer = await new Promise<string>((resolve, reject) => {
        const socket = connect(Number(port), hostname);
        let text = '';
        socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
        socket.once('error', reject).once('end', () => resolve(text));
        socket.write(head.join('\r\n'));
      });

      expect(answer).toMatch(/^HTTP\/1\.1 503 /);
      expect(answer).toMatch(/^connection: close\r$/im);
      expect(answer).toMatch(/^retry-after: 1\r$/im);
      expect(answer).toContain('"code":"liveness-unavailable"');
    });
  });
}
