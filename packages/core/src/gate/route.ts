import type { DiditClient } from '../client/client.js';
import { isOutage } from '../client/call-outcome.js';
import { type AnyCallError, isCallError } from '../client/errors.js';
import { InvalidOptionError } from '../errors.js';
import { digestOf, type Picture } from '../image/picture.js';
import { type Decision, decide } from '../policy/decide.js';
import type { Policy } from '../policy/policy.js';
import type { FaceMatchResponse } from '../wire/face-match.js';
import { Asking } from './asking.js';
import {
  type Attempt,
  type Entered,
  fieldHints,
  readReference,
  receive,
  type Received,
  subjectOrNone,
} from './attempt.js';
import {
  type Asked,
  type Brought,
  type Checked,
  checkedBefore,
  keepRefusal,
  type Question,
  rememberChecked,
  requireSameQuestion,
  type Unanswered,
} from './checked.js';
import { givenText } from './given-text.js';
import { matchWithStepUp, type OnReview, requireStepUp, type ResolvedRouteOptions } from './options.js';
import type { ProblemCode, ProblemHint, StepUpSession } from './problem.js';
import type { GateResult, JudgedLiveness, SkippedLiveness } from './result.js';
import { type Run, type RunContext, runThrough } from './run.js';
import { openSession } from './step-up-session.js';
import { inTurn } from './turns.js';

/** What a route needs of its gate. @internal */
export interface RouteContext extends RunContext {
  readonly client: DiditClient;
  readonly digest: boolean;
  readonly includeFaces: boolean;
  /** Ends what the client tells the gate. */
  readonly unsubscribe: (() => void) | undefined;
}

/** What Didit said of a request in all, and what the policy makes of it. */
interface Judged {
  readonly checked: Checked;
  readonly match?: FaceMatchResponse;
  /** Why there is no comparison, although the route demands one. */
  readonly unmatched?: AnyCallError;
  readonly decision: Decision;
}

/** A call that gave no usable answer, and what there was before it. */
interface Failed {
  readonly step: 'liveness' | 'face-match';
  readonly error: AnyCallError;
  /** On the selfie, where it is the comparison that failed. */
  readonly decision: Decision | null;
  readonly requestId: string | null;
}

/** What is judged, and for whom. */
interface Judging {
  readonly run: Run;
  readonly attempt: Entered;
  readonly checked: Checked;
  readonly reference: Picture | undefined;
}

/** A guarded route: takes one request through reading, inspection, validation, the paid call and the policy. */
export class LivenessRoute {
  readonly #context: RouteContext;
  readonly #options: ResolvedRouteOptions;
  readonly #asking: Asking;

  /** @internal */
  constructor(context: RouteContext, options: ResolvedRouteOptions) {
    this.#context = context;
    this.#options = options;
    this.#asking = new Asking(context.client, options.policy);
  }

  /** The policy that decides here. */
  get policy(): Policy {
    return this.#options.policy;
  }

  /** What happens here to a decision that is neither yes nor no. */
  get onReview(): OnReview {
    return this.#options.onReview;
  }

  /**
   * Takes one request through the gate. Pays for at most one check, and one comparison where a reference picture is
   * given and the check passes; for nothing that could be refused for free.
   *
   * @throws whatever the functions of the attempt throw, {@link ImageRefusedError} for a reference picture that cannot be
   * compared, and {@link InvalidOptionError} for one next to a step-up; the handler must then not run
   */
  check(attempt: Attempt): Promise<GateResult> {
    return runThrough(this.#context, attempt, (run, signal) =>
      inTurn(attempt.request, signal, () => this.#check(run, { ...attempt, signal })),
    );
  }

  async #check(run: Run, attempt: Entered): Promise<GateResult> {
    const earlier = checkedBefore(attempt.request);
    if (earlier === undefined) return this.#checkFirst(run, attempt);
    // Refused under the name that it has here, and told of as such: nothing was decided anew. Nothing is asked any more
    // either, so that it does not matter what this guard would have asked.
    if ('code' in earlier) return run.refused(earlier.code, earlier.details);
    // An earlier guard let it pass: the picture is in the hands of the application, and stays counted.
    return this.#examine(run, attempt, earlier);
  }

