import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { LivenessEvent } from '@didit-liveness/core';
import { createEmulator, type Emulator, type ScenarioName } from '@didit-liveness/emulator';
import { file, form } from '../../packages/upload/test/support/forms.js';
import { formRequest } from '../hostile/arena.js';
import { pictureOfSize } from '../hostile/pictures.js';
import { pictureOf } from '../support/pictures.js';
import type { Host, HostOptions } from './guard.contract.js';
import { plainOptions } from './plain-options.js';

/** The least that guards take: one largest upload fits, two do not. */
const LIMIT = 8 * 1024 * 1024;
const HELD = 4_900_000;
const LARGE = pictureOfSize(4_000_000);
const BUSY = { status: 503, code: 'too-busy', retryAfter: '1' };

/** Bytes that all guards of this process hold: the count that copies of the package share. */
function heldBytes(): number {
  const key = Symbol.for('didit-liveness.upload.buffered/2');
  return (globalThis as { [key]?: { readonly totalBytes: number } })[key]?.totalBytes ?? 0;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn();
}

/** What every host must do alike when uploads take more memory than they may. */
export function describeBuffered(name: string, start: (options: HostOptions) => Promise<Host>): void {
  describe(`guard on ${name}, when uploads fill the memory they may have`, () => {
    const events: LivenessEvent[] = [];
    const sockets: Socket[] = [];
    let emulator: Emulator;
    let host: Host;

    beforeAll(async () => {
      emulator = await createEmulator();
      host = await start({
        ...plainOptions(emulator),
        uploadTimeoutMs: 60_000,
        maxBufferedBytes: LIMIT,
        onEvent: (event) => events.push(event),
      });
      // What was told of the configuration.
      events.length = 0;
    });

    afterEach(async () => {
      jest.restoreAllMocks();
      for (const socket of sockets.splice(0)) socket.destroy();
      await until(() => heldBytes() === 0);
      events.length = 0;
    });

    afterAll(async () => {
      await host.close();
      await emulator.close();
    });

    /** Sends a head and the beginning of a form with a picture; gives the answer, whenever it comes. */
    async function begin(framing: string, bytes: number): Promise<Promise<string>> {
      const { hostname, port } = new URL(host.url);
      const socket = connect(Number(port), hostname);
      sockets.push(socket);
      let text = '';
      socket.setEncoding('latin1').on('data', (piece: string) => (text += piece));
      socket.on('error', () => {});
      const answer = once(socket, 'close').then(() => text);
      await once(socket, 'connect');
      const part = '--b\r\ncontent-disposition: form-data; name="selfie"; filename="a.jpg"\r\n\r\n';
      const body = Buffer.concat([Buffer.from(part), pictureOfSize(bytes)]);
      const head = `POST /signup HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: multipart/form-data; boundary=b\r\n`;
      const size = framing.startsWith('transfer') ? `${body.length.toString(16)}\r\n` : '';
      socket.write(`${head}${framing}\r\n\r\n${size}`);
      socket.write(body);
      return answer;
    }

    /** An upload that stops short of its end, once the server has all of it that was sent. */
    async function hold(): Promise<{ readonly answer: Promise<string> }> {
      const before = heldBytes();
      const answer = begin('content-length: 5000000', HELD).then((text) => text);
      await until(() => heldBytes() >= before + HELD);
      return { answer };
    }

    async function post(picture: Uint8Array) {
      const body = new FormData();
      body.set('selfie', new Blob([picture]), 'selfie.jpg');
      const response = await fetch(`${host.url}/signup`, { method: 'POST', body });
      const { code } = (await response.json()) as { readonly code?: string };
      return { status: response.status, code, retryAfter: response.headers.get('retry-after') };
    }

    it('answers 503 to what does not fit, and pays nothing (E18, P11)', async () => {
      const [calls, handled] = [emulator.calls().length, host.handled()];
      await hold();

      expect(await post(LARGE)).toEqual(BUSY);
      expect(emulator.calls()).toHaveLength(calls);
      expect(host.handled()).toBe(handled);
      expect(events).toMatchObject([{ type: 'refused', code: 'too-busy', billed: 'no' }]);
    });

    it('counts what arrives, whatever was declared (E18)', async () => {
      await hold();

      const text = await begin('transfer-encoding: chunked', 4_000_000);

      expect(text).toMatch(/^HTTP\/1\.1 503 /);
      expect(text).toMatch(/^connection: close\r$/im);
      expect(text).toMatch(/^retry-after: 1\r$/im);
      expect(text).toContain('"code":"too-busy"');
    });

    it('goes on with what fits beside it, and holds nothing once that is answered (E18)', async () => {
      await hold();
      const held = heldBytes();

      expect(await post(pictureOf('approved'))).toMatchObject({ status: 201 });
      await until(() => heldBytes() === held);
    });

    it('holds nothing of requests that stood in line on a connection that is gone, nor lets them pass (A25, A26, P15)', async () => {
      const [calls, handled] = [emulator.calls().length, host.handled()];
      const sizes = [4_000, 5_000, 6_000];
      sizes.forEach(() => emulator.next('hang'));
      const { hostname, port } = new URL(host.url);
      const socket = connect(Number(port), hostname).on('error', () => {});
      sockets.push(socket);
      socket.write(Buffer.concat(sizes.map((size) => formRequest(form(file('selfie', pictureOfSize(size)))))));
      await until(() => emulator.calls().length === calls + sizes.length);

      socket.destroy();
      await until(() => heldBytes() === 0 && events.length === sizes.length);

      expect(events.map(({ type }) => type)).toEqual(sizes.map(() => 'aborted'));
      expect(host.handled()).toBe(handled);
    });

    it('has an upload that stands still give way to one that moves (A22, A24, E18)', async () => {
      const { answer } = await hold();
      const now = performance.now.bind(performance);
      jest.spyOn(performance, 'now').mockImplementation(() => now() + 4_000);

      expect(await post(LARGE)).toMatchObject({ status: 201 });
      expect(await answer).toMatch(/^HTTP\/1\.1 503 [^]*"code":"too-busy"/);
      expect(events).toMatchObject([
        { type: 'refused', code: 'too-busy', billed: 'no' },
        { type: 'decided', billed: 'yes' },
      ]);
    });

    /** Sends a picture behind a request that has no answer yet, so that its own answer, once there, is not taken. */
    async function sendInLine(answer: ScenarioName): Promise<Socket> {
      const calls = emulator.calls().length;
      const { hostname, port } = new URL(host.url);
      const socket = connect(Number(port), hostname).on('error', () => {});
      sockets.push(socket);
      for (const [scenario, size] of [['hang', 4_000] as const, [answer, HELD] as const]) {
        const before = emulator.calls().length;
        emulator.next(scenario);
        socket.write(formRequest(form(file('selfie', pictureOfSize(size)))));
        await until(() => emulator.calls().length > before);
      }
      expect(emulator.calls()).toHaveLength(calls + 2);
      return socket;
    }

    it.each<[ScenarioName, string]>([
      ['spoof', 'liveness-declined'],
      ['no-face', 'selfie-retake'],
      ['500', 'liveness-unavailable'],
    ])('holds nothing of a request once it is refused, answer taken or not: %s (E18)', async (answer, code) => {
      const socket = await sendInLine(answer);

      await until(() => heldBytes() < 10_000);
      expect(await post(LARGE)).toMatchObject({ status: 201 });
      expect(events[0]).toMatchObject({ code });
      expect(socket.bytesRead).toBe(0);
      expect(socket.destroyed).toBe(false);
    });

    it('hangs up on a client that does not take the answer of its handler, four seconds after others need the room (E18)', async () => {
      const handled = host.handled();
      const socket = await sendInLine('approved');
      const hungUp = once(socket, 'close');
      await until(() => host.handled() > handled);
      expect(await post(LARGE)).toEqual(BUSY);
      expect(heldBytes()).toBeGreaterThan(HELD);
      const now = performance.now.bind(performance);
      jest.spyOn(performance, 'now').mockImplementation(() => now() + 4_000);

      expect(await post(LARGE)).toMatchObject({ status: 201 });
      await hungUp;
      expect(socket.bytesRead).toBe(0);
    });

    it('holds nothing of a client that hangs up (A25)', async () => {
      await hold();
      sockets[0]?.destroy();

      await until(() => heldBytes() === 0);
      expect(await post(LARGE)).toMatchObject({ status: 201 });
    });
  });
}
