import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { LivenessEvent } from '@didit-liveness/core';
import { createEmulator, type Emulator } from '@didit-liveness/emulator';
import Koa3, { type Middleware } from 'koa';
import { MARKED_FILE_NAME, MARKED_KEY, watched } from '../../../../test/support/canary.js';
import { type LivenessOptions, requireLiveness } from '../../src/index.js';

/** An application class of Koa. */
export type KoaClass = typeof Koa3;

/** Both majors. The older one is an alias in package.json, which the types of Koa know nothing of. */
export const KOAS: readonly (readonly [string, KoaClass])[] = [
  ['Koa 2', createRequire(import.meta.url)('koa2') as KoaClass],
  ['Koa 3', Koa3],
];

/** A running application. */
export interface RunningApp {
  readonly url: string;
  /** What Koa reported to the application, in place of printing it. */
  readonly errors: readonly Error[];
}

/** An emulator, guards that ask it, and applications to mount them in. */
export class Bench {
  #emulator: Emulator | undefined;
  /** What the guards told since the last reset. */
  readonly events: LivenessEvent[] = [];
  readonly #servers: Server[] = [];

  /** @throws before the tests have begun */
  get emulator(): Emulator {
    if (!this.#emulator) throw new Error('The emulator runs only while tests do');
    return this.#emulator;
  }

  async open(): Promise<void> {
    this.#emulator = await createEmulator();
  }

  guard(options: LivenessOptions = {}): Middleware {
    const { url: baseUrl } = this.emulator;
    const onEvent = watched<LivenessEvent>('an event', (event) => this.events.push(event));
    return requireLiveness({ apiKey: MARKED_KEY, baseUrl, allowInsecure: true, onEvent, ...options });
  }

  async serve(Koa: KoaClass, ...middleware: readonly Middleware[]): Promise<RunningApp> {
    const app = new Koa();
    const errors: Error[] = [];
    app.on(
      'error',
      watched<Error>('an error handler', (error) => errors.push(error)),
    );
    for (const one of middleware) app.use(one);

    const handle = app.callback();
    const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
    this.#servers.push(server);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}/signup`, errors };
  }

  reset(): void {
    this.emulator.reset();
    this.events.length = 0;
  }

  async close(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
    await this.emulator.close();
  }
}

/** A bench for the tests of one file: open while they run, and without memory from one to the next. */
export function useBench(): Bench {
  const bench = new Bench();
  beforeAll(() => bench.open());
  afterEach(() => bench.reset());
  afterAll(() => bench.close());
  return bench;
}

/** What {@link post} sends besides the picture. */
export interface PostOptions {
  /** Fields of the form that get the picture. */
  readonly files?: readonly string[];
  /** Text fields. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** Sends a form as a browser does. */
export function post(
  url: string,
  picture: Uint8Array,
  { files = ['selfie'], fields = { email: 'ada@example.org' } }: PostOptions = {},
): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  for (const name of files) form.append(name, new Blob([picture], { type: 'image/jpeg' }), MARKED_FILE_NAME);
  return fetch(url, { method: 'POST', body: form });
}

/** Waits for what another part of this process brings about. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
