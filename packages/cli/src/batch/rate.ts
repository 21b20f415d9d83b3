import { InvalidArgumentError } from 'commander';

const SECONDS = { s: 1, sec: 1, min: 60, m: 60, h: 3_600 } as const satisfies Record<string, number>;

/** Calls a second. */
const MAX_PER_SECOND = 1_000;

/** Reads `300/min`, `5/s` or `1000/h` as calls a second. */
export function parseRate(text: string): number {
  const [, count = '', unit = ''] = /^(\d+(?:\.\d+)?)\/(s|sec|min|m|h)$/.exec(text.trim()) ?? [];
  // The pattern lets only keys of the table through, or nothing.
  const perSecond = Number(count) / (SECONDS[unit as keyof typeof SECONDS] ?? Number.NaN);
  if (perSecond > 0 && perSecond <= MAX_PER_SECOND) return perSecond;
  throw new InvalidArgumentError(`It is not a rate like 300/min or 5/s, up to ${MAX_PER_SECOND}/s.`);
}
