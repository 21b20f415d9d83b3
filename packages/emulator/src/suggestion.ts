/** Edits beyond which two words have nothing to do with each other. */
const MAX_DISTANCE = 3;

/** Letters that are compared; no known name is as long. */
const MAX_LENGTH = 64;

/**
 * Ends a message about an unknown word with the nearest known one.
 *
 * @returns ` Did you mean "..."?`, or an empty string when nothing is near.
 */
export function didYouMean(word: string, known: readonly string[]): string {
  const nearest = known
    .map((name) => ({ name, distance: editDistance(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= MAX_DISTANCE && distance < name.length)
    .sort((a, b) => a.distance - b.distance)[0];
  return nearest === undefined ? '' : ` Did you mean "${nearest.name}"?`;
}

/** Levenshtein distance; a longer word is cut, so the work is bounded. */
function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [row, letter] of Array.from(left.slice(0, MAX_LENGTH)).entries()) {
    const current = [row + 1];
    for (const [column, other] of Array.from(right).entries()) {
      const replaced = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
