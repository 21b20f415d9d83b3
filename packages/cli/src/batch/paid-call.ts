import {
  type AnyCallError,
  type Clock,
  decide,
  type DiditClient,
  imageRefusalOf,
  ImageRefusedError,
  inspectImage,
  isCallError,
  type PassiveLivenessResponse,
  type Policy,
} from '@didit-liveness/core';
import type { PictureFile } from '../picture-file.js';
import { decodeAnswer, toWireAnswer } from '../wire-answer.js';
import type { Journal } from './journal.js';
import type { FailedEntry, FinishedEntry, JournalEntry, RefusedEntry } from './journal-entry.js';
import type { PictureOutcome } from './outcome.js';
import type { Question } from './question.js';
import { RecordError } from './record-error.js';
import type { TokenBucket } from './token-bucket.js';

/** What paid calls need. */
export interface PaidCallTools {
  readonly client: DiditClient;
  readonly journal: Journal;
  readonly policy: Policy;
  readonly question: Question;
  readonly bucket: TokenBucket;
  readonly clock: Clock;
}

type FailedOutcome = Extract<PictureOutcome, { kind: 'failed' }>;

/** Times that one picture is sent again because Didit said that it was too much. */
const MAX_RATE_LIMITED = 5;
/** Who asks for more does not limit a rate: a quota is used up, or something else answers. The batch ends. */
const MAX_PAUSE_MS = 10 * 60_000;
/** Where the answer does not say how long to wait. Source: https://docs.didit.me/integration/rate-limiting (read 2026-11-22). */
const DEFAULT_PAUSE_MS = 10_000;

/** A call was made, and the record did not take what came of it. */
export class UnrecordedError extends RecordError {
  readonly outcome: PictureOutcome;

  constructor(cause: RecordError, outcome: PictureOutcome) {
    super(cause.message, { cause });
    this.outcome = outcome;
  }
}

/** Makes the paid calls of a batch, each one recorded before it is made and after. */
export class PaidCalls {
  readonly #tools: PaidCallTools;
  #paid = 0;
  #unknown = 0;

  constructor(tools: PaidCallTools) {
    this.#tools = tools;
  }

  /** Calls of this run that were surely charged. */
  get paid(): number {
    return this.#paid;
  }

  /** Calls of this run of which nobody knows whether they were charged. */
  get unknown(): number {
    return this.#unknown;
  }

  /**
   * Asks about one picture; what cannot be judged is refused for free. `signal` ends waiting, not a running call.
   *
   * @throws {@link RecordError} when the record takes no entry: before the call, or as {@link UnrecordedError} after it
   */
  async ask(picture: PictureFile, signal: AbortSignal): Promise<PictureOutcome> {
    const refusal = imageRefusalOf(inspectImage(picture.chunks));
    if (refusal !== undefined) return this.#refuse(picture, new ImageRefusedError(refusal).message);
    for (let limited = 0; ; limited += 1) {
      if (!(await this.#tools.bucket.take(signal))) return { kind: 'not-started', file: picture.file };
      const answer = await this.#send(picture);
      if (!isCallError(answer)) return this.#finish(picture, answer);
      if (isAboutThePicture(answer)) return this.#refuse(picture, answer.message);
      if (answer.code !== 'too-many-requests' || limited >= MAX_RATE_LIMITED) return this.#fail(picture, answer);
      const failed = this.#fail(picture, answer);
      const waitMs = answer.retryAfterMs ?? DEFAULT_PAUSE_MS;
      if (waitMs > MAX_PAUSE_MS) return { ...failed, waitMs };
      this.#tools.bucket.pause(waitMs);
    }
  }

  async #send(picture: PictureFile): Promise<PassiveLivenessResponse | AnyCallError> {
    const { client, journal, question } = this.#tools;
    journal.append({ type: 'started', ...this.#factsOf(picture) });
    try {
      return await client.passiveLiveness.check({ userImage: picture.chunks, ...question.fields });
    } catch (error) {
      if (isCallError(error)) return error;
      throw error;
    }
  }

  #finish(picture: PictureFile, response: PassiveLivenessResponse): PictureOutcome {
    this.#paid += 1;
    const { outcome, reasons, policyId } = decide(this.#tools.policy, response.liveness);
    const entry: FinishedEntry = {
      type: 'finished',
      ...this.#factsOf(picture),
      outcome,
      score: response.liveness.score,
      reasons,
      policyId,
      requestId: response.requestId,
      paid: true,
      answer: toWireAnswer(response),
    };
    const { file } = picture;
    this.#record(entry, { kind: 'lost', file, entry });
    return { kind: 'answered', file, entry, isNew: true };
  }

  /** The answer of an earlier run under the policy of this one. Costs nothing. */
  redecide(file: string, earlier: FinishedEntry): PictureOutcome {
    const { policy, journal } = this.#tools;
    if (earlier.policyId === policy.policyId) return { kind: 'answered', file, entry: earlier, isNew: false };
    const { outcome, reasons, policyId } = decide(policy, decodeAnswer(earlier.answer, `The answer for ${file}`));
    const entry = { ...earlier, outcome, reasons, policyId, paid: false, at: this.#now() };
    journal.append(entry);
    return { kind: 'answered', file, entry, isNew: false };
  }

  #fail(picture: PictureFile, { code, message, billed }: AnyCallError): FailedOutcome {
    if (billed === 'yes') this.#paid += 1;
    if (billed === 'unknown') this.#unknown += 1;
    const entry: FailedEntry = { type: 'failed', ...this.#factsOf(picture), code, message, billed };
    const outcome: FailedOutcome = { kind: 'failed', file: picture.file, entry };
    this.#record(entry, outcome);
    return outcome;
  }

  #refuse(picture: PictureFile, message: string): PictureOutcome {
    const entry: RefusedEntry = { type: 'refused', ...this.#factsOf(picture), message };
    const outcome: PictureOutcome = { kind: 'refused', file: picture.file, entry };
    this.#record(entry, outcome);
    return outcome;
  }

  /** Writes down what came of a call; `unrecorded` is what is left of it without the record. */
  #record(entry: JournalEntry, unrecorded: PictureOutcome): void {
    try {
      this.#tools.journal.append(entry);
    } catch (error) {
      throw error instanceof RecordError ? new UnrecordedError(error, unrecorded) : error;
    }
  }

  #factsOf({ sha256, file }: PictureFile) {
    const { request, asked } = this.#tools.question;
    return { sha256, request, asked, file, at: this.#now() };
  }

  #now(): string {
    return new Date(this.#tools.clock.date()).toISOString();
  }
}

/** Didit refused the picture itself, unbilled; asking again would end the same way. */
function isAboutThePicture(error: AnyCallError): boolean {
  return error.code === 'bad-request' && error.subject !== 'request';
}
