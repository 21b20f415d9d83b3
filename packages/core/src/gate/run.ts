import { randomUUID } from 'node:crypto';
import type { AnyCallError, Billed } from '../client/errors.js';
import type { Clock } from '../clock.js';
import type { Decision } from '../policy/decide.js';
import type { LivenessWarning } from '../wire/warning.js';
import { isFaceMatchRisk, isKnownRisk } from '../wire/warning-tags.js';
import type { CheckStep, DecidedEvent, FailedEvent, LivenessEventListener } from './events.js';
import { createProblem, type ProblemCode } from './problem.js';
import { type Grounds, LivenessRefusal, type OfProblem, type RefusalDetails } from './refusal.js';
import type { GateRefusal } from './result.js';
import type { Attempt } from './attempt.js';
import { givenText } from './given-text.js';
import type { Traffic, Visit } from './traffic.js';
import { problemOfCall } from './upstream.js';

/** What every run of a gate shares. @internal */
export interface RunContext {
  readonly clock: Clock;
  /** What the URI of a problem begins with. */
  readonly typeBase: string;
  readonly emit: LivenessEventListener;
  readonly traffic: Traffic;
}

/**
 * Takes one request through `check`, unless the gate drains.
 *
 * @throws whatever `check` throws; it is told of before
 * @internal
 */
export async function runThrough<Result>(
  context: RunContext,
  { correlationId, signal, refuse }: Pick<Attempt, 'correlationId' | 'signal' | 'refuse'>,
  check: (run: Run, signal: AbortSignal) => Promise<Result>,
): Promise<Result | GateRefusal> {
  const visit = context.traffic.enter(signal);
  const run = new Run(context, correlationId, visit);
  try {
    if (visit) return await check(run, visit.signal);
    await refuse?.();
    return run.refusedByDrain();
  } catch (error) {
    run.broke(error);
    throw error;
  } finally {
    visit?.leave();
  }
}

/** One request on its way: its name, its clock, and how each way ends, with the event that tells of it. @internal */
export class Run {
  readonly correlationId: string;
  readonly #context: RunContext;
  readonly #startedAt: number;
  readonly #visit: Visit | undefined;
  /** What another run pays, or paid, and tells of. */
  readonly #paidElsewhere = new Set<CheckStep>();
  #hasPaid = false;
  #grounds: Grounds | undefined;

  constructor(context: RunContext, correlationId: string | undefined, visit?: Visit) {
    this.#context = context;
    this.#visit = visit;
    const given = givenText(correlationId);
    this.correlationId = isCorrelationId(given) ? given : randomUUID();
    this.#startedAt = context.clock.now();
  }

  /** Why the request is refused, known from the decision on, whatever breaks on the way to the answer; undefined if it is not. */
  get grounds(): Grounds | undefined {
    return this.#grounds;
  }

  /** A call of this request was charged, whatever comes after it. */
  paid(): void {
    this.#hasPaid = true;
  }

  /** Another run was charged for this, and tells of it: sending the request again would be charged again. */
  paidElsewhere(step: CheckStep): void {
    this.#paidElsewhere.add(step);
  }

  /** Another request of the same person asked the same, and pays; sending this one again may have to pay by itself. */
  shared(step: CheckStep): void {
    this.paidElsewhere(step);
    this.#context.emit({ type: 'shared', step, ...this.#facts('no') });
  }

  /** Ended before anything was asked: the client is gone, or the gate stops. */
  cutOff(): GateRefusal | { readonly kind: 'aborted' } {
    return this.#isStopped() ? this.refusedByDrain() : this.#aborted(this.#facts('no'));
  }

