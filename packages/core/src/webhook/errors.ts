import { DiditLivenessError } from '../errors.js';

/** Why a delivery was not accepted. The last four are told only of a body whose signature was right. */
export type WebhookRejection = keyof typeof MESSAGES;

const MESSAGES = {
  'no-signature': 'The delivery has neither X-Signature nor X-Signature-V2',
  'simple-signature-only':
    'The delivery has only X-Signature-Simple, which does not protect the decision; let X-Signature through as well',
  'wrong-signature':
    'No signature of the delivery fits its body; check the secret of this destination, and that the bytes reach the ' +
    'verifier as they were sent',
  'malformed-body': 'The body is not an event: a JSON object in UTF-8, of at most 1 MiB, with a webhook_type',
  'no-timestamp': 'The body says neither in timestamp nor in created_at when it was sent',
  stale: 'The delivery is older, or further in the future, than the tolerance; check the clock of this machine',
  'timestamp-mismatch': 'X-Timestamp is not the timestamp of the signed body',
} as const satisfies Record<string, string>;

/** A webhook delivery that cannot be trusted. Says nothing of the secret, the signature or the body. */
export class WebhookVerificationError extends DiditLivenessError {
  override readonly name = 'WebhookVerificationError';
  override readonly code = 'webhook-verification';

  constructor(
    /** What was wrong; for logs and alarms. */
    readonly reason: WebhookRejection,
  ) {
    super(MESSAGES[reason]);
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), reason: this.reason };
  }
}

/**
 * `onEvent`, or the inbox, failed. Its status is 500 whatever the status of the error behind it (`cause`): Didit sends a
 * delivery again after 5xx, 404, a timeout or a broken connection, and gives up after any other 4xx.
 *
 * Source: https://docs.didit.me/integration/webhooks (read 2026-11-22)
 */
export class WebhookHandlerError extends DiditLivenessError {
  override readonly name = 'WebhookHandlerError';
  override readonly code = 'webhook-handler';
  readonly status = 500;
  /** Same as `status`; some error handlers read this one. */
  readonly statusCode = 500;
  readonly expose = false;

  constructor(
    /** The event that was not handled, or null when Didit gave it no id. */
    readonly eventId: string | null,
    cause: unknown,
  ) {
    super('The webhook event could not be handled; Didit will send it again', { cause });
  }
}
