import type { DiditClient } from '../client/client.js';
import { type AnyCallError, isCallError } from '../client/errors.js';
import { aVendorId } from '../client/passive-liveness.js';
import { InvalidOptionError } from '../errors.js';
import { type ImageRefusal, parsePicture, type Picture, sha256Of } from '../image/picture.js';
import type { HintCode } from '../policy/catalogue.js';
import { type Decision, decide } from '../policy/decide.js';
import type { Policy } from '../policy/policy.js';
import type { PassiveLivenessResponse } from '../wire/passive-liveness.js';
import {
  type Brought,
  type Checked,
  checkedBefore,
  type Question,
  rememberChecked,
  requireSameQuestion,
} from './checked.js';
import type { ResolvedRouteOptions } from './options.js';
import type { ProblemCode, ProblemHint } from './problem.js';
import type { Selfie, SelfieReading } from './reading.js';
import type { GateResult, LivenessResult } from './result.js';
import { Run, type RunContext } from './run.js';

/** Complaints about form fields: name of the field to what is wrong with it, in words for the person. Undefined is no complaint. */
export type FieldErrors = Readonly<Record<string, string | undefined>>;

/** One request that wants to pass. Everything that depends on the framework comes as a function. */
export interface Attempt {
  /** Reads the upload; called once. */
  readonly read: () => Promise<SelfieReading>;
  /**
   * The request itself. A further guard of the same request decides on the verdict that the first one paid for, under
   * its own policy, and neither reads nor pays again.
   */
  readonly request?: object;
  /** Aborts when the client hangs up. */
  readonly signal?: AbortSignal;
  /** Names the request in the answer and in events. @defaultValue a random UUID */
  readonly correlationId?: string;
  /** Looks at the text fields before money is spent; complaints are answered with 422 `invalid-fields`. */
  readonly validate?: (
    fields: Selfie['fields'],
  ) => FieldErrors | undefined | void | Promise<FieldErrors | undefined | void>;
  /** Your stable, opaque id of the person, for Didit's `vendor_data`. Must not come from the client. */
  readonly subject?: () => string | undefined | Promise<string | undefined>;
  /** The text of a hint in the language of the request; undefined keeps the English one. */
  readonly hintText?: (code: HintCode) => string | undefined;
}

/** What a route needs of its gate. @internal */
export interface RouteContext extends RunContext {
  readonly client: DiditClient;
  readonly digest: boolean;
  readonly includeFaces: boolean;
}

/** A guarded route: takes one request through reading, inspection, validation, the paid call and the policy. */
export class LivenessRoute {
  readonly #context: RouteContext;
  readonly #options: ResolvedRouteOptions;

  /** @internal */
  constructor(context: RouteContext, options: ResolvedRouteOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** The policy that decides here. */
  get policy(): Policy {
    return this.#options.policy;
  }

  /**
   * Takes one request through the gate. Pays for at most one check, and for none that could be refused for free.
   *
   * @throws whatever `read`, `validate` or `subject` throw; the handler must then not run
   */
  async check(attempt: Attempt): Promise<GateResult> {
    const run = new Run(this.#context, attempt.correlationId);
    try {
      return await this.#check(run, attempt);
    } catch (error) {
      run.broke(error);
      throw error;
    }
  }

  async #check(run: Run, attempt: Attempt): Promise<GateResult> {
    const earlier = checkedBefore(attempt.request);
    const brought = earlier ?? (await receive(run, attempt));
    if ('kind' in brought) return brought;

    const complaints = fieldHints(await attempt.validate?.(brought.selfie.fields));
    if (complaints.length > 0) return run.refused('invalid-fields', { hints: complaints });

    const checked = await this.#answer(brought, attempt, earlier);
    if (isCallError(checked)) return run.failed(checked);
    rememberChecked(attempt.request, checked);

    const decision = decide(this.#options.policy, checked.response.liveness);
    const code = this.#refusalOf(decision);
    const hints = retakeHints(decision, attempt);
    run.decided({ checked, decision, code, billed: earlier ? 'no' : 'yes' });
    if (code !== null) return run.declined(code, decision, hints);
    const { selfie, picture } = brought;
    return { kind: 'passed', liveness: this.#toResult(run, checked, decision), selfie, picture };
  }

  /** What Didit says of the picture: what it said to an earlier guard of the same request, or else the paid call. */
  async #answer(brought: Brought, attempt: Attempt, earlier: Checked | undefined): Promise<Checked | AnyCallError> {
    const { accountName: account } = this.#context.client;
    const question = await this.#question(attempt);
    if (earlier) {
      requireSameQuestion(earlier, { account, question });
      return earlier;
    }
    const response = await this.#ask(brought.picture, question, attempt.signal);
    return isCallError(response) ? response : { ...brought, account, question, response };
  }

  /** What is asked of Didit about the picture; nothing of it comes from the client. */
  async #question({ subject }: Attempt): Promise<Question> {
    const { rotateImage, saveApiRequest } = this.#options;
    const vendorData = subjectOrNone(await subject?.());
    return {
      saveApiRequest,
      ...(rotateImage ? { rotateImage } : {}),
      ...(vendorData === undefined ? {} : { vendorData }),
    };
  }

  /** The one call that costs money. */
  async #ask(
    picture: Picture,
    question: Question,
    signal: AbortSignal | undefined,
  ): Promise<PassiveLivenessResponse | AnyCallError> {
    const threshold = this.#options.policy.rules.score.declineAtOrBelow;
    const fields = {
      ...question,
      ...(threshold === null ? {} : { faceLivenessScoreDeclineThreshold: threshold }),
    };
    try {
      return await this.#context.client.passiveLiveness.checkPicture(picture, fields, signal);
    } catch (error) {
      if (isCallError(error)) return error;
      throw error;
    }
  }

