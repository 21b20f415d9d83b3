import type { PassiveLivenessFields } from '../client/passive-liveness.js';
import type { AnyCallError } from '../client/errors.js';
import { InvalidOptionError } from '../errors.js';
import type { Picture } from '../image/picture.js';
import type { FaceMatchResponse } from '../wire/face-match.js';
import type { PassiveLivenessResponse } from '../wire/passive-liveness.js';
import { sharedWeakMap } from '../shared-state.js';
import type { Selfie } from './reading.js';
import type { Grounds } from './refusal.js';

/** What a request brought. */
export interface Brought {
  readonly selfie: Selfie;
  readonly picture: Picture;
}

/** What is asked of Didit besides the threshold, which a policy can hold up by itself. */
export type Question = Pick<PassiveLivenessFields, 'saveApiRequest' | 'rotateImage' | 'vendorData'>;

/** Whom a guard asks, and what. */
export interface Asked {
  /** Name of the account; see `DiditClient.accountName`. */
  readonly account: string;
  readonly question: Question;
}

/** What a request brought, and what Didit said of it. */
export interface Checked extends Brought, Asked {
  readonly response: PassiveLivenessResponse;
  /** What Didit said of this selfie beside other pictures, by the SHA-256 of the other. */
  readonly matches: Map<string, FaceMatchResponse | AnyCallError>;
}

/** What a request brought, and how asking Didit failed. */
export interface Unanswered extends Brought, Asked {
  readonly error: AnyCallError;
}

/** Kept as long as the request itself. */
const CHECKED = sharedWeakMap<object, Checked | Unanswered | Grounds>('checked/5');

/** What an earlier guard of the same request was answered, or why it refused; undefined when this is the first. */
export function checkedBefore(request: object | undefined): Checked | Unanswered | Grounds | undefined {
  return request && CHECKED.get(request);
}

/**
 * Keeps an answer for further guards of the same request, so that none of them pays again; also a failure, which may have
 * been charged.
 */
export function rememberChecked(request: object | undefined, checked: Checked | Unanswered): void {
  if (request) CHECKED.set(request, checked);
}

/**
 * Keeps the grounds of a refusal in place of the picture that was refused, which is in memory for nothing from now on. No
 * further guard lets the request pass, or pays again.
 */
export function keepRefusal(request: object | undefined, grounds: Grounds): void {
  if (request) CHECKED.set(request, grounds);
}

/**
 * A further guard may decide on an earlier answer only if it would have asked the same: another account, a picture that
 * was to be kept, or another person need an answer of their own, and nobody is made to pay for that unawares.
 *
 * @throws {@link InvalidOptionError}
 */
export function requireSameQuestion(earlier: Asked, now: Asked): void {
  const names = ['saveApiRequest', 'rotateImage', 'vendorData'] as const;
  const differing = names.filter((name) => earlier.question[name] !== now.question[name]);
  const differences = earlier.account === now.account ? differing : ['account', ...differing];
  if (differences.length === 0) return;
  throw new InvalidOptionError(
    `Two guards of one request ask Didit differently (${differences.join(', ')}); ` +
      'allowed: the same account, subject, saveApiRequest and rotateImage for both',
    'gate',
  );
}