  /** The first guard of a request. What it refuses stays refused, also where the application broke the answer to it. */
  async #checkFirst(run: Run, attempt: Entered): Promise<GateResult> {
    let release: Received['release'];
    try {
      const received = await receive(run, attempt);
      if ('kind' in received) return received;
      release = received.release;
      return await this.#examine(run, attempt, received);
    } finally {
      if (run.grounds) {
        keepRefusal(attempt.request, run.grounds);
        release?.();
      }
    }
  }

  /** Everything behind the reading; of an earlier guard, what it brought comes with the answer that it got. */
  async #examine(run: Run, attempt: Entered, brought: Received | Checked | Unanswered): Promise<GateResult> {
    const complaints = fieldHints(await attempt.validate?.(brought.selfie.fields));
    if (complaints.length > 0) return run.refused('invalid-fields', { hints: complaints });
    const reference = attempt.referenceImage && (await this.#reference(attempt.referenceImage));
    if (reference === null) return run.refused('reference-missing');

    const checked =
      'question' in brought ? await this.#sameAnswer(run, attempt, brought) : await this.#answer(run, attempt, brought);
    if ('error' in checked) {
      return this.#withoutAnswer(run, brought, {
        step: 'liveness',
        error: checked.error,
        decision: null,
        requestId: null,
      });
    }
    const judged = await this.#judge({ run, attempt, checked, reference });
    const { unmatched, decision } = judged;
    if (!unmatched) return this.#conclude(run, attempt, judged);
    const { requestId } = checked.response;
    return this.#withoutAnswer(run, brought, { step: 'face-match', error: unmatched, decision, requestId });
  }

  /** Didit gave no usable answer: a no, unless it was not there and the route says that this is a yes. */
  #withoutAnswer(run: Run, { selfie, picture }: Brought, failed: Failed): GateResult {
    const { step, error } = failed;
    if (!this.#maySkip(failed)) return run.failed(error, step);
    run.skipped(error, step);
    return { kind: 'passed', liveness: this.#toSkipped(run, picture, failed), selfie, picture };
  }

  /** A doubt about the selfie is not gone because the comparison cannot be made. */
  #maySkip({ error, decision }: Failed): boolean {
    if (decision !== null && decision.outcome !== 'approved') return false;
    return this.#options.dangerouslyAllowWhenUnavailable && isOutage(error);
  }

  /** The picture that the selfie must show the person of; null where there is none. */
  async #reference(referenceImage: NonNullable<Attempt['referenceImage']>): Promise<Picture | null> {
    if (this.onReview === 'step-up') throw matchWithStepUp('referenceImage');
    return readReference(referenceImage);
  }

  /** What Didit says of the picture; the paid call. Kept for further guards of the same request. */
  async #answer(run: Run, attempt: Entered, { selfie, picture }: Brought): Promise<Checked | Unanswered> {
    const question = await this.#question(attempt);
    const response = await this.#asking.check({ run, picture, question, signal: attempt.signal });
    const asked = { selfie, picture, account: this.#context.client.accountName, question };
    const checked = isCallError(response) ? { error: response, ...asked } : { response, matches: new Map(), ...asked };
    rememberChecked(attempt.request, checked);
    return checked;
  }

  /** What Didit said to an earlier guard of the same request. @throws {@link InvalidOptionError} if it was asked otherwise */
  async #sameAnswer<Earlier extends Asked>(run: Run, attempt: Entered, earlier: Earlier): Promise<Earlier> {
    const question = await this.#question(attempt);
    requireSameQuestion(earlier, { account: this.#context.client.accountName, question });
    run.paidElsewhere('liveness');
    return earlier;
  }

  /** What is asked of Didit about the picture; nothing of it comes from the client. */
  async #question({ subject }: Attempt): Promise<Question> {
    const { rotateImage, saveApiRequest, onReview } = this.#options;
    const vendorData = subjectOrNone(await subject?.());
    if (vendorData === undefined && onReview === 'step-up') throw subjectMissing();
    return {
      saveApiRequest,
      ...(rotateImage ? { rotateImage } : {}),
      ...(vendorData === undefined ? {} : { vendorData }),
    };
  }

  /** The policy's decision; on a selfie that may pass, also about the comparison that the route demands. */
  async #judge({ run, attempt, checked, reference }: Judging): Promise<Judged> {
    const { liveness } = checked.response;
    const decision = decide(this.policy, liveness);
    if (reference === undefined || this.#refusalOf(decision) !== null) return { checked, decision };

    const match = await this.#compare(checked, reference, { run, signal: attempt.signal });
    if (isCallError(match)) return { checked, unmatched: match, decision };
    return { checked, match, decision: decide(this.policy, liveness, match.faceMatch) };
  }

  /** What Didit says of the two pictures; asked, and paid for, once per request and reference picture. */
  async #compare(
    { picture, question, matches }: Checked,
    refPicture: Picture,
    { run, signal }: { readonly run: Run; readonly signal: AbortSignal },
  ): Promise<FaceMatchResponse | AnyCallError> {
    const name = digestOf(refPicture);
    const known = matches.get(name);
    if (known) {
      run.paidElsewhere('face-match');
      return known;
    }
    const match = await this.#asking.compare({ run, picture, question, signal }, refPicture);
    matches.set(name, match);
    return match;
  }

  async #conclude(run: Run, attempt: Entered, judged: Judged): Promise<GateResult> {
    const { checked, decision } = judged;
    const code = this.#refusalOf(decision);
    // Told first: a verdict that was paid for is not lost over a session that cannot be made.
    run.decided(toldOf(judged, code));
    const session = code === 'step-up-required' ? await this.#openSession(checked, run, attempt.signal) : undefined;
    if (isCallError(session)) return run.failed(session, 'session');
    if (code !== null) {
      return run.declined(code, decision, { hints: retakeHints(decision, attempt), ...(session ? { session } : {}) });
    }
    const { selfie, picture } = checked;
    return { kind: 'passed', liveness: this.#toResult(run, judged), selfie, picture };
  }

  /** The session that a doubtful selfie leads to. */
  async #openSession(
    { question }: Checked,
    { correlationId }: Run,
    signal: AbortSignal,
  ): Promise<StepUpSession | AnyCallError> {
    const stepUp = requireStepUp(this.#options, 'route');
    return openSession(this.#context.client, { stepUp, question, correlationId, signal });
  }

  /** Null when the handler may run. The only place that says so. */
  #refusalOf({ outcome, retakeable }: Decision): ProblemCode | null {
    if (outcome === 'approved') return null;
    if (outcome === 'review') return REVIEW_CODES[this.onReview];
    return retakeable ? 'selfie-retake' : 'liveness-declined';
  }

  #toResult(run: Run, { checked, match, decision }: Judged): JudgedLiveness {
    const { response, picture } = checked;
    const { liveness, requestId } = response;
    return Object.freeze({
      outcome: decision.outcome === 'approved' ? 'approved' : 'review',
      requestId,
      ...this.#factsOf(run, picture),
      score: liveness.score,
      faceQuality: liveness.faceQuality,
      faceLuminance: liveness.faceLuminance,
      decision,
      ...(match ? { faceMatch: Object.freeze({ requestId: match.requestId, score: match.faceMatch.score }) } : {}),
      ...(this.#context.includeFaces ? { faces: liveness.userImage.entities } : {}),
    });
  }

  #toSkipped(run: Run, picture: Picture, { step, error, decision, requestId }: Failed): SkippedLiveness {
    return Object.freeze({
      outcome: 'skipped',
      step,
      error: error.code,
      ...this.#factsOf(run, picture),
      requestId,
      score: null,
      faceQuality: null,
      faceLuminance: null,
      decision,
    });
  }

  #factsOf({ correlationId }: Run, picture: Picture) {
    const { type, size, width, height } = picture;
    return {
      correlationId,
      policyId: this.policy.policyId,
      image: Object.freeze({ type, size, width, height }),
      ...(this.#context.digest ? { imageSha256: digestOf(picture) } : {}),
    };
  }
}

/** What an event says of a decision. */
function toldOf({ checked, match, decision }: Judged, code: ProblemCode | null) {
  const { response, picture } = checked;
  const { type, size, width, height } = picture;
  const verdicts = [response.liveness, ...(match ? [match.faceMatch] : [])];
  return {
    decision,
    code,
    requestId: response.requestId,
    checks: match ? (['liveness', 'face-match'] as const) : (['liveness'] as const),
    warnings: verdicts.flatMap(({ warnings }) => warnings),
    contradictions: verdicts.flatMap(({ contradictions }) => contradictions),
    image: { type, size, width, height },
  };
}

const REVIEW_CODES: Readonly<Record<OnReview, ProblemCode | null>> = {
  reject: 'review-required',
  pass: null,
  'step-up': 'step-up-required',
};

function subjectMissing(): InvalidOptionError {
  return new InvalidOptionError(
    'subject() gave nothing; a step-up needs it, since a session is only good for the person it was made for',
    'subject',
  );
}

function retakeHints({ hints }: Decision, { hintText }: Attempt): ProblemHint[] {
  return hints.map(({ code, message }) => ({ code, message: givenText(hintText?.(code)) ?? message }));
}
