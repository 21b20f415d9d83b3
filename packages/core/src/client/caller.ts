import type { Clock } from '../clock.js';
import { UndecodableError } from '../wire/decoding.js';
import { type ApiKeySource, readApiKey } from './api-key.js';
import type { EncodedBody } from './body.js';
import type { Bulkhead } from './bulkhead.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import { type CallTopic, classifyAnswer } from './classify.js';
import type { Header } from './connections.js';
import { Deadline } from './deadline.js';
import {
  AbortedError,
  ApiKeyError,
  BadResponseError,
  type Billed,
  ClientClosedError,
  ConnectionError,
  DiditCallError,
  RateLimitError,
  TimeoutError,
  UnavailableError,
} from './errors.js';
import { type FailedAttempt, planRetry } from './retry.js';
import type { RetryBudget } from './retry-budget.js';
import { endpointOf, type Transport, type WireAnswer } from './transport.js';

/**
 * What a call does at Didit. `paid`: every answer is charged. `write`: free, but twice is not once (an account, a
 * session). `read`: free, and as often as one likes (a balance; a deletion, which finds nothing the second time).
 */
export type CallEffect = 'paid' | 'write' | 'read';

/** One call of an endpoint, before it has a key, a deadline and a connection. */
export interface Call<Response> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly effect: CallEffect;
  /** What the words of a refusal can be about. */
  readonly topic: CallTopic;
  /** Headers of this call alone, besides the key. */
  readonly headers?: readonly Header[];
  readonly body?: EncodedBody;
  /** Goes without the key, to an endpoint that asks for none. */
  readonly keyless?: true;
  /** What is sent and must not come back in an error, for example a password; undefined for what is left out. */
  readonly secrets?: readonly (string | undefined)[];
  /** The statuses that are an answer. @defaultValue [200] */
  readonly statuses?: readonly number[];
  /** Turns the body of an answer into the response; only JSON and nothing at all get here. @throws UndecodableError */
  readonly decode: (body: Uint8Array) => Response;
  readonly signal?: AbortSignal | undefined;
}

/** What every call of one client shares. */
export interface CallerOptions {
  readonly transport: Transport;
  /** Sent with every call; left out for a host that takes none. */
  readonly apiKey?: ApiKeySource | undefined;
  /** Milliseconds from the start of a call to its end, all attempts included. */
  readonly timeoutMs: number;
  /** Sends again what may have been paid for; says nothing of calls that cost nothing. @defaultValue false */
  readonly retryAmbiguous?: boolean;
  readonly retryRateLimited: boolean;
  readonly retryBudget: RetryBudget;
  readonly bulkhead: Bulkhead;
  /** The circuit of an endpoint that costs money; none where nothing does. */
  readonly circuitOf?: (endpoint: string) => CircuitBreaker;
  readonly clock: Clock;
}

/** Runs calls: one deadline each, sent again only where the money rule allows it, every failure a typed error. */
export class Caller {
  readonly #options: CallerOptions;
  readonly #running = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  /** @throws an {@link AnyCallError} */
  async run<Response>(call: Call<Response>): Promise<Response> {
    if (this.#closing) throw new ClientClosedError(endpointOf(call));
    const running = this.#run(call);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  async #run<Response>(call: Call<Response>): Promise<Response> {
    const { clock, timeoutMs } = this.#options;
    const deadline = new Deadline(clock, timeoutMs, call.signal);
    try {
      return await this.#runProtected(call, deadline);
    } finally {
      deadline.release();
    }
  }

  async #runProtected<Response>(call: Call<Response>, deadline: Deadline): Promise<Response> {
    const { bulkhead, circuitOf } = this.#options;
    const endpoint = endpointOf(call);
    const circuit = call.effect === 'paid' ? circuitOf?.(endpoint) : undefined;
    // Asked once more when it is this call's turn; but nobody is to wait for a turn that is a no already.
    circuit?.requireNotOpen();
    const send = () => this.#sendUntilSettled(call, deadline);
    return bulkhead.run(endpoint, deadline, circuit ? () => circuit.run(send) : send);
  }

  /** Refuses new calls, lets running ones finish, closes the connections. */
  close(): Promise<void> {
    this.#closing ??= this.#drain();
    return this.#closing;
  }

  async #drain(): Promise<void> {
    await Promise.allSettled(this.#running);
    this.#options.transport.close();
  }

  async #sendUntilSettled<Response>(call: Call<Response>, deadline: Deadline): Promise<Response> {
    const failed: FailedAttempt[] = [];
    for (;;) {
      try {
        const response = await this.#attempt(call, deadline);
        this.#options.retryBudget.earn();
        return response;
      } catch (error) {
        if (!(error instanceof DiditCallError)) throw error;
        if (failed.some(({ kind }) => kind === 'ambiguous')) error.afterAmbiguousAttempt();
        if (call.effect !== 'paid') error.ofFreeCall();
        const attempt = failedAttemptOf(error);
        const delayMs = attempt && this.#planRetry(attempt, { call, failed, deadline });
        if (!attempt || delayMs === undefined || !this.#options.retryBudget.take()) throw error;
        failed.push(attempt);
        await deadline.sleep(delayMs);
      }
    }
  }

