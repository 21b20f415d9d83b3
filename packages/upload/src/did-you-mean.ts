// Beyond two slips a suggestion is more likely wrong than helpful.
const MAX_SLIPS = 2;

/** The candidate that `word` most likely meant, if any is close enough. */
export function closestName(word: string, candidates: readonly string[]): string | undefined {
  let closest: string | undefined;
  let fewest = MAX_SLIPS + 1;
  for (const candidate of candidates) {
    const slips = countSlips(word.toLowerCase(), candidate.toLowerCase());
    if (slips < fewest) [closest, fewest] = [candidate, slips];
  }
  return closest;
}

/** Levenshtein distance, one row at a time. */
function countSlips(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 0; i < left.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < right.length; j++) {
      const replaced = at(row, j) + (left[i] === right[j] ? 0 : 1);
      next.push(Math.min(replaced, at(row, j + 1) + 1, at(next, j) + 1));
    }
    row = next;
  }
  return at(row, right.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
