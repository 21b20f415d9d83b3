/** The middle of numbers in order; the mean of the two in the middle of an even count. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/** Median, least and greatest. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** How values lie. */
export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), low: Math.min(...values), high: Math.max(...values) };
}

/**
 * How far a floor moved between the thirds of a run: the highest of their medians over the lowest, less one. What one
 * round suffers does not count; a machine that became slower or faster meanwhile does.
 */
export function driftOf(values: readonly number[]): number {
  const third = Math.max(1, Math.floor(values.length / 3));
  const thirds = [values.slice(0, third), values.slice(third, -third), values.slice(-third)].filter(
    ({ length }) => length > 0,
  );
  const medians = thirds.map(median);
  return Math.max(...medians) / Math.min(...medians) - 1;
}

/** Whether every value of the upper half, the median included, is beyond the limit. */
export function isUpperHalfBeyond(values: readonly number[], limit: number): boolean {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted.slice(Math.floor((sorted.length - 1) / 2));
  return upper.length > 0 && upper.every((value) => value > limit);
}
