import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type CallOutcome, isOutage, outcomeOfFailure } from '../src/client/call-outcome.js';
import {
  CircuitBreaker,
  type CircuitBreakerOptions,
  type CircuitChange,
  createCircuits,
  resolveCircuitBreaker,
} from '../src/client/circuit-breaker.js';
import {
  AbortedError,
  type AnswerFacts,
  type AnyCallError,
  ApiKeyError,
  AuthenticationError,
  BadRequestError,
  BadResponseError,
  CircuitOpenError,
  ClientClosedError,
  ConnectionError,
  InsufficientCreditsError,
  NotFoundError,
  OverloadedError,
  PermissionError,
  RateLimitError,
  TimeoutError,
  UnavailableError,
  UnexpectedStatusError,
} from '../src/client/errors.js';
import { planRetry } from '../src/client/retry.js';
import { RetryBudget } from '../src/client/retry-budget.js';
import { FakeClock } from './support/fake-clock.js';
import { rejectionOf } from './support/server.js';

const ENDPOINT = 'POST /v3/passive-liveness/';
const NO_CREDITS_MS = 60_000;

function facts(status: number): AnswerFacts {
  return { endpoint: ENDPOINT, status, requestId: null, body: '', retryAfterMs: undefined };
}

/** An error of each kind, by what it says of the service. */
const FAILURES = {
  unavailable: [
    new ConnectionError(ENDPOINT, false, 'ECONNREFUSED'),
    new TimeoutError(ENDPOINT, 1, { billed: 'unknown' }),
    new UnavailableError(facts(500), 'unknown'),
  ],
  unusable: [new BadResponseError(ENDPOINT, 'no', 200), new UnexpectedStatusError(facts(302), 'unknown')],
  refused: [
    new AuthenticationError(facts(401)),
    new InsufficientCreditsError(facts(402)),
    new PermissionError({ ...facts(403), body: '{"detail":"You do not have permission to perform this action."}' }),
    new PermissionError({ ...facts(403), body: '\n{ "detail" : "No." }' }),
  ],
  answered: [
    new BadRequestError(facts(400), 'image'),
    new BadRequestError(facts(413), 'image-size'),
    new NotFoundError(facts(404)),
    new UnexpectedStatusError(facts(400), 'no'),
    new UnexpectedStatusError(facts(415), 'no'),
    // A firewall that dislikes a picture.
    new PermissionError(facts(403)),
    new PermissionError({ ...facts(403), body: '{"message":"Forbidden"}', complaints: ['Forbidden'] }),
    new PermissionError({ ...facts(403), body: '{"error":{"detail":"Forbidden"}}' }),
  ],
  nothing: [
    new RateLimitError(facts(429)),
    new AbortedError(ENDPOINT, 'unknown'),
    new ApiKeyError(ENDPOINT, 'none'),
    new ClientClosedError(ENDPOINT),
    new OverloadedError(ENDPOINT),
    new TimeoutError(ENDPOINT, 1, { billed: 'yes', ofOwnMaking: true }),
    new ConnectionError(ENDPOINT, false, 'EMFILE'),
    new CircuitOpenError(ENDPOINT, 'unavailable', 1),
    new Error('a fault of our own'),
    undefined,
  ],
} as const satisfies Record<CallOutcome, readonly unknown[]>;

const [UNAVAILABLE] = FAILURES.unavailable;
const [UNUSABLE] = FAILURES.unusable;
const [REFUSED] = FAILURES.refused;

function circuitOf(options: CircuitBreakerOptions = {}, clock = new FakeClock()) {
  const changes: CircuitChange[] = [];
  const circuit = new CircuitBreaker({
    ...resolveCircuitBreaker('circuit', options),
    endpoint: ENDPOINT,
    clock,
    tell: (_endpoint, change) => changes.push(change),
  });
  const answers = () => circuit.run(async () => 'answer');
  const fails = (failure: unknown = UNAVAILABLE) =>
    rejectionOf(
      circuit.run(async () => {
        throw failure;
      }),
    );
  return { circuit, clock, changes, answers, fails };
}

async function times(count: number, act: () => Promise<unknown>): Promise<void> {
  for (let done = 0; done < count; done += 1) await act();
}

