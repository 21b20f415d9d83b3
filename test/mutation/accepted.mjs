import { readFileSync } from 'node:fs';

/**
 * The survivors that docs/mutation.md accepts: under the heading of a file, lines like "- `code` -> `change`: reason".
 * Code that holds backticks stands between two of them.
 */
const ACCEPTED = readAccepted();

function readAccepted() {
  const keys = new Set();
  let file;
  for (const line of readFileSync(new URL('../../docs/mutation.md', import.meta.url), 'utf8').split('\n')) {
    file = /^### `(.+)`$/.exec(line)?.[1] ?? file;
    const [, , code, , change, reason] = /^- (`+) ?(.+?) ?\1 -> (`+) ?(.+?) ?\3: (.+)$/.exec(line) ?? [];
    if (reason) keys.add(keyOf({ file, code, change }));
  }
  return keys;
}

export function isAccepted(mutant) {
  return ACCEPTED.has(keyOf(mutant));
}

function keyOf({ file, code, change }) {
  return JSON.stringify([file, code, change]);
}
