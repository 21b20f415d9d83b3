import { randomUUID } from 'node:crypto';
import type { AnyCallError, Billed } from '../client/errors.js';
import type { Clock } from '../clock.js';
import type { Decision } from '../policy/decide.js';
import type { LivenessWarning } from '../wire/warning.js';
import { isFaceMatchRisk, isKnownRisk } from '../wire/warning-tags.js';
import type { CheckStep, DecidedEvent, LivenessEventListener } from './events.js';
import { createProblem, type ProblemCode, type ProblemDetails } from './problem.js';
import { LivenessRefusal, type RefusalDetails } from './refusal.js';
import type { GateRefusal } from './result.js';
import { problemOfCall } from './upstream.js';

/** What every run of a gate shares. @internal */
export interface RunContext {
  readonly clock: Clock;
  /** What the URI of a problem begins with. */
  readonly typeBase: string;
  readonly emit: LivenessEventListener;
}

/** One request on its way: its name, its clock, and how each way ends, with the event that tells of it. @internal */
export class Run {
  readonly correlationId: string;
  readonly #context: RunContext;
  readonly #startedAt: number;
  #hasPaid = false;
  #wasPaidBefore = false;

  constructor(context: RunContext, correlationId: string | undefined) {
    this.#context = context;
    this.correlationId = isCorrelationId(correlationId) ? correlationId : randomUUID();
    this.#startedAt = context.clock.now();
  }

  /** A call of this request was charged, whatever comes after it. */
  paid(): void {
    this.#hasPaid = true;
  }

  /** An earlier guard of the same request was charged, and told of it: sending the request again would be charged again. */
  paidBefore(): void {
    this.#wasPaidBefore = true;
  }

  /** The client is gone. */
  aborted(billed: Billed): { readonly kind: 'aborted' } {
    return this.#aborted(this.#facts(billed));
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
    // What a selfie cost that a session was to follow was told with its decision.
    const own = step === 'session' ? { billed: error.billed } : {};
    const facts = { ...this.#facts(error.billed), ...own };
    if (error.code === 'aborted') return this.#aborted(facts);
    const { code, retryAfterSeconds } = problemOfCall(error);
    const upstreamStatus = 'status' in error ? error.status : null;
    this.#context.emit({ type: 'failed', step, code, error: error.code, upstreamStatus, ...facts });
    return this.#refusal(code, {
      cause: error,
      retryable: error.billed === 'no' && !this.#hasPaid && !this.#wasPaidBefore,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    });
  }

  /** Something of the application threw. */
  broke(error: unknown): void {
    const name: unknown = error instanceof Error ? error.name : undefined;
    const shown = typeof name === 'string' ? harmless(name) : 'unknown';
    this.#context.emit({ type: 'broken', error: shown, ...this.#facts('unknown') });
  }

  /** There is a decision; tells of it. */
  decided({ decision, warnings, ...facts }: Decided): void {
    const risks = warnings.map(({ risk }) => risk);
    this.#context.emit({
      type: 'decided',
      outcome: decision.outcome,
      policyId: decision.policyId,
      rules: decision.reasons.map(({ rule }) => rule),
      risks: risks.filter(isCatalogued),
      unknownRisks: risks.filter((risk) => !isCatalogued(risk)).map(harmless),
      ...facts,
      ...this.#facts('no'),
    });
  }

  /** The decision was no. */
  declined(code: ProblemCode, decision: Decision, ofProblem: OfProblem = {}): GateRefusal {
    return this.#refusal(code, { decision, ...ofProblem });
  }

  #refusal(code: ProblemCode, { hints, retryable, session, ...details }: RefusalDetails & OfProblem): GateRefusal {
    const { typeBase } = this.#context;
    const problem = createProblem(code, {
      correlationId: this.correlationId,
      typeBase,
      ...(hints === undefined ? {} : { hints }),
      ...(retryable === undefined ? {} : { retryable }),
      ...(session === undefined ? {} : { session }),
    });
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

/** What every event of a request says. */
type RunFacts = Pick<DecidedEvent, 'at' | 'correlationId' | 'durationMs' | 'billed'>;

/** What of a refusal goes into its problem. */
type OfProblem = Pick<ProblemDetails, 'hints' | 'retryable' | 'session'>;

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
