/** What came of one attempt that gave no usable answer. */
export type FailedAttempt =
  /** Nothing was sent. `reason` is the code of Node. */
  | { readonly kind: 'not-sent'; readonly reason: string }
  /** The request was sent, and the connection broke or the service failed: it may have been processed and charged. */
  | { readonly kind: 'ambiguous' }
  /** 429: refused before any work. */
  | { readonly kind: 'rate-limited'; readonly retryAfterMs: number | undefined }
  /** 408: the request did not arrive as a whole. */
  | { readonly kind: 'request-timeout' };

/** What the decision to send again depends on besides the attempt. */
export interface RetryContext {
  /** Attempts of the same kind that failed before this one. */
  readonly earlier: number;
  readonly remainingMs: number;
  /** The caller accepts to pay twice. */
  readonly retryAmbiguous: boolean;
  /** The caller does not wait for its turn itself. */
  readonly retryRateLimited: boolean;
  /** From 0 (included) to 1 (excluded). */
  readonly random: number;
}

/** How often each kind may be tried again, and the base of its backoff in milliseconds. */
const RULES = {
  'not-sent': { limit: 2, baseMs: 50 },
  ambiguous: { limit: 1, baseMs: 200 },
  'rate-limited': { limit: 5, baseMs: 1_000 },
  'request-timeout': { limit: 1, baseMs: 50 },
} as const satisfies Record<FailedAttempt['kind'], { limit: number; baseMs: number }>;

/** Failures to connect that may pass; a wrong name or certificate, and whatever else there is, will be met again. */
const TRANSIENT: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
]);

/**
 * The money rule: every 200 is charged and there is no idempotency key, so a request is sent again only when it surely
 * was not processed, unless the caller opted into paying twice.
 *
 * @returns the milliseconds to wait before the next attempt, or undefined when there must be none
 */
export function planRetry(attempt: FailedAttempt, context: RetryContext): number | undefined {
  if (!isAllowed(attempt, context)) return undefined;
  const { limit, baseMs } = RULES[attempt.kind];
  if (context.earlier >= limit) return undefined;
  const backoffMs = baseMs * 2 ** context.earlier * (0.5 + context.random / 2);
  const askedMs = attempt.kind === 'rate-limited' ? (attempt.retryAfterMs ?? 0) : 0;
  const delayMs = Math.max(backoffMs, askedMs);
  return delayMs < context.remainingMs ? delayMs : undefined;
}

function isAllowed(attempt: FailedAttempt, { retryAmbiguous, retryRateLimited }: RetryContext): boolean {
  switch (attempt.kind) {
    case 'not-sent':
      return TRANSIENT.has(attempt.reason);
    case 'ambiguous':
      return retryAmbiguous;
    case 'rate-limited':
      return retryRateLimited;
    case 'request-timeout':
      return true;
    default:
      attempt satisfies never;
      return false;
  }
}
