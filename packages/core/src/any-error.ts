import type { AnyCallError } from './client/errors.js';
import type { IdentityIncompleteError } from './client/identity-incomplete.js';
import type { InvalidOptionError } from './errors.js';
import type { LivenessRefusal } from './gate/refusal.js';
import type { ImageRefusedError } from './image/picture.js';
import type { WebhookHandlerError, WebhookVerificationError } from './webhook/errors.js';

/** Every error that this package throws or hands on, told apart by `code`. */
export type AnyDiditLivenessError =
  | AnyCallError
  | IdentityIncompleteError
  | InvalidOptionError
  | ImageRefusedError
  | LivenessRefusal
  | WebhookHandlerError
  | WebhookVerificationError;

/** Every `code` that an error of this package can carry; `docs/error-codes.md` has a heading for each. */
export type ErrorCode = AnyDiditLivenessError['code'];
