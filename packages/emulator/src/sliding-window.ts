import { setBounded } from './bounded.js';

/** How many requests a client may send in any stretch of time. */
export interface WindowLimit {
  /** Requests; `Infinity` for no limit. */
  readonly limit: number;
  readonly windowMs: number;
}

/** The requests of the newest 100,000 clients. */
export interface SlidingWindow {
  /** Counts a request, or says when the next one would be let through. Refused requests are not counted. */
  admit(client: string, nowMs: number): number | undefined;
}

/** Makes a window that has seen nobody. */
export function createSlidingWindow({ limit, windowMs }: WindowLimit): SlidingWindow {
  const admitted = new Map<string, number[]>();
  return {
    admit(client, nowMs) {
      if (limit === Infinity) {
        return undefined;
      }
      const times = admitted.get(client) ?? [];
      const fresh = times.findIndex((time) => time > nowMs - windowMs);
      times.splice(0, fresh === -1 ? times.length : fresh);
      const [oldest] = times;
      if (oldest !== undefined && times.length >= limit) {
        return oldest + windowMs;
      }
      times.push(nowMs);
      setBounded(admitted, client, times);
      return undefined;
    },
  };
}