  /** Null when the handler may run. The only place that says so. */
  #refusalOf({ outcome, retakeable }: Decision): ProblemCode | null {
    if (outcome === 'approved') return null;
    if (outcome === 'review') return this.#options.onReview === 'pass' ? null : 'review-required';
    return retakeable ? 'selfie-retake' : 'liveness-declined';
  }

  #toResult(run: Run, { response, picture }: Checked, decision: Decision): LivenessResult {
    const { liveness, requestId } = response;
    const { type, size, width, height, chunks } = picture;
    return Object.freeze({
      outcome: decision.outcome === 'approved' ? 'approved' : 'review',
      requestId,
      correlationId: run.correlationId,
      policyId: decision.policyId,
      score: liveness.score,
      faceQuality: liveness.faceQuality,
      faceLuminance: liveness.faceLuminance,
      decision,
      image: Object.freeze({ type, size, width, height }),
      ...(this.#context.digest ? { imageSha256: sha256Of(chunks) } : {}),
      ...(this.#context.includeFaces ? { faces: liveness.userImage.entities } : {}),
    });
  }
}

/** @throws {@link InvalidOptionError} for what cannot be an id of a person; never repeats it */
function subjectOrNone(subject: unknown): string | undefined {
  if (subject === undefined || subject === null) return undefined;
  if (aVendorId.accepts(subject)) return subject as string; // Which is what the check accepts.
  throw new InvalidOptionError(
    `subject() gave something that cannot be sent; allowed: ${aVendorId.allowed}, or undefined`,
    'subject',
  );
}

/** Reads and inspects: what the request brought, or how it ended. */
async function receive(run: Run, { read }: Attempt): Promise<Brought | GateResult> {
  const reading = await read();
  if (reading.kind === 'aborted') return run.aborted('no');
  if (reading.kind === 'refused') return run.refused(reading.code, reading);
  const { selfie } = reading;
  const parsed = parsePicture(selfie.chunks);
  if (parsed.kind === 'refused') return run.refused(IMAGE_PROBLEMS[parsed.reason]);
  return { selfie, picture: parsed.picture };
}

const IMAGE_PROBLEMS: Readonly<Record<ImageRefusal, ProblemCode>> = {
  empty: 'selfie-unreadable',
  'too-large': 'selfie-too-large',
  'unsupported-type': 'unsupported-media-type',
  truncated: 'selfie-unreadable',
  malformed: 'selfie-unreadable',
  animated: 'selfie-unreadable',
  'too-few-pixels': 'selfie-unreadable',
  'too-many-pixels': 'selfie-unreadable',
};

/** @throws TypeError for anything but complaints: `false` may have been meant as a no, and must not pass for a yes */
function fieldHints(complaints: unknown): ProblemHint[] {
  if (complaints === undefined) return [];
  const prototype: unknown = Object(complaints) === complaints ? Object.getPrototypeOf(complaints) : undefined;
  if (prototype !== null && prototype !== Object.prototype) throw new TypeError(VALIDATE_CONTRACT);
  return Object.entries(complaints as object).flatMap(([code, message]) => {
    if (message === undefined) return [];
    if (typeof message !== 'string') throw new TypeError(VALIDATE_CONTRACT);
    return [{ code, message }];
  });
}

const VALIDATE_CONTRACT = 'validate must return undefined, or a plain object of messages by field';

function retakeHints({ hints }: Decision, { hintText }: Attempt): ProblemHint[] {
  return hints.map(({ code, message }) => ({ code, message: hintText?.(code) ?? message }));
}