  #isStopped(): boolean {
    return this.#visit?.isStopped() === true;
  }

  /** The gate takes no more requests. */
  refusedByDrain(): GateRefusal {
    return this.refused('liveness-unavailable', { closeConnection: true, retryAfterSeconds: 1 });
  }

  #aborted(facts: RunFacts): { readonly kind: 'aborted' } {
    this.#context.emit({ type: 'aborted', ...facts });
    return { kind: 'aborted' };
  }

  /** Refused for free. */
  refused(code: ProblemCode, details: RefusalDetails & OfProblem = {}): GateRefusal {
    this.#context.emit({ type: 'refused', code, ...this.#facts('no') });
    return this.#refusal(code, details);
  }

  /** Didit gave no usable answer. */
  failed(error: AnyCallError, step: CheckStep): GateRefusal | { readonly kind: 'aborted' } {
    const facts = this.#factsOf(error, step);
    if (error.code === 'aborted' && !this.#isStopped()) return this.#aborted(facts);
    const { code, retryAfterSeconds } = problemOfCall(error);
    this.#context.emit({ type: 'failed', step, code, ...upstreamFacts(error), ...facts });
    return this.#refusal(code, {
      cause: error,
      retryable: error.billed === 'no' && !this.#hasPaid && this.#paidElsewhere.size === 0,
      closeConnection: this.#isStopped(),
      retryAfterSeconds,
    });
  }

  /** Didit was unavailable, and the handler runs all the same. */
  skipped(error: AnyCallError, step: CheckStep): void {
    this.#context.emit({ type: 'skipped', step, ...upstreamFacts(error), ...this.#factsOf(error, step) });
  }

  #factsOf({ billed }: AnyCallError, step: CheckStep): RunFacts {
    if (this.#paidElsewhere.has(step)) return this.#facts('no');
    // What a selfie cost that a session was to follow was told with its decision.
    return step === 'session' ? { ...this.#facts(billed), billed } : this.#facts(billed);
  }

  /** Something of the application threw. */
  broke(error: unknown): void {
    const name: unknown = error instanceof Error ? error.name : undefined;
    const shown = typeof name === 'string' ? harmless(name) : 'unknown';
    this.#context.emit({ type: 'broken', error: shown, ...this.#facts('unknown') });
  }

  /** There is a decision; tells of it. */
  decided({ decision, warnings, code, requestId, checks, contradictions, image }: Decided): void {
    if (code !== null) this.#grounds = { code, details: { decision } };
    const risks = warnings.map(({ risk }) => risk);
    this.#context.emit({
      type: 'decided',
      outcome: decision.outcome,
      policyId: decision.policyId,
      rules: decision.reasons.map(({ rule }) => rule),
      risks: risks.filter(isCatalogued),
      unknownRisks: risks.filter((risk) => !isCatalogued(risk)).map(harmless),
      code,
      requestId,
      checks,
      contradictions,
      image,
      ...this.#facts('no'),
    });
  }

  /** The decision was no. */
  declined(code: ProblemCode, decision: Decision, ofProblem: OfProblem = {}): GateRefusal {
    return this.#refusal(code, { decision, ...ofProblem });
  }

  #refusal(code: ProblemCode, all: Grounds['details']): GateRefusal {
    this.#grounds = { code, details: all };
    const { hints, retryable, session, ...details } = all;
    const { correlationId } = this;
    const { typeBase } = this.#context;
    const problem = createProblem(code, { correlationId, typeBase, hints, retryable, session });
    return { kind: 'refused', refusal: new LivenessRefusal(problem, details) };
  }

  /** @param billed - what is known of the last call; what was paid before it stays paid */
  #facts(billed: Billed): RunFacts {
    const { clock } = this.#context;
    return {
      at: new Date(clock.date()).toISOString(),
      correlationId: this.correlationId,
      durationMs: Math.round(clock.now() - this.#startedAt),
      billed: this.#hasPaid ? ('yes' as const) : billed,
    };
  }
}

/** What an event says of a call that gave no usable answer. */
function upstreamFacts(error: AnyCallError): Pick<FailedEvent, 'error' | 'upstreamStatus'> {
  return { error: error.code, upstreamStatus: 'status' in error ? error.status : null };
}

/** What every event of a request says. */
type RunFacts = Pick<DecidedEvent, 'at' | 'correlationId' | 'durationMs' | 'billed'>;

/** What is told of a decision. */
interface Decided extends Pick<DecidedEvent, 'code' | 'requestId' | 'checks' | 'contradictions' | 'image'> {
  readonly decision: Decision;
  readonly warnings: readonly LivenessWarning[];
}

function isCatalogued(risk: string): boolean {
  return isKnownRisk(risk) || isFaceMatchRisk(risk);
}

/** Stands in an answer, in log lines of others and in the metadata of a session; what is odd there is replaced. */
function isCorrelationId(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]{1,128}$/.test(value);
}

/** A tag from outside as it may stand in a log line. */
function harmless(risk: string): string {
  return risk.replace(/[^A-Za-z0-9_]/g, '').slice(0, 64);
}
