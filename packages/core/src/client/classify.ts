import { isPlainObject } from '../options.js';
import { decodeJson } from '../wire/decoding.js';
import { toRequestId } from '../wire/frame.js';
import { complaintsOf, strikeOut } from './complaints.js';
import {
  type AnswerFacts,
  AuthenticationError,
  BadRequestError,
  type BadRequestSubject,
  type DiditApiError,
  InsufficientCreditsError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  UnavailableError,
  UnexpectedStatusError,
} from './errors.js';
import { parseRetryAfter } from './retry-after.js';
import type { WireAnswer } from './transport.js';

/**
 * What a call is about, and so what the words of a refusal can mean. `pictures`: a form with pictures, whose `error`
 * texts are about them or about credits. `data`: everything else that takes an API key. `account`: the host for
 * accounts, which knows no API key and no credits.
 */
export type CallTopic = 'pictures' | 'data' | 'account';

/** The call that was answered. */
export interface AnsweredCall {
  /** For example `POST /v3/passive-liveness/`. */
  readonly endpoint: string;
  readonly topic: CallTopic;
  /** What was sent and must not come back in an error. */
  readonly secrets: readonly string[];
}

/** An error answer, read. */
interface Refusal {
  readonly facts: AnswerFacts;
  readonly topic: CallTopic;
  /** The body, if it is JSON. */
  readonly json: unknown;
}

const MAX_BODY_CHARACTERS = 2_048;

/**
 * The error for an answer that is none of the call. By status first, then by `code`, and by text only to recognise
 * missing credits: what 401, 402 and 403 mean changed twice, and this reads all three eras.
 * Source: https://docs.didit.me/integration/api-errors (read 2026-11-22).
 *
 * @param date - now, in milliseconds since 1970
 */
export function classifyAnswer(call: AnsweredCall, answer: WireAnswer, date: number): DiditApiError {
  const { endpoint, topic, secrets } = call;
  const json = jsonOrUndefined(answer.body);
  const facts: AnswerFacts = {
    endpoint,
    status: answer.status,
    requestId: isPlainObject(json) ? toRequestId(json['request_id']) : null,
    body: strikeOut(Buffer.from(answer.body).toString('utf8'), secrets).slice(0, MAX_BODY_CHARACTERS),
    complaints: complaintsOf(json, secrets),
    retryAfterMs: parseRetryAfter(answer.header('retry-after'), date),
    ofAccount: topic === 'account',
  };
  const refusal: Refusal = { facts, topic, json };
  return byCode(refusal) ?? byStatus(refusal);
}

function jsonOrUndefined(body: Uint8Array): unknown {
  try {
    return decodeJson(body);
  } catch {
    // Error bodies need not be JSON: proxies send HTML, a 500 may be empty.
    return undefined;
  }
}

function byCode({ facts, json }: Refusal): DiditApiError | undefined {
  const code = isPlainObject(json) ? json['code'] : undefined;
  if (code === 'application_deleted') return new AuthenticationError(facts);
  if (code === 'contract_billing_suspended') return new InsufficientCreditsError(facts);
  return undefined;
}

function byStatus(refusal: Refusal): DiditApiError {
  const { facts, topic } = refusal;
  switch (facts.status) {
    case 400:
      return badRequest(refusal);
    case 401:
      return new AuthenticationError(facts);
    case 402:
      return new InsufficientCreditsError(facts);
    case 403:
      return isAboutCredits(refusal) ? new InsufficientCreditsError(facts) : new PermissionError(facts);
    case 404:
      return new NotFoundError(facts);
    case 408:
      return new UnavailableError(facts, 'no');
    case 413:
      return new BadRequestError(facts, topic === 'pictures' ? 'image-size' : 'request');
    case 429:
      return new RateLimitError(facts);
    default:
      return otherStatus(facts);
  }
}

function otherStatus(facts: AnswerFacts): DiditApiError {
  if (facts.status >= 500) return new UnavailableError(facts, 'unknown');
  return new UnexpectedStatusError(facts, facts.status >= 400 ? 'no' : 'unknown');
}

function badRequest(refusal: Refusal): DiditApiError {
  const subject = pictureComplainedOf(refusal);
  if (subject !== undefined) return new BadRequestError(refusal.facts, subject);
  if (speaksOfCredits(refusal)) return new InsufficientCreditsError(refusal.facts);
  const isOfPicture = refusal.topic === 'pictures' && hasErrorText(refusal.json);
  return new BadRequestError(refusal.facts, isOfPicture ? subjectOfText(refusal.facts.body) : 'request');
}

/** The picture that a 400 names by its field; when it names both, the selfie is the one to take again. */
function pictureComplainedOf({ facts, topic, json }: Refusal): BadRequestSubject | undefined {
  if (topic !== 'pictures' || !isPlainObject(json)) return undefined;
  if ('user_image' in json) return /file size/i.test(facts.body) ? 'image-size' : 'image';
  return 'ref_image' in json ? 'reference-image' : undefined;
}

/** What an `error` text is about, which only the reading of pictures gives. */
function subjectOfText(body: string): BadRequestSubject {
  if (/\bref(erence)?[ _-]?(image|file|picture)/i.test(body)) return 'reference-image';
  if (/no face/i.test(body)) return 'no-face';
  return /file size/i.test(body) ? 'image-size' : 'image';
}

/** Missing credits are told under `error` on the endpoints for pictures, in words elsewhere. */
function isAboutCredits(refusal: Refusal): boolean {
  return (refusal.topic === 'pictures' && hasErrorText(refusal.json)) || speaksOfCredits(refusal);
}

function hasErrorText(json: unknown): boolean {
  return isPlainObject(json) && typeof json['error'] === 'string';
}

/** A bare list is how a top-up is refused, in words that are about money whatever is wrong. */
function speaksOfCredits({ facts, topic, json }: Refusal): boolean {
  if (topic === 'account' || Array.isArray(json)) return false;
  return /\b(credits?|top ?up)\b|\b(insufficient|low|account) balance\b|balance (is )?(too low|insufficient)/i.test(
    facts.body,
  );
}
