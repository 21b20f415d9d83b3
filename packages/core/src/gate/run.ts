import { randomUUID } from 'node:crypto';
import type { AnyCallError, Billed } from '../client/errors.js';
import type { Clock } from '../clock.js';
import type { Decision } from '../policy/decide.js';
import { isKnownRisk } from '../wire/warning-tags.js';
import type { Checked } from './checked.js';
import type { LivenessEventListener } from './events.js';
import { createProblem, type ProblemCode, type ProblemDetails, type ProblemHint } from './problem.js';
import { LivenessRefusal, type RefusalDetails } from './refusal.js';
import type { GateResult } from './result.js';
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

  constructor(context: RunContext, correlationId: string = randomUUID()) {
    this.#context = context;
    this.correlationId = correlationId;
    this.#startedAt = context.clock.now();
  }

  /** The client is gone. */
  aborted(billed: Billed): GateResult {
    this.#context.emit({ type: 'aborted', ...this.#facts(billed) });
    return { kind: 'aborted' };
  }

  /** Refused for free. */
  refused(code: ProblemCode, details: RefusalDetails & OfProblem = {}): GateResult {
    this.#context.emit({ type: 'refused', code, ...this.#facts('no') });
    return this.#refusal(code, details);
  }

  /** Didit gave no usable answer. */
  failed(error: AnyCallError): GateResult {
    if (error.code === 'aborted') return this.aborted(error.billed);
    const { code, retryAfterSeconds } = problemOfCall(error);
    const upstreamStatus = 'status' in error ? error.status : null;
    this.#context.emit({ type: 'failed', code, error: error.code, upstreamStatus, ...this.#facts(error.billed) });
    return this.#refusal(code, {
      cause: error,
      retryable: error.billed === 'no',
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
  decided({ checked, decision, code, billed }: Decided): void {
    const { response, picture } = checked;
    const { warnings, contradictions } = response.liveness;
    const risks = warnings.map(({ risk }) => risk);
    const { type, size, width, height } = picture;
    this.#context.emit({
      type: 'decided',
      outcome: decision.outcome,
      code,
      requestId: response.requestId,
      policyId: decision.policyId,
      rules: decision.reasons.map(({ rule }) => rule),
      risks: risks.filter(isKnownRisk),
      unknownRisks: risks.filter((risk) => !isKnownRisk(risk)).map(harmless),
      contradictions,
      image: { type, size, width, height },
      ...this.#facts(billed),
    });
  }

  /** The decision was no. */
  declined(code: ProblemCode, decision: Decision, hints: readonly ProblemHint[]): GateResult {
    return this.#refusal(code, { decision, hints });
  }

  #refusal(code: ProblemCode, { hints, retryable, ...details }: RefusalDetails & OfProblem): GateResult {
    const { typeBase } = this.#context;
    const problem = createProblem(code, {
      correlationId: this.correlationId,
      typeBase,
      ...(hints === undefined ? {} : { hints }),
      ...(retryable === undefined ? {} : { retryable }),
    });
    return { kind: 'refused', refusal: new LivenessRefusal(problem, details) };
  }

  #facts(billed: Billed) {
    const { clock } = this.#context;
    return {
      at: new Date(clock.date()).toISOString(),
      correlationId: this.correlationId,
      durationMs: Math.round(clock.now() - this.#startedAt),
      billed,
    };
  }
}

/** What of a refusal goes into its problem. */
type OfProblem = Pick<ProblemDetails, 'hints' | 'retryable'>;

interface Decided {
  readonly checked: Checked;
  readonly decision: Decision;
  readonly code: ProblemCode | null;
  readonly billed: Billed;
}

/** A tag from outside as it may stand in a log line. */
function harmless(risk: string): string {
  return risk.replace(/[^A-Za-z0-9_]/g, '').slice(0, 64);
}
