import { InvalidArgumentError } from 'commander';

/** A parser for options that take a number. What it may be is checked where it is used. */
export function parseNumber(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError('It is not a number.');
  return value;
}

/** A parser for scores, 0 to 100; but nothing between 0 and 1, where somebody thought of a fraction. */
export function parseScore(text: string): number {
  const value = parseNumber(text);
  if (value === 0 || (value >= 1 && value <= 100)) return value;
  throw new InvalidArgumentError('It is not 0 or a number from 1 to 100 (80 means 80 of 100).');
}

/** A parser for options that take a whole number from `min` to `max`. */
export function parseWholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = parseNumber(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It is not a whole number from ${min} to ${max}.`);
  };
}
