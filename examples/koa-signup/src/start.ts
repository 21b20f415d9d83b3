import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLivenessGate, DiditClient, type LivenessEvent } from '@didit-liveness/core';
import { createApp } from './app.js';

/** Where the app listens, and whom it asks. */
export interface StartOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly apiKey: string;
  /** URL of a running emulator; undefined asks the real Didit. */
  readonly emulatorUrl: string | undefined;
  /** Gets what the gate tells. @defaultValue nobody does */
  readonly onEvent?: (event: LivenessEvent) => void;
}

/** A running app. */
export interface RunningApp {
  readonly url: string;
  /** Lets running requests finish. */
  readonly close: () => Promise<void>;
}

/** Starts the example on a loopback address. Rejects when the port is taken. */
export async function start({ port, apiKey, emulatorUrl, onEvent }: StartOptions): Promise<RunningApp> {
  const gate = createLivenessGate({
    client: new DiditClient({
      apiKey,
      ...(emulatorUrl === undefined ? {} : { baseUrl: emulatorUrl, allowInsecure: true }),
    }),
    policy: { warnings: { DUPLICATED_FACE: 'decline', POSSIBLE_DUPLICATED_FACE: 'decline' } },
    ...(onEvent ? { onEvent } : {}),
  });
  const handle = createApp({ gate, mode: emulatorUrl === undefined ? 'didit' : 'emulator' }).callback();
  const server = createServer((request, response) => void handle(request, response));

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  // A server that listens on a port has an address of this kind; the other kinds are for pipes.
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      // Again and again: a connection whose answer was only just sent does not count as idle yet.
      const sweep = setInterval(() => server.closeIdleConnections(), 50);
      await gate.drain(20_000);
      await closed;
      clearInterval(sweep);
    },
  };
}
