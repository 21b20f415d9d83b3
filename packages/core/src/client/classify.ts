import { isPlainObject } from '../options.js';
import { decodeJson } from '../wire/decoding.js';
import { toRequestId } from '../wire/frame.js';
import {
  type AnswerFacts,
  AuthenticationError,
  BadRequestError,
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

const MAX_BODY_CHARACTERS = 2_048;

/**
 * The error for an answer other than 200. By status first, then by `code`, and by text only to recognise missing
 * credits: what 401, 402 and 403 mean changed twice, and this reads all three eras.
 * Source: https://docs.didit.me/integration/api-errors (read 2026-11-22).
 *
 * @param date - now, in milliseconds since 1970
 */
export function classifyAnswer(endpoint: string, answer: WireAnswer, date: number): DiditApiError {
  const text = Buffer.from(answer.body).toString('utf8').slice(0, MAX_BODY_CHARACTERS);
  const json = jsonOrUndefined(answer.body);
  const facts: AnswerFacts = {
    endpoint,
    status: answer.status,
    requestId: isPlainObject(json) ? toRequestId(json['request_id']) : null,
    body: text,
    retryAfterMs: parseRetryAfter(answer.header('retry-after'), date),
  };
  return byCode(facts, json) ?? byStatus(facts, json);
}

function jsonOrUndefined(body: Uint8Array): unknown {
  try {
    return decodeJson(body);
  } catch {
    // Error bodies need not be JSON: proxies send HTML, a 500 may be empty.
    return undefined;
  }
}

function byCode(facts: AnswerFacts, json: unknown): DiditApiError | undefined {
  const code = isPlainObject(json) ? json['code'] : undefined;
  if (code === 'application_deleted') return new AuthenticationError(facts);
  if (code === 'contract_billing_suspended') return new InsufficientCreditsError(facts);
  return undefined;
}

function byStatus(facts: AnswerFacts, json: unknown): DiditApiError {
  switch (facts.status) {
    case 400:
      return badRequest(facts, json);
    case 401:
      return new AuthenticationError(facts);
    case 402:
      return new InsufficientCreditsError(facts);
    case 403:
      return forbidden(facts, json);
    case 404:
      return new NotFoundError(facts);
    case 408:
      return new UnavailableError(facts, 'no');
    case 413:
      return new BadRequestError(facts, 'image-size');
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

/** Missing credits are told under `error` on the endpoints for pictures, in words elsewhere. */
function forbidden(facts: AnswerFacts, json: unknown): DiditApiError {
  return hasErrorText(json) || speaksOfCredits(facts)
    ? new InsufficientCreditsError(facts)
    : new PermissionError(facts);
}

/** A 400 is about the picture when it names `user_image`, or says `error`, which only the reading of pictures does. */
function badRequest(facts: AnswerFacts, json: unknown): DiditApiError {
  const namesImage = isPlainObject(json) && 'user_image' in json;
  if (!namesImage && speaksOfCredits(facts)) return new InsufficientCreditsError(facts);
  if (!namesImage && !hasErrorText(json)) return new BadRequestError(facts, 'request');
  return new BadRequestError(facts, /file size/i.test(facts.body) ? 'image-size' : 'image');
}

function hasErrorText(json: unknown): boolean {
  return isPlainObject(json) && typeof json['error'] === 'string';
}

function speaksOfCredits({ body }: AnswerFacts): boolean {
  return /\b(credits?|top ?up)\b|\b(insufficient|low|account) balance\b|balance (is )?(too low|insufficient)/i.test(
    body,
  );
}