describe('outcomeOfFailure', () => {
  it.each(Object.entries(FAILURES).flatMap(([outcome, errors]) => errors.map((error) => ({ outcome, error }))))(
    'says $outcome of $error (E15, E16)',
    ({ outcome, error }) => {
      expect(outcomeOfFailure(error)).toBe(outcome);
    },
  );
});

describe('isOutage', () => {
  it.each([
    ...FAILURES.unavailable,
    new CircuitOpenError(ENDPOINT, 'unavailable', 1),
    new ConnectionError(ENDPOINT, true, 'ECONNRESET'),
  ])('is true of %p (F05)', (error) => {
    expect(isOutage(error)).toBe(true);
  });

  it.each([
    ...FAILURES.unusable,
    ...FAILURES.refused,
    ...FAILURES.answered,
    ...FAILURES.nothing.slice(0, 5),
    new CircuitOpenError(ENDPOINT, 'unusable', 1),
    new CircuitOpenError(ENDPOINT, 'refused', 1),
    new TimeoutError(ENDPOINT, 1, { billed: 'unknown', ofOwnMaking: true }),
    ...['EADDRNOTAVAIL', 'EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'].map(
      (reason) => new ConnectionError(ENDPOINT, false, reason),
    ),
  ])('is false of %p (F12)', (error) => {
    expect(isOutage(error as AnyCallError)).toBe(false);
  });
});

describe('resolveCircuitBreaker', () => {
  it.each<CircuitBreakerOptions>([
    { failureRatio: 0.01, minimumCalls: 1, windowMs: 1_000, openMs: 100 },
    { failureRatio: 1, minimumCalls: 10_000, windowMs: 600_000, openMs: 600_000, enabled: false },
  ])('takes %j, and nothing is added later', (options) => {
    const resolved = resolveCircuitBreaker('circuit', options);

    expect(resolved).toEqual({ enabled: true, ...options });
    expect(Object.isFrozen(resolved)).toBe(true);
  });

  it.each<[CircuitBreakerOptions, string]>([
    [{ failureRatio: 0 }, 'circuit.failureRatio'],
    [{ failureRatio: 50 }, 'circuit.failureRatio'],
    [{ failureRatio: 1.01 }, 'circuit.failureRatio'],
    [{ minimumCalls: 0 }, 'circuit.minimumCalls'],
    [{ minimumCalls: 10_001 }, 'circuit.minimumCalls'],
    [{ windowMs: 999 }, 'circuit.windowMs'],
    [{ windowMs: 600_001 }, 'circuit.windowMs'],
    [{ openMs: 99 }, 'circuit.openMs'],
    [{ openMs: 600_001 }, 'circuit.openMs'],
    [{ openMs: Number.POSITIVE_INFINITY }, 'circuit.openMs'],
    [{ enabled: 1 as unknown as boolean }, 'circuit.enabled'],
    [{ halfOpenMs: 1 } as CircuitBreakerOptions, 'circuit.halfOpenMs'],
  ])('refuses %j (P23)', (options, option) => {
    expect(() => resolveCircuitBreaker('circuit', options)).toThrow(expect.objectContaining({ option }));
  });
});

