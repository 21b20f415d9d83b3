import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import type { Billed, LivenessEvent } from '@didit-liveness/core';
import { canaryPicture, expectNoCanary, KEY_CANARY } from '../../packages/core/test/support/canaries.js';
import {
  answer,
  closeAll,
  type Reply,
  type ScriptedServer,
  startServer,
} from '../../packages/core/test/support/server.js';
import { file, form, text } from '../../packages/upload/test/support/forms.js';
import type { ListeningHost } from '../contract/listening.js';
import { type ArenaOptions, type Expected, expectProblem, formRequest, WATCHDOG_MS } from './arena.js';
import type { RawAnswer } from './raw-answer.js';
import { RawClient, within } from './raw-client.js';

/** What a host is guarded with here: an origin to ask, and what the row is about. */
export type UpstreamOptions = Partial<ArenaOptions> & Pick<ArenaOptions, 'baseUrl'> & { readonly threshold?: number };

/** Starts a host whose `POST /signup` is guarded with these options; it shows what was thrown, as to a logger. */
export type StartWatched = (
  options: ArenaOptions & { readonly threshold?: number },
  onError?: (error: unknown) => void,
) => Promise<ListeningHost>;

/** What is known of one request once it was answered. */
export interface Outcome {
  readonly answer: RawAnswer | undefined;
  readonly events: readonly LivenessEvent[];
  readonly errors: readonly unknown[];
  /** How often the handler ran. */
  readonly handled: number;
  /** Requests that the server behind the guard has received whole. */
  readonly sends: number;
}

/** How a refusal has to look, and what has to be known of its price. */
export interface ExpectedRefusal extends Expected {
  readonly billed: Billed;
  readonly retryAfter?: string | RegExp;
}

/** How long an answer may take beyond the deadline of the call: what a busy machine needs. */
const SLACK_MS = 3_000;
const DEFAULT_TIMEOUT_MS = 10_000;

/** A form with a picture that must not be seen again. */
export const CANARY_FORM = canaryForm();

/** The same form with a picture of so many bytes. */
export function canaryForm(bytes = canaryPicture.length): Buffer {
  const picture = Buffer.concat([canaryPicture, Buffer.alloc(bytes - canaryPicture.length)]);
  return form(text('email', 'ada@example.org'), file('selfie', picture));
}

/** A server that stands where the API should, another one that nobody may ask, and hosts that are guarded. */
export class UpstreamBench {
  readonly outcries: unknown[] = [];
  readonly #startHost: StartWatched;
  readonly #events: LivenessEvent[] = [];
  readonly #errors: unknown[] = [];
  readonly #hosts = new Map<string, ListeningHost>();
  readonly #failed = new Set<ListeningHost>();
  #replies: readonly Reply[] = [];
  #asked = 0;
  #api: ScriptedServer | undefined;
  #elsewhere: ScriptedServer | undefined;

  constructor(startHost: StartWatched) {
    this.#startHost = startHost;
  }

