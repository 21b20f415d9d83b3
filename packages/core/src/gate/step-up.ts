import { isCallError } from '../client/errors.js';
import { InvalidOptionError } from '../errors.js';
import { aUuid } from '../options.js';
import type { Decision } from '../policy/decide.js';
import { decideSession } from '../policy/decide-session.js';
import type { Policy } from '../policy/policy.js';
import type { SessionDecision } from '../wire/session.js';
import { type Attempt, subjectOrNone } from './attempt.js';
import type { ResolvedRouteOptions, ResolvedStepUpOptions } from './options.js';
import type { ProblemCode } from './problem.js';
import type { GateRefusal } from './result.js';
import type { RouteContext } from './route.js';
import { type Run, runThrough } from './run.js';
import { orCallError } from './upstream.js';

/** A person who comes back from a session. */
export interface StepUpAttempt extends Pick<Attempt, 'signal' | 'correlationId'> {
  /** The id that the request names, for example in the query of the callback. Taken for nothing but a name to look up. */
  readonly sessionId: () => unknown;
  /** The same id of the person as when the session was made. Must not come from the client. */
  readonly subject: NonNullable<Attempt['subject']>;
}

/** What the handler behind a finished session gets. Frozen. */
export interface StepUpResult {
  /** `review` only where the route says `onReview: 'pass'`. */
  readonly outcome: 'approved' | 'review';
  /** Didit's id of the session, for their console and for support. */
  readonly sessionId: string;
  /** The same as in events. */
  readonly correlationId: string;
  /** Which policy decided. */
  readonly policyId: string;
  readonly decision: Decision;
}

/** What came of one request with a session. */
export type StepUpOutcome =
  | { readonly kind: 'passed'; readonly stepUp: StepUpResult }
  | GateRefusal
  | { readonly kind: 'aborted' };

/**
 * Lets people through who finished a session that this gate sent them to. Reads the decision back from Didit: neither
 * the status nor anything else in the request is believed.
 */
export class StepUpRoute {
  readonly #context: RouteContext;
  readonly #options: ResolvedRouteOptions;
  readonly #stepUp: ResolvedStepUpOptions;

  /** @internal */
  constructor(context: RouteContext, options: ResolvedRouteOptions, stepUp: ResolvedStepUpOptions) {
    this.#context = context;
    this.#options = options;
    this.#stepUp = stepUp;
  }

  /** The policy that decides here. */
  get policy(): Policy {
    return this.#options.policy;
  }

  /**
   * Takes one request with a session through the gate. Free.
   *
   * @throws whatever `subject` throws, and {@link InvalidOptionError} when it gives nothing
   */
  check(attempt: StepUpAttempt): Promise<StepUpOutcome> {
    return runThrough(this.#context, attempt, (run, signal) => this.#check(run, { ...attempt, signal }));
  }

  async #check(
    run: Run,
    { sessionId, subject, signal }: StepUpAttempt & { readonly signal: AbortSignal },
  ): Promise<StepUpOutcome> {
    const person = subjectOrNone(await subject());
    if (person === undefined) {
      throw new InvalidOptionError('subject() gave nothing; allowed: the id that the session was made for', 'subject');
    }
    const id = await sessionId();
    if (!isSessionId(id)) return run.refused('step-up-missing');

    const session = await orCallError(this.#context.client.sessions.decision(id, { signal }));
    if (isCallError(session)) {
      return session.code === 'not-found' ? run.refused('step-up-invalid') : run.failed(session, 'session');
    }
    return this.#isGood(session, person) ? this.#decide(run, session) : run.refused('step-up-invalid');
  }

  /** Of this person, of this workflow, and of late. Which of these fails is not told: it would tell of other people. */
  #isGood({ vendorData, workflowId, createdAt }: SessionDecision, person: string): boolean {
    // A little ahead may be another clock; far ahead is as wrong as far behind.
    const ageMs = Math.abs(this.#context.clock.date() - timeOf(createdAt));
    return (
      vendorData === person &&
      workflowId?.toLowerCase() === this.#stepUp.workflowId.toLowerCase() &&
      // The comparison that a date that is none fails.
      ageMs <= this.#stepUp.maxAgeSeconds * 1000
    );
  }

  #decide(run: Run, session: SessionDecision): StepUpOutcome {
    const result = decideSession(this.policy, session);
    if (result.kind === 'pending') return run.refused('step-up-pending');
    if (result.kind === 'void') return run.refused('step-up-invalid');

    const { decision } = result;
    const code = this.#refusalOf(decision);
    const { sessionId, livenessChecks, faceMatches } = session;
    const steps = [...(livenessChecks ?? []), ...(faceMatches ?? [])];
    run.decided({
      decision,
      code,
      requestId: sessionId,
      checks: ['session'],
      warnings: steps.flatMap(({ warnings }) => warnings),
      contradictions: steps.flatMap(({ contradictions }) => contradictions),
      image: null,
    });
    if (code !== null) return run.declined(code, decision);
    const { policyId } = decision;
    const outcome = decision.outcome === 'approved' ? 'approved' : 'review';
    const stepUp = { outcome, sessionId, correlationId: run.correlationId, policyId, decision } as const;
    return { kind: 'passed', stepUp: Object.freeze(stepUp) };
  }

  /** Null when the handler may run. A session is not taken again, so a review that leads to one is just a review. */
  #refusalOf({ outcome }: Decision): ProblemCode | null {
    if (outcome === 'approved') return null;
    if (outcome === 'declined') return 'liveness-declined';
    return this.#options.onReview === 'pass' ? null : 'review-required';
  }
}

/** Only what can be an id of a session gets into a path. */
function isSessionId(value: unknown): value is string {
  return aUuid.accepts(value);
}

/** Milliseconds since 1970; NaN for what is no date, and for one without a zone, which each machine reads in its own. */
function timeOf(date: string | null): number {
  return date?.match(/T.+(Z|[+-]\d{2}:?\d{2})$/) ? Date.parse(date) : Number.NaN;
}