describe('a circuit', () => {
  it('opens when half of the calls fail, of twenty at least (E15)', async () => {
    const { answers, fails, changes } = circuitOf();

    await times(10, answers);
    await times(9, fails);
    expect(changes).toEqual([]);

    await fails();

    expect(changes).toEqual([{ state: 'open', because: 'unavailable', openMs: 10_000 }]);
    expect(await fails()).toMatchObject({ code: 'circuit-open', because: 'unavailable', retryAfterMs: 10_000 });
  });

  it('stays closed while less than half of many calls fail (E15)', async () => {
    const { answers, fails, changes } = circuitOf();

    await times(31, answers);
    await times(30, fails);

    expect(changes).toEqual([]);
  });

  it('makes no call while it is open, and says how long that lasts (E15, F05)', async () => {
    const { circuit, fails, clock } = circuitOf({ minimumCalls: 1 });
    await fails();
    clock.advance(4_000);
    let calls = 0;

    const error = await rejectionOf(circuit.run(async () => (calls += 1)));

    expect(error).toMatchObject({ code: 'circuit-open', billed: 'no', retryable: true, retryAfterMs: 6_000 });
    expect(() => circuit.requireNotOpen()).toThrow(expect.objectContaining({ code: 'circuit-open' }));
    expect(calls).toBe(0);
  });

  it('lets one call find out, and only one at a time, and closes when that is answered (E15)', async () => {
    const { circuit, fails, answers, clock, changes } = circuitOf({ minimumCalls: 1 });
    await fails();
    clock.advance(10_000);
    let answer = (_text: string): void => {};
    const probe = circuit.run(() => new Promise<string>((resolve) => (answer = resolve)));

    expect(await fails()).toMatchObject({ code: 'circuit-open', retryAfterMs: 10_000 });
    answer('answer');

    expect(await probe).toBe('answer');
    expect(await answers()).toBe('answer');
    expect(changes.map(({ state }) => state)).toEqual(['open', 'half-open', 'closed']);
  });

  it('opens again when the one that finds out fails', async () => {
    const { fails, clock, changes } = circuitOf({ minimumCalls: 1 });
    await fails();
    clock.advance(10_000);
    await fails(UNUSABLE);

    expect(changes.map(({ state, because }) => [state, because])).toEqual([
      ['open', 'unavailable'],
      ['half-open', null],
      ['open', 'unusable'],
    ]);
  });

  it('lets the next one find out when the first found out nothing', async () => {
    const { fails, answers, clock, changes } = circuitOf({ minimumCalls: 1 });
    await fails();
    clock.advance(10_000);

    await fails(FAILURES.nothing[1]);

    expect(await answers()).toBe('answer');
    expect(changes.map(({ state }) => state)).toEqual(['open', 'half-open', 'closed']);
  });

  it.each([
    ['a key', FAILURES.refused[0], 10_000],
    ['missing credits', FAILURES.refused[1], NO_CREDITS_MS],
    ['a permission', FAILURES.refused[2], 10_000],
  ])('opens at once when Didit refuses %s (C02, C03, C04, E15)', async (_name, error, openMs) => {
    const { fails, changes } = circuitOf();

    await fails(error);

    expect(changes).toEqual([{ state: 'open', because: 'refused', openMs }]);
  });

  it('never stays open for less than it is told to for want of credits', async () => {
    const { fails, changes } = circuitOf({ openMs: 90_000 });

    await fails(FAILURES.refused[1]);

    expect(changes).toMatchObject([{ openMs: 90_000 }]);
  });

  it.each(FAILURES.answered)('is closed after any number of refused pictures: %p (E16)', async (error) => {
    const { fails, answers, changes } = circuitOf({ minimumCalls: 1 });

    await times(500, () => fails(error));

    expect(await answers()).toBe('answer');
    expect(changes).toEqual([]);
  });

  it('opens because of answers that cannot be used as soon as there is one among the failures', async () => {
    const { fails, changes } = circuitOf({ minimumCalls: 3 });

    await fails(UNUSABLE);
    await times(2, fails);

    expect(changes).toMatchObject([{ because: 'unusable' }]);
  });

  it('forgets what is older than the window', async () => {
    const { fails, answers, clock, changes } = circuitOf({ minimumCalls: 4, windowMs: 10_000 });

    await times(3, fails);
    clock.advance(10_000);
    await times(2, answers);
    await fails();

    expect(changes).toEqual([]);
  });

  it('takes no notice of a call that began before it changed', async () => {
    const { circuit, fails, clock, answers, changes } = circuitOf({ minimumCalls: 1 });
    let fail = (_error: unknown): void => {};
    const slow = rejectionOf(circuit.run(() => new Promise((_, reject) => (fail = reject))));
    await fails();
    clock.advance(10_000);
    await answers();

    fail(UNAVAILABLE);
    await slow;

    expect(changes.map(({ state }) => state)).toEqual(['open', 'half-open', 'closed']);
  });

  it('stays open for up to a fifth longer, by chance, so that processes do not all try in the same moment (P17)', async () => {
    const { fails, changes } = circuitOf({ minimumCalls: 1 }, new FakeClock({ random: 0.5 }));

    await fails();

    expect(changes).toMatchObject([{ openMs: 11_000 }]);
  });

  it('stays open for whole milliseconds', async () => {
    const { fails, changes } = circuitOf({ minimumCalls: 1, openMs: 101 }, new FakeClock({ random: 0.5 }));

    await fails();

    expect(changes).toMatchObject([{ openMs: 111 }]);
  });

  it('lets everything through when it is off', async () => {
    const { fails, answers, changes } = circuitOf({ enabled: false, minimumCalls: 1 });

    await times(50, () => fails(REFUSED));

    expect(await answers()).toBe('answer');
    expect(changes).toEqual([]);
  });

  it('is another one for each endpoint, and the same for the same', () => {
    const circuits = createCircuits({
      ...resolveCircuitBreaker('circuit', {}),
      clock: new FakeClock(),
      tell: () => {},
    });

    expect(circuits('a')).toBe(circuits('a'));
    expect(circuits('a')).not.toBe(circuits('b'));
  });
});

