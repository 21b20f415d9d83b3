import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEmulator, type Emulator } from '@didit-liveness/emulator';
import express, { type Express } from 'express';
import { MARKED_FILE_NAME, MARKED_KEY, watch } from '../../../test/support/canary.js';
import type { LivenessOptions } from '../src/index.js';

/** An emulator, and an app in front of it that a test builds. */
export interface Fixture {
  readonly emulator: Emulator;
  /** Options that point a guard at the emulator. */
  readonly options: LivenessOptions;
  /** Serves an app, of another major where one is given; gives its URL. */
  readonly serve: (build: (app: Express) => void, create?: () => Express) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Starts the emulator. */
export async function startFixture(): Promise<Fixture> {
  const emulator = await createEmulator();
  const servers: Server[] = [];
  return {
    emulator,
    options: {
      apiKey: MARKED_KEY,
      baseUrl: emulator.url,
      allowInsecure: true,
      onEvent: (event) => watch('an event', event),
    },
    serve: async (build, create = express) => {
      const app = create();
      build(app);
      const server = createServer(app);
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    close: async () => {
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
      await emulator.close();
    },
  };
}

/** Posts a form with this picture in `selfie`. */
export function post(
  url: string,
  picture: Uint8Array,
  fields: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('selfie', new Blob([picture]), MARKED_FILE_NAME);
  return fetch(url, { method: 'POST', body: form });
}
