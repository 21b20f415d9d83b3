/**
 * What text of others can do to a screen or a page: control characters (escape sequences, line breaks), further line
 * breaks, and marks that turn the direction of writing, which make a name read as another one.
 * Source: https://www.unicode.org/reports/tr9/ (read 2026-11-25), explicit directional marks.
 */
const DANGEROUS = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** Text of others (file names, answers, policies) for a line of ours: it stays on the line and shows what it is. */
export function foreign(text: string): string {
  return text.replace(DANGEROUS, '?');
}

/** JSON whose strings are exact, and which is safe to look at: everything dangerous in them is escaped. */
export function toJsonText(value: unknown): string {
  // The line breaks of the indentation are the only ones; JSON.stringify escapes those in strings.
  return JSON.stringify(value, null, 2).replace(DANGEROUS, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
