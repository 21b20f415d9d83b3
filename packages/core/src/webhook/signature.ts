import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalJson, escapeBeyondAscii } from './canonical-json.js';
import type { SignatureHeaders } from './headers.js';

/** Lower case and whole, as Didit writes it: of each signature there is one spelling. */
const HEX_SHA256 = /^[0-9a-f]{64}$/;
/** Nothing but digits may stand before the colon of a prefixed message, so that it can be read in one way only. */
const UNIX_SECONDS = /^\d{1,15}$/;

/**
 * Longest body that is put into its canonical form, in bytes: that is work for somebody who has not proved anything yet.
 * The signature over the bytes as they are is good for longer ones.
 */
const MAX_CANONICAL_BYTES = 128 * 1024;

/** Whether one of the signatures over the whole content was made with one of the keys. */
export function isSigned(body: Uint8Array, parsed: unknown, by: SignedBy): boolean {
  const { headers, keys } = by;
  if (isMadeOf(headers.raw, () => [body], keys)) return true;
  if (body.length > MAX_CANONICAL_BYTES) return false;
  return isMadeOf(headers.canonical, () => canonicalMessages(parsed, headers.timestamp), keys);
}

/** What a signature is held against. */
export interface SignedBy {
  readonly headers: SignatureHeaders;
  readonly keys: readonly Uint8Array[];
}

/**
 * Every keyed message that `X-Signature-V2` may be of. Didit's documents and samples disagree about escapes and about the
 * prefix; each of the four covers the whole content, so accepting all of them opens nothing.
 *
 * Source: https://docs.didit.me/integration/webhooks (read 2026-11-22)
 */
function* canonicalMessages(parsed: unknown, timestamp: string | undefined): Generator<string> {
  const plain = canonicalJson(parsed);
  if (plain === undefined) return;
  for (const message of new Set([plain, escapeBeyondAscii(plain)])) {
    yield message;
    if (timestamp?.match(UNIX_SECONDS)) yield `${timestamp}:${message}`;
  }
}

function isMadeOf(
  signature: string | undefined,
  messages: () => Iterable<string | Uint8Array>,
  keys: readonly Uint8Array[],
): boolean {
  const digits = signature?.match(HEX_SHA256)?.[0];
  if (digits === undefined) return false;
  const given = Buffer.from(digits, 'hex');
  const fits = [...messages()].flatMap((message) =>
    keys.map((key) => timingSafeEqual(createHmac('sha256', key).update(message).digest(), given)),
  );
  return fits.includes(true);
}
