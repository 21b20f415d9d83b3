import { types } from 'node:util';
import { systemClock } from '../clock.js';
import { checkOptions, integerFrom, invalidOption, type OptionCheck, type OptionChecks } from '../options.js';
import type { WireObject } from '../wire/decoding.js';
import { WebhookVerificationError } from './errors.js';
import { parseBody, secondsOf, timestampOf, toEvent, type WebhookEvent } from './event.js';
import { type SignatureHeaders, signatureHeadersOf, type WebhookHeaders } from './headers.js';
import { type WebhookSecret, signingKeys } from './secrets.js';
import { isSigned } from './signature.js';

/** Longest body that is looked at, in bytes: 1 MiB. */
export const MAX_WEBHOOK_BYTES: number = 1024 * 1024;

/** How far from now a delivery may have been sent, in seconds, unless told otherwise. */
export const DEFAULT_TOLERANCE_SECONDS = 300;

/** Options of `webhooks.verify`. */
export interface WebhookVerifyOptions {
  /**
   * Seconds that the body may be older, or further ahead, than now; 1 to 86_400. A second attempt comes about five minutes
   * after the first delivery, and it is not documented whether it has a new timestamp. @defaultValue 300
   */
  readonly toleranceSeconds?: number;
  /** Milliseconds since 1970. @defaultValue the clock of the process */
  readonly now?: number;
}

/** The check of the option `toleranceSeconds`. */
export const aTolerance: OptionCheck = integerFrom(1, 86_400);

const CHECKS: OptionChecks<WebhookVerifyOptions> = {
  toleranceSeconds: aTolerance,
  now: { allowed: 'milliseconds since 1970', accepts: Number.isFinite },
};

/** A delivery as it arrived. */
export interface Delivery {
  readonly rawBody: Uint8Array | string;
  readonly headers: WebhookHeaders;
}

/** What a delivery is held against. */
export interface VerificationRules {
  readonly keys: readonly Uint8Array[];
  readonly toleranceSeconds: number;
  readonly now: number;
}

/**
 * Verifies a delivery of Didit and gives the event in it.
 *
 * First `X-Signature`, over the raw bytes; then `X-Signature-V2`, over what they mean, which survives a middleware that
 * wrote the JSON anew. `X-Signature-Simple` alone is refused. Then the time that the signed body states, which has to be
 * that of `X-Timestamp`. Nothing is remembered: see `WebhookInbox` for deliveries that come twice.
 *
 * @param rawBody - the bytes as they were received; not a parsed object
 * @param headers - of the request; letter case does not matter
 * @param secret - of the webhook destination, or `[new, old]` while it is rotated
 * @throws {@link WebhookVerificationError} for everything that cannot be trusted, with `reason`
 * @throws {@link InvalidOptionError} for arguments that cannot be used
 */
// oxlint-disable-next-line max-params -- body, headers and secret in the order of Didit's own libraries
function verify(
  rawBody: Uint8Array | string,
  headers: WebhookHeaders,
  secret: WebhookSecret,
  options: WebhookVerifyOptions = {},
): WebhookEvent {
  const { toleranceSeconds = DEFAULT_TOLERANCE_SECONDS, now = systemClock.date() } = checkOptions(
    'webhooks.verify',
    options,
    CHECKS,
  );
  const keys = signingKeys(secret, 'webhooks.verify secret');
  return verifyDelivery({ rawBody, headers }, { keys, toleranceSeconds, now });
}

/**
 * What Didit's webhooks need.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { buffer } from 'node:stream/consumers';
 * import { webhooks } from '@didit-liveness/core';
 *
 * createServer(async (request, response) => {
 *   try {
 *     const event = webhooks.verify(await buffer(request), request.headers, 'your secret');
 *     if (event.type === 'status.updated') console.log(event.sessionId, event.status);
 *     response.writeHead(204).end();
 *   } catch {
 *     response.writeHead(401).end();
 *   }
 * }).listen(3000);
 * ```
 */
export const webhooks: { readonly verify: typeof verify } = Object.freeze({ verify });

/**
 * The same with options that were checked before.
 *
 * @throws {@link WebhookVerificationError}
 */
export function verifyDelivery({ rawBody, headers }: Delivery, rules: VerificationRules): WebhookEvent {
  const bytes = toBytes(rawBody);
  const signatures = signatureHeadersOf(headers);
  refuseUnsigned(signatures);
  if (bytes.length > MAX_WEBHOOK_BYTES) throw new WebhookVerificationError('malformed-body');
  const body = parseBody(bytes);
  if (!isSigned(bytes, body, { headers: signatures, keys: rules.keys })) {
    throw new WebhookVerificationError('wrong-signature');
  }
  if (body === undefined) throw new WebhookVerificationError('malformed-body');
  const event = toEvent(body, freshTimestamp(body, signatures, rules));
  if (event === undefined) throw new WebhookVerificationError('malformed-body');
  return event;
}

function toBytes(rawBody: unknown): Uint8Array {
  if (typeof rawBody === 'string') return Buffer.from(rawBody);
  if (types.isUint8Array(rawBody)) return rawBody;
  throw invalidOption('webhooks.verify rawBody', rawBody, {
    allowed: 'the bytes of the body as they were received, before any JSON parser',
  });
}

function refuseUnsigned({ raw, canonical, simple }: SignatureHeaders): void {
  if (raw !== undefined || canonical !== undefined) return;
  throw new WebhookVerificationError(simple === undefined ? 'no-signature' : 'simple-signature-only');
}

/**
 * When the body was sent, if that is near enough to now. Of the two times only that of the body is signed; a captured
 * delivery can be given any header.
 */
function freshTimestamp(
  body: WireObject,
  { timestamp: header }: SignatureHeaders,
  { toleranceSeconds, now }: VerificationRules,
): number {
  const sentAt = timestampOf(body);
  if (sentAt === null) throw new WebhookVerificationError('no-timestamp');
  const stated = secondsOf(body, 'timestamp');
  if (header !== undefined && stated !== null && header !== String(stated)) {
    throw new WebhookVerificationError('timestamp-mismatch');
  }
  // Asked this way round, a clock that gives no number refuses.
  const isFresh = Math.abs(now / 1000 - sentAt) <= toleranceSeconds;
  if (!isFresh) throw new WebhookVerificationError('stale');
  return sentAt;
}