/** A plain model of a circuit: the whole history, looked through at each step. */
interface CircuitModel {
  nowMs: number;
  era: number;
  history: { era: number; atMs: number; outcome: CallOutcome }[];
  openUntilMs: number | undefined;
  probing: number | undefined;
  running: { id: number; era: number }[];
  started: number;
}

/** The circuit under test, and its calls that have not ended. */
interface RealCircuit {
  readonly circuit: CircuitBreaker;
  readonly clock: FakeClock;
  readonly settle: Map<number, (outcome: CallOutcome) => Promise<void>>;
}

const SETTINGS = { minimumCalls: 4, failureRatio: 0.5, windowMs: 10_000, openMs: 3_000 };

class Begin implements fc.AsyncCommand<CircuitModel, RealCircuit> {
  check = () => true;
  toString = () => 'begin';

  async run(model: CircuitModel, { circuit, settle }: RealCircuit): Promise<void> {
    const id = (model.started += 1);
    let began = false;
    let end = (_error: unknown): void => {};
    const result = circuit
      .run(() => {
        began = true;
        return new Promise<void>((resolve, reject) => {
          end = (error) => (error === 'answered' ? resolve() : reject(error));
        });
      })
      .catch(() => {});
    settle.set(id, async (outcome) => {
      end(outcome === 'answered' ? 'answered' : FAILURES[outcome][0]);
      await result;
    });

    const mayTry = model.openUntilMs === undefined || (model.nowMs >= model.openUntilMs && model.probing === undefined);
    expect(began).toBe(mayTry);
    if (!mayTry) return;
    if (model.openUntilMs !== undefined) model.probing = id;
    model.running.push({ id, era: model.era });
  }
}

class End implements fc.AsyncCommand<CircuitModel, RealCircuit> {
  constructor(
    readonly index: number,
    readonly outcome: CallOutcome,
  ) {}
  check = ({ running }: Readonly<CircuitModel>) => running.length > 0;
  toString = () => `end(${this.index}, ${this.outcome})`;

  async run(model: CircuitModel, { settle }: RealCircuit): Promise<void> {
    const [ended] = model.running.splice(this.index % model.running.length, 1);
    if (!ended) throw new Error('nothing runs');
    await settle.get(ended.id)?.(this.outcome);
    if (ended.era !== model.era) return;
    const wasProbe = model.probing === ended.id;
    if (wasProbe) model.probing = undefined;
    if (this.outcome === 'nothing') return;
    if (wasProbe && this.outcome === 'answered') this.#change(model, undefined);
    else if (wasProbe || this.outcome === 'refused') this.#change(model, model.nowMs + SETTINGS.openMs);
    else this.#count(model);
  }

  #count(model: CircuitModel): void {
    model.history.push({ era: model.era, atMs: model.nowMs, outcome: this.outcome });
    const slice = (atMs: number) => Math.floor(atMs / (SETTINGS.windowMs / 10));
    const recent = model.history.filter(({ era, atMs }) => era === model.era && slice(atMs) > slice(model.nowMs) - 10);
    const failed = recent.filter(({ outcome }) => outcome !== 'answered').length;
    if (recent.length < SETTINGS.minimumCalls || failed / recent.length < SETTINGS.failureRatio) return;
    this.#change(model, model.nowMs + SETTINGS.openMs);
  }

  #change(model: CircuitModel, openUntilMs: number | undefined): void {
    model.era += 1;
    model.openUntilMs = openUntilMs;
  }
}

