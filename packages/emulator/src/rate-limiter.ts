import type { Answer } from './answer.js';
import { json } from './answer.js';
import { setBounded } from './bounded.js';

/** What a limiter counts and how much it lets through. */
export interface RateLimit {
  /** First word of the refusal. */
  readonly scope: 'Write' | 'GET';
  /** Requests in any 60 seconds; `Infinity` for no limit. */
  readonly limit: number;
  /** Clock in milliseconds since 1970. */
  readonly now: () => number;
}

/** A sliding window of 60 seconds per client. */
export interface RateLimiter {
  /** Counts the request, or answers 429 when the client has used up its window. Refused requests are not counted. */
  refuse(client: string): Answer | undefined;
}

const WINDOW_MS = 60_000;

/** Makes a limiter that has seen nobody. */
export function createRateLimiter({ scope, limit, now }: RateLimit): RateLimiter {
  const admitted = new Map<string, number[]>();
  return {
    refuse(client) {
      if (limit === Infinity) {
        return undefined;
      }
      const nowMs = now();
      const times = admitted.get(client) ?? [];
      const fresh = times.findIndex((time) => time > nowMs - WINDOW_MS);
      times.splice(0, fresh === -1 ? times.length : fresh);
      const [oldest] = times;
      if (oldest !== undefined && times.length >= limit) {
        return tooManyRequests({ scope, limit, nowMs, freeAtMs: oldest + WINDOW_MS });
      }
      times.push(nowMs);
      setBounded(admitted, client, times);
      return undefined;
    },
  };
}

/** What the answer to a client over its limit says. */
export interface Excess extends Pick<RateLimit, 'scope' | 'limit'> {
  readonly nowMs: number;
  /** When the next request would be let through. */
  readonly freeAtMs: number;
}

/**
 * The 429 answer; its four headers come on no other status.
 *
 * Source: https://docs.didit.me/integration/rate-limiting (read 2026-11-22)
 */
export function tooManyRequests({ scope, limit, nowMs, freeAtMs }: Excess): Answer {
  const detail = `${scope} request rate limit exceeded. You can make up to ${limit} requests per minute.`;
  return json(
    429,
    { detail },
    {
      'retry-after': String(Math.max(1, Math.ceil((freeAtMs - nowMs) / 1000))),
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Math.ceil(freeAtMs / 1000)),
    },
  );
}
