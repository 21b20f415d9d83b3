import type { Clock } from '../clock.js';
import { aBoolean, checkOptions, integerFrom, numberFrom, type OptionChecks } from '../options.js';
import { type CallOutcome, outcomeOfFailure } from './call-outcome.js';
import { type CircuitCause, CircuitOpenError } from './errors.js';

/** When calls are stopped because Didit fails. Each endpoint that costs money has a circuit of its own. */
export interface CircuitBreakerOptions {
  /** `false` lets every call try. @defaultValue true */
  readonly enabled?: boolean;
  /** Share of failed calls from which a circuit opens; 0.01 to 1. @defaultValue 0.5 */
  readonly failureRatio?: number;
  /** Calls within the window before the share means anything; 1 to 10_000. @defaultValue 20 */
  readonly minimumCalls?: number;
  /** Milliseconds that calls are remembered; 1_000 to 600_000. @defaultValue 30_000 */
  readonly windowMs?: number;
  /**
   * Milliseconds until one call may find out whether it works again; 100 to 600_000. Up to a fifth is added by chance,
   * and a missing credit takes a minute at least. @defaultValue 10_000
   */
  readonly openMs?: number;
}

const DEFAULTS = {
  enabled: true,
  failureRatio: 0.5,
  minimumCalls: 20,
  windowMs: 30_000,
  openMs: 10_000,
} satisfies Required<CircuitBreakerOptions>;

const CHECKS: OptionChecks<CircuitBreakerOptions> = {
  enabled: aBoolean,
  failureRatio: numberFrom(0.01, 1),
  minimumCalls: integerFrom(1, 10_000),
  windowMs: integerFrom(1_000, 600_000),
  openMs: integerFrom(100, 600_000),
};

/** The options, complete. @throws {@link InvalidOptionError} */
export function resolveCircuitBreaker(path: string, options: CircuitBreakerOptions): Required<CircuitBreakerOptions> {
  return Object.freeze({ ...DEFAULTS, ...checkOptions(path, options, CHECKS) });
}

/** A circuit opened, lets one call find out, or closed. */
export type CircuitChange =
  | { readonly state: 'open'; readonly because: CircuitCause; readonly openMs: number }
  | { readonly state: 'half-open' | 'closed'; readonly because: null; readonly openMs: null };

/** Circuits by endpoint, made when they are first asked for. */
export function createCircuits(parts: Omit<CircuitBreakerParts, 'endpoint'>): (endpoint: string) => CircuitBreaker {
  const circuits = new Map<string, CircuitBreaker>();
  return (endpoint) => {
    const circuit = circuits.get(endpoint) ?? new CircuitBreaker({ ...parts, endpoint });
    circuits.set(endpoint, circuit);
    return circuit;
  };
}

/** What a circuit is made of. */
export interface CircuitBreakerParts extends Required<CircuitBreakerOptions> {
  /** For example `POST /v3/passive-liveness/`. */
  readonly endpoint: string;
  readonly clock: Clock;
  /** Told of every change. */
  readonly tell: (endpoint: string, change: CircuitChange) => void;
}

/** A circuit that is not closed. */
interface Opening {
  readonly until: number;
  readonly because: CircuitCause;
  /** One call finds out. */
  isProbing: boolean;
  hasToldProbe: boolean;
}

/** The calls of one slice of the window, by what they found out. */
type Slice = Record<Countable, number>;
type Countable = Exclude<CallOutcome, 'nothing' | 'refused'>;

/** The window forgets one slice at a time. */
const SLICES = 10;

/** Nobody tops up an account within seconds. */
const NO_CREDITS_OPEN_MS = 60_000;

/** Stops the calls of one endpoint while it fails: they would wait for nothing, and might be charged for nothing. */
export class CircuitBreaker {
  readonly #parts: CircuitBreakerParts;
  #opening: Opening | undefined;
  /** Counts changes: a call that began before the last one says nothing about the time after it. */
  #era = 0;
  readonly #slices = new Map<number, Slice>();

