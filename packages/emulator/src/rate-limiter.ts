import type { Answer } from './answer.js';
import { json } from './answer.js';
import { createSlidingWindow } from './sliding-window.js';

/** What a limiter counts and how much it lets through. */
export interface RateLimit {
  /** First words of the refusal. */
  readonly scope: 'Write request' | 'GET request' | 'Session creation';
  /** Requests in any 60 seconds; `Infinity` for no limit. */
  readonly limit: number;
  /** Clock in milliseconds since 1970. */
  readonly now: () => number;
}

/** A limiter per client. */
export interface RateLimiter {
  /** Counts the request, or answers 429 when the client has used up its window. Refused requests are not counted. */
  refuse(client: string): Answer | undefined;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Makes a limiter with a window of 60 seconds that has seen nobody. */
export function createRateLimiter({ scope, limit, now }: RateLimit): RateLimiter {
  const window = createSlidingWindow({ limit, windowMs: MINUTE_MS });
  return {
    refuse(client) {
      const nowMs = now();
      const freeAtMs = window.admit(client, nowMs);
      return freeAtMs === undefined ? undefined : tooManyRequests({ scope, limit, nowMs, freeAtMs });
    },
  };
}

/** Makes a limiter with a window of one hour, as the account host has them: no `X-RateLimit` headers. */
export function createHourlyLimiter(limit: number, now: () => number): RateLimiter {
  const window = createSlidingWindow({ limit, windowMs: HOUR_MS });
  return {
    refuse(client) {
      const nowMs = now();
      const freeAtMs = window.admit(client, nowMs);
      return freeAtMs === undefined ? undefined : throttled(freeAtMs - nowMs);
    },
  };
}

/** The 429 of Django REST framework. */
export function throttled(waitMs: number): Answer {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const detail = `Request was throttled. Expected available in ${seconds} seconds.`;
  return json(429, { detail }, { 'retry-after': String(seconds) });
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
  const detail = `${scope} rate limit exceeded. You can make up to ${limit} requests per minute.`;
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
