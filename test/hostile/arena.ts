import type { Server } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { runInThisContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import type { LivenessEvent } from '@didit-liveness/core';
import { createEmulator, type Emulator } from '@didit-liveness/emulator';
import { FORM_TYPE } from '../../packages/upload/test/support/forms.js';
import type { ListeningHost } from '../contract/listening.js';
import { MARKED_KEY, markedSubject, watched } from '../support/canary.js';
import { RawClient, type RawReport, within } from './raw-client.js';
import type { RawAnswer } from './raw-answer.js';
import { requestOf } from './raw-request.js';

/** What hosts of this suite are guarded with. */
export interface ArenaOptions {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly allowInsecure: true;
  readonly uploadTimeoutMs?: number;
  readonly timeoutMs?: number;
  readonly circuitBreaker?: { readonly enabled: boolean };
  readonly validate?: (fields: Readonly<Record<string, unknown>>) => undefined;
  readonly subject?: () => string;
  readonly onEvent: (event: LivenessEvent) => void;
}

/** Starts a host whose `POST /signup` is guarded with these options. */
export type StartArena = (options: ArenaOptions) => Promise<ListeningHost>;

/** How a framework differs from the others where it answers before any guard is asked. */
export interface HostTraits {
  /** It refuses media types that it has no parser for by itself. */
  readonly refusesMediaTypes?: true;
}

/** No answer is waited for longer: what hangs is found by it, what is only slow on a busy machine is not. */
export const WATCHDOG_MS = 10_000;

/** What a refusal has to look like. */
export interface Expected {
  readonly status: number;
  readonly code: string;
}

/** A host under attack, the emulator behind it, and what both of them and the process have seen. */
export class Arena {
  readonly events: LivenessEvent[] = [];
  /** Errors and warnings that reached the process. */
  readonly outcries: unknown[] = [];
  #emulator: Emulator | undefined;
  #host: ListeningHost | undefined;

  async start(startHost: StartArena, { onEvent, ...options }: Partial<ArenaOptions>): Promise<void> {
    this.#emulator = await createEmulator({ writesPerMinute: Infinity });
    this.#host = await startHost({
      apiKey: MARKED_KEY,
      baseUrl: this.#emulator.url,
      allowInsecure: true,
      // Suites play one failure after another; what stops calls after them has tests of its own.
      circuitBreaker: { enabled: false },
      subject: markedSubject,
      onEvent: watched('an event', onEvent ?? ((event) => this.events.push(event))),
      ...options,
    });
  }

  async stop(): Promise<void> {
    await this.#host?.close();
    await this.#emulator?.close();
  }

  get emulator(): Emulator {
    if (this.#emulator === undefined) throw new Error('The arena has not started');
    return this.#emulator;
  }

  get host(): ListeningHost {
    if (this.#host === undefined) throw new Error('The arena has not started');
    return this.#host;
  }

  get server(): Server {
    return this.host.server;
  }

  open(): Promise<RawClient> {
    return RawClient.open(this.host.url);
  }

  /** Sends a form of the usual boundary, or whatever request is given, and waits for one answer. */
  async send(request: Uint8Array): Promise<RawReport> {
    const client = await this.open();
    void client.write(request);
    try {
      return await within(WATCHDOG_MS, 'The answer', client.answered());
    } finally {
      client.close();
    }
  }

  /** Sends a request that has to be refused for free; gives the report once it has been checked. */
  async refuse(request: Uint8Array, expected: Expected): Promise<RawReport> {
    const before = this.host.handled();
    const report = await this.send(request);
    expectProblem(report.answers[0], expected);
    this.expectNothingPaid(before);
    expect(this.events.at(-1)).toMatchObject({ type: 'refused', code: expected.code, billed: 'no' });
    return report;
  }

  /** Sends a form that has to pass; gives what the handler answered. */
  async pass(request: Uint8Array): Promise<Record<string, unknown>> {
    const before = this.host.handled();
    const { answers } = await this.send(request);
    expect({ status: answers[0]?.status, body: answers[0]?.body }).toEqual({ status: 201, body: expect.any(String) });
    expect(this.host.handled()).toBe(before + 1);
    expect(this.emulator.calls().at(-1)).toMatchObject({ billed: true });
    return JSON.parse(answers[0]?.body ?? '') as Record<string, unknown>;
  }

  /** Nobody was asked, nobody was paid, and the handler has not run since. */
  expectNothingPaid(handledBefore: number): void {
    expect(this.emulator.calls()).toEqual([]);
    expect(this.host.handled()).toBe(handledBefore);
  }

  /** Resolves once the server holds no connection any more. */
  async emptied(): Promise<void> {
    await within(
      WATCHDOG_MS,
      'Closing the connections',
      until(async () => (await connectionsOf(this.server)) === 0),
    );
  }
}

/** A form with the usual boundary, as a request. */
export function formRequest(
  body: Uint8Array | string,
  headers: Record<string, string | number | undefined> = {},
  target = '/signup',
): Buffer {
  return requestOf(body, { target, headers: { 'Content-Type': FORM_TYPE, ...headers } });
}

/**
 * Starts a host before the tests of a block and stops it behind them. Every test of the block also fails when something
 * reaches the process that nobody caught, or when a prototype is no longer what it was.
 */
export function useArena(startHost: StartArena, options: Partial<ArenaOptions> = {}): Arena {
  const arena = new Arena();
  watchProcess(arena.outcries);

  beforeAll(() => arena.start(startHost, options));
  afterEach(() => {
    arena.emulator.reset();
    arena.events.length = 0;
  });
  afterAll(() => arena.stop());
  return arena;
}

/**
 * Every test of the block also fails when something reaches the process that nobody caught, or when a prototype is no
 * longer what it was.
 */
export function watchProcess(outcries: unknown[]): void {
  // The process itself: the one that tests see is a copy, on which nothing is ever emitted.
  const realProcess = runInThisContext('process') as NodeJS.Process;
  const cry = (reason: unknown): void => {
    // Node says so of the modules of the test runner, whenever it comes to it.
    if (Object(reason).name !== 'ExperimentalWarning') outcries.push(reason);
  };
  const prototypes = snapshotOfPrototypes();
  const events = ['uncaughtException', 'unhandledRejection', 'warning'];

  beforeAll(() => {
    for (const event of events) realProcess.on(event, cry);
  });
  afterEach(() => {
    expect(outcries).toEqual([]);
    expect(snapshotOfPrototypes()).toEqual(prototypes);
  });
  afterAll(() => {
    for (const event of events) realProcess.off(event, cry);
  });
}

function snapshotOfPrototypes(): readonly (readonly PropertyKey[])[] {
  return [Object, Array, Function, String, Number, Buffer, Map].map(({ prototype }) => Reflect.ownKeys(prototype));
}

/** A refusal as problem+json, with nothing in it that would help whoever tries. */
export function expectProblem(answer: RawAnswer | undefined, { status, code }: Expected): void {
  expect({ status: answer?.status, body: answer?.body }).toEqual({
    status,
    body: expect.stringContaining(`"code":"${code}"`),
  });
  expect(answer?.headers).toMatchObject({
    'content-type': expect.stringMatching(/^application\/problem\+json/),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
}

/** Connections that a server holds. */
export function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}

/** Waits, one turn of the event loop after the other, until something holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}

/** Runs something and tells in milliseconds how long the event loop stood still meanwhile, at the worst. */
export async function longestStallMs(run: () => Promise<unknown>): Promise<number> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  await run();
  delays.disable();
  return delays.max / 1e6;
}

/** Says a measured figure in the output of the tests. */
export function tell(line: string): void {
  process.stderr.write(`  ${line}\n`);
}