class Pass implements fc.AsyncCommand<CircuitModel, RealCircuit> {
  constructor(readonly ms: number) {}
  check = () => true;
  toString = () => `pass(${this.ms})`;

  async run(model: CircuitModel, { clock }: RealCircuit): Promise<void> {
    model.nowMs += this.ms;
    clock.advance(this.ms);
  }
}

describe('a circuit under any order of calls, answers and time', () => {
  it('lets through exactly what a plain model lets through (E15, E16, P17)', async () => {
    const outcomes = fc.constantFrom<CallOutcome>(
      'answered',
      'answered',
      'unavailable',
      'unavailable',
      'unusable',
      'nothing',
      'refused',
    );
    const commands = fc.commands(
      [
        fc.constant(new Begin()),
        fc.tuple(fc.nat(5), outcomes).map(([index, outcome]) => new End(index, outcome)),
        fc.integer({ min: 1, max: 4_000 }).map((ms) => new Pass(ms)),
      ],
      { maxCommands: 80 },
    );
    await fc.assert(
      fc.asyncProperty(commands, async (steps) => {
        const clock = new FakeClock();
        const { circuit } = circuitOf(SETTINGS, clock);
        const model: CircuitModel = {
          nowMs: clock.now(),
          era: 0,
          history: [],
          openUntilMs: undefined,
          probing: undefined,
          running: [],
          started: 0,
        };
        await fc.asyncModelRun(() => ({ model, real: { circuit, clock, settle: new Map() } }), steps);
      }),
      { numRuns: 150 },
    );
  });
});

describe('an outage of half an hour, on twenty processes with forty requests a second in all', () => {
  const REPLICAS = 20;
  const STEP_MS = 500; // Two requests a second on each.
  const OUTAGE_MS = 30 * 60_000;

  /** One request of one process: what it sends, with the retries that the money rule and the budget allow. */
  function replica(random: number) {
    const clock = new FakeClock({ random });
    const { circuit } = circuitOf({}, clock);
    const budget = new RetryBudget(20, () => {});
    async function request(isUp: boolean): Promise<{ sent: number; passed: boolean }> {
      let sent = 0;
      const attempt = async () => {
        for (let earlier = 0; ; earlier += 1) {
          sent += 1;
          if (isUp) return budget.earn();
          const delayMs = planRetry(
            { kind: 'not-sent', reason: 'ECONNREFUSED' },
            { earlier, remainingMs: 10_000, retryAmbiguous: false, retryRateLimited: true, random },
          );
          if (delayMs === undefined || !budget.take()) throw UNAVAILABLE;
        }
      };
      const passed = await circuit.run(attempt).then(
        () => true,
        () => false,
      );
      return { sent, passed };
    }
    return { clock, request };
  }

  it('is met with less than a tenth of the traffic, and is over within one interval, without a herd (F05, E13, P17)', async () => {
    const replicas = Array.from({ length: REPLICAS }, (_, index) => replica(index / REPLICAS));
    let requests = 0;
    let sentInOutage = 0;
    for (let atMs = 0; atMs < OUTAGE_MS; atMs += STEP_MS) {
      for (const { clock, request } of replicas) {
        requests += 1;
        sentInOutage += (await request(false)).sent;
        clock.advance(STEP_MS);
      }
    }
    // Twenty calls to find out, twenty retries, then at most one call in ten seconds.
    expect(sentInOutage).toBeLessThanOrEqual(REPLICAS * (20 + 20 + OUTAGE_MS / 10_000));
    expect(sentInOutage / requests).toBeLessThan(0.1);

    const sentPerStep: number[] = [];
    for (let atMs = 0; atMs < 12_500; atMs += STEP_MS) {
      let sent = 0;
      for (const { clock, request } of replicas) {
        sent += (await request(true)).sent;
        clock.advance(STEP_MS);
      }
      sentPerStep.push(sent);
    }
    expect(Math.max(...sentPerStep)).toBeLessThanOrEqual(REPLICAS);
    expect(sentPerStep.at(-1)).toBe(REPLICAS);
  });
});