  constructor(parts: CircuitBreakerParts) {
    this.#parts = parts;
  }

  /** @throws {@link CircuitOpenError} while no call may try */
  requireNotOpen(): void {
    if (!this.#opening) return;
    const { endpoint, clock, openMs } = this.#parts;
    const { until, because, isProbing } = this.#opening;
    const leftMs = until - clock.now();
    if (leftMs > 0) throw new CircuitOpenError(endpoint, because, leftMs);
    // How long the call that finds out will take is not known.
    if (isProbing) throw new CircuitOpenError(endpoint, because, openMs);
  }

  /** What the call gives or throws. @throws {@link CircuitOpenError} while no call may try; it is not made then */
  async run<Response>(call: () => Promise<Response>): Promise<Response> {
    if (!this.#parts.enabled) return call();
    this.requireNotOpen();
    if (this.#opening) this.#probe(this.#opening);
    const era = this.#era;
    try {
      const response = await call();
      this.#settle(era, 'answered');
      return response;
    } catch (error) {
      this.#settle(era, outcomeOfFailure(error), error);
      throw error;
    }
  }

  #probe(opening: Opening): void {
    opening.isProbing = true;
    // The first one after each opening: one that finds out nothing is followed by the next at once.
    if (opening.hasToldProbe) return;
    opening.hasToldProbe = true;
    this.#tell({ state: 'half-open', because: null, openMs: null });
  }

  #settle(era: number, outcome: CallOutcome, error?: unknown): void {
    if (era !== this.#era) return;
    if (this.#opening) this.#opening.isProbing = false;
    if (outcome === 'nothing') return;
    if (this.#opening && outcome === 'answered') this.#close();
    else if (this.#opening || outcome === 'refused')
      this.#open(outcome as CircuitCause, error); // Answers end above.
    else this.#count(outcome);
  }

  #count(outcome: Countable): void {
    this.#currentSlice()[outcome] += 1;

    const { minimumCalls, failureRatio } = this.#parts;
    const unusable = this.#sumOf('unusable');
    const failed = unusable + this.#sumOf('unavailable');
    const calls = failed + this.#sumOf('answered');
    if (calls < minimumCalls || failed < failureRatio * calls) return;
    // Only what is nothing but an outage is called one: a route may let requests through in it.
    this.#open(unusable > 0 ? 'unusable' : 'unavailable');
  }

  #currentSlice(): Slice {
    const { clock, windowMs } = this.#parts;
    const number = Math.floor(clock.now() / (windowMs / SLICES));
    for (const earlier of this.#slices.keys()) if (earlier <= number - SLICES) this.#slices.delete(earlier);
    const slice = this.#slices.get(number) ?? { answered: 0, unavailable: 0, unusable: 0 };
    this.#slices.set(number, slice);
    return slice;
  }

  #sumOf(outcome: Countable): number {
    return [...this.#slices.values()].reduce((sum, slice) => sum + slice[outcome], 0);
  }

  #open(because: CircuitCause, error?: unknown): void {
    const { clock, openMs } = this.#parts;
    const leastMs = hasNoCredits(error) ? Math.max(openMs, NO_CREDITS_OPEN_MS) : openMs;
    // By chance a little longer, so that many processes do not try again in the same moment.
    const longMs = Math.round(leastMs * (1 + clock.random() / 5));
    this.#opening = { until: clock.now() + longMs, because, isProbing: false, hasToldProbe: false };
    this.#turn();
    this.#tell({ state: 'open', because, openMs: longMs });
  }

  #close(): void {
    this.#opening = undefined;
    this.#turn();
    this.#tell({ state: 'closed', because: null, openMs: null });
  }

  #tell(change: CircuitChange): void {
    this.#parts.tell(this.#parts.endpoint, change);
  }

  #turn(): void {
    this.#era += 1;
    this.#slices.clear();
  }
}

/** By its shape, as every error of a call is. */
function hasNoCredits(error: unknown): boolean {
  return Object(error).code === 'insufficient-credits';
}