  async start(): Promise<void> {
    // The nth request of a case gets its nth reply, and all further ones the last.
    this.#api = await startServer(() => {
      this.#asked += 1;
      return this.#replies[Math.min(this.#asked, this.#replies.length) - 1];
    });
    this.#elsewhere = await startServer(answer({}));
  }

  async stop(): Promise<void> {
    for (const host of this.#hosts.values()) await host.close();
    await closeAll();
  }

  /** The server behind the guard. */
  get api(): ScriptedServer {
    if (this.#api === undefined) throw new Error('The bench has not started');
    return this.#api;
  }

  /** A server that redirects point to. */
  get elsewhere(): ScriptedServer {
    if (this.#elsewhere === undefined) throw new Error('The bench has not started');
    return this.#elsewhere;
  }

  /** What the server answers to the next requests. */
  reply(...replies: readonly Reply[]): void {
    this.#replies = replies;
    this.#asked = 0;
  }

  /** Sends the form through a guarded host, and checks what holds however it ends. */
  async send(options: Partial<UpstreamOptions> = {}, body: Buffer = CANARY_FORM): Promise<Outcome> {
    const host = await this.#hostOf(options);
    const before = { handled: host.handled(), sends: this.api.requests.length };
    this.#events.length = 0;
    this.#errors.length = 0;
    const client = await RawClient.open(host.url);
    void client.write(formRequest(body));
    const report = await within(WATCHDOG_MS, 'The answer', client.answered());
    client.close();
    const outcome: Outcome = {
      answer: report.answers[0],
      events: [...this.#events],
      errors: [...this.#errors],
      handled: host.handled() - before.handled,
      sends: this.api.requests.length - before.sends,
    };
    if (outcome.events.some(({ type }) => type !== 'decided')) this.#failed.add(host);
    expect(report.answeredAfterMs).toBeLessThan((options.timeoutMs ?? DEFAULT_TIMEOUT_MS) + SLACK_MS);
    this.#expectInvariants(outcome);
    return outcome;
  }

  /** Sends the form, which has to be refused so; a send that may have cost something is never repeated. */
  async refuse(expected: ExpectedRefusal, options: Partial<UpstreamOptions> = {}, body?: Buffer): Promise<Outcome> {
    const outcome = await this.send(options, body);
    expectRefusal(outcome, expected);
    return outcome;
  }

  /** Sends the form, which has to reach the handler. */
  async pass(options: Partial<UpstreamOptions> = {}): Promise<Outcome> {
    const outcome = await this.send(options);
    expect(outcome.answer).toMatchObject({ status: 201 });
    expect(outcome).toMatchObject({ handled: 1, events: [{ type: 'decided', outcome: 'approved', billed: 'yes' }] });
    return outcome;
  }

  #expectInvariants(outcome: Outcome): void {
    expect(outcome.handled).toBe(outcome.answer?.status === 201 ? 1 : 0);
    expect(outcome.errors).toHaveLength(outcome.answer?.status === 201 ? 0 : 1);
    expect(this.elsewhere.connections()).toBe(0);
    expectNoCanary(outcome.answer);
    expectNoCanary(outcome.events);
    for (const error of outcome.errors.flatMap(withCauses)) expectNoCanary(error);
  }

  /** Closes the hosts whose calls failed, lest what they remember of an outage meets the next case. */
  async giveUpFailedHosts(): Promise<void> {
    for (const [key, host] of this.#hosts) {
      if (!this.#failed.delete(host)) continue;
      this.#hosts.delete(key);
      await host.close();
    }
  }

  /** Hosts with the same options are one. */
  async #hostOf(options: Partial<UpstreamOptions>): Promise<ListeningHost> {
    const key = JSON.stringify(options);
    const host = this.#hosts.get(key) ?? (await this.#startHost(this.#optionsOf(options), (e) => this.#errors.push(e)));
    this.#hosts.set(key, host);
    return host;
  }

  #optionsOf(options: Partial<UpstreamOptions>): ArenaOptions & { readonly threshold?: number } {
    const onEvent = (event: LivenessEvent) => void this.#events.push(event);
    return { apiKey: KEY_CANARY, baseUrl: this.api.origin, allowInsecure: true, ...options, onEvent };
  }
}

/** A bench that is there for the tests of a block. */
export function useBench(startHost: StartWatched): UpstreamBench {
  const bench = new UpstreamBench(startHost);
  beforeAll(() => bench.start());
  afterEach(() => bench.giveUpFailedHosts());
  afterAll(() => bench.stop());
  return bench;
}

/** A refusal that says what is known of the price, and offers nothing that would be paid for twice. */
export function expectRefusal(outcome: Outcome, { billed, retryAfter, ...expected }: ExpectedRefusal): void {
  expectProblem(outcome.answer, expected);
  const problem = JSON.parse(outcome.answer?.body ?? '') as Record<string, unknown>;
  const allowed = ['type', 'title', 'status', 'code', 'correlationId', 'retryable', 'hints'];
  expect(Object.keys(problem).filter((name) => !allowed.includes(name))).toEqual([]);
  if (billed !== 'no') expect(problem).toMatchObject({ retryable: false });
  const asked = outcome.answer?.headers['retry-after'];
  if (retryAfter instanceof RegExp) expect(asked).toMatch(retryAfter);
  else expect(asked).toBe(retryAfter);
  // What is told of the client as a whole, a broken circuit for one, is of no single request.
  const ofRequest = outcome.events.filter((event) => 'correlationId' in event);
  expect(ofRequest).toEqual([expect.objectContaining({ code: expected.code, billed })]);
}

function withCauses(error: unknown): readonly unknown[] {
  return error instanceof Object && 'cause' in error ? [error, ...withCauses(error.cause)] : [error];
}
