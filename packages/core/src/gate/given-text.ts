/**
 * The text that a function of the application gave; undefined for anything else. Nobody waits for these functions, so an
 * asynchronous one gives none, and where it fails, its failure ends here: the process must not end over it.
 */
export function givenText(given: unknown): string | undefined {
  if (typeof given === 'string') return given;
  Promise.resolve(given).catch(() => {});
  return undefined;
}