  #planRetry(attempt: FailedAttempt, { call, failed, deadline }: Attempts): number | undefined {
    return planRetry(attempt, {
      earlier: failed.filter(({ kind }) => kind === attempt.kind).length,
      remainingMs: deadline.remainingMs(),
      retryAmbiguous: call.effect === 'read' || (call.effect === 'paid' && this.#options.retryAmbiguous === true),
      retryRateLimited: this.#options.retryRateLimited,
      random: this.#options.clock.random(),
    });
  }

  async #attempt<Response>(call: Call<Response>, deadline: Deadline): Promise<Response> {
    const { answer, key } = await this.#exchange(call, deadline);
    const endpoint = endpointOf(call);
    // A 200 that comes after the end was paid for, but nobody waits for it any more.
    if (deadline.ended()) throw this.#endedError(endpoint, deadline, answer.status === 200 ? 'yes' : 'unknown');
    const { statuses = [200], topic } = call;
    if (!statuses.includes(answer.status)) {
      // Whatever was sent to prove who asks must not come back in an error, however Didit words it.
      const secrets = [call.secrets, key].flat().filter((secret) => secret !== undefined);
      throw classifyAnswer({ endpoint, topic, secrets }, answer, this.#options.clock.date());
    }
    return decodeAnswer(endpoint, answer, call.decode);
  }

  async #exchange(call: Call<unknown>, deadline: Deadline): Promise<Exchanged> {
    const endpoint = endpointOf(call);
    if (deadline.ended()) throw this.#endedError(endpoint, deadline, 'no');
    try {
      const key = call.keyless ? undefined : await this.#readKey(endpoint, deadline);
      const exchanged = await this.#exchangeWith(key, call, deadline);
      return exchanged.answer.status === 401 ? await this.#exchangeRenewed(exchanged, call, deadline) : exchanged;
    } catch (error) {
      if (!deadline.ended() || error instanceof ApiKeyError) throw error;
      throw this.#endedError(endpoint, deadline, error instanceof DiditCallError ? error.billed : 'no');
    }
  }

  async #exchangeWith(key: string | undefined, call: Call<unknown>, deadline: Deadline): Promise<Exchanged> {
    const { method, path, body } = call;
    const headers: Header[] = [...(call.headers ?? [])];
    if (key !== undefined) headers.push(['x-api-key', key]);
    return { answer: await this.#options.transport.exchange({ method, path, body, headers, deadline }), key };
  }

  /**
   * A key that was refused may have been replaced in the meantime: asks for it once more, and sends again, which costs
   * nothing, where it is another; a key that is text is the same again.
   */
  async #exchangeRenewed(refused: Exchanged, call: Call<unknown>, deadline: Deadline): Promise<Exchanged> {
    if (refused.key === undefined) return refused;
    const key = await this.#readKeyOr(refused.key, call, deadline);
    return key === refused.key ? refused : this.#exchangeWith(key, call, deadline);
  }

  /** A key that cannot be had does not hide that the one before it was refused. */
  async #readKeyOr(refused: string, call: Call<unknown>, deadline: Deadline): Promise<string | undefined> {
    try {
      return await this.#readKey(endpointOf(call), deadline);
    } catch (error) {
      if (error instanceof ApiKeyError) return refused;
      throw error;
    }
  }

  async #readKey(endpoint: string, deadline: Deadline): Promise<string | undefined> {
    const { apiKey } = this.#options;
    if (apiKey === undefined) return undefined;
    try {
      return await deadline.race(readApiKey(apiKey, endpoint));
    } catch (error) {
      if (deadline.ended() !== 'timeout' || error instanceof ApiKeyError) throw error;
      // Not an end that says anything about Didit: it was not asked.
      throw new ApiKeyError(endpoint, 'the function did not give it in time');
    }
  }

  #endedError(endpoint: string, deadline: Deadline, billed: Billed): DiditCallError {
    return deadline.ended() === 'aborted'
      ? new AbortedError(endpoint, billed)
      : new TimeoutError(endpoint, this.#options.timeoutMs, { billed, ofOwnMaking: deadline.isOfOwnMaking() });
  }
}

/** A complete answer, and the key that it was asked with. */
interface Exchanged {
  readonly answer: WireAnswer;
  readonly key: string | undefined;
}

/** A call and how it went so far. */
interface Attempts {
  readonly call: Pick<Call<unknown>, 'effect'>;
  readonly failed: readonly FailedAttempt[];
  readonly deadline: Deadline;
}

/** What the money rule makes of an error; undefined for one that is never tried again. */
function failedAttemptOf(error: DiditCallError): FailedAttempt | undefined {
  if (error instanceof ConnectionError) {
    return error.sent ? { kind: 'ambiguous' } : { kind: 'not-sent', reason: error.reason };
  }
  if (error instanceof RateLimitError) return { kind: 'rate-limited', retryAfterMs: error.retryAfterMs };
  if (error instanceof UnavailableError) return { kind: error.status === 408 ? 'request-timeout' : 'ambiguous' };
  return undefined;
}

function decodeAnswer<Response>(
  endpoint: string,
  answer: WireAnswer,
  decode: (body: Uint8Array) => Response,
): Response {
  if (answer.status !== 204 && !/^application\/json\s*(;|$)/i.test(answer.header('content-type') ?? '')) {
    throw new BadResponseError(endpoint, 'it is not JSON by its content-type', answer.status);
  }
  try {
    return decode(answer.body);
  } catch (error) {
    if (error instanceof UndecodableError) throw new BadResponseError(endpoint, error.message, answer.status);
    throw error;
  }
}
