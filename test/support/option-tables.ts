import { read } from '../repo/source.js';

/** Names of the options in the first table below a heading of a document, sorted. */
export function documentedOptions(path: string, heading: string): string[] {
  return rowsBelow(path, heading)
    .flatMap(([first = '']) => namesIn(first))
    .toSorted();
}

/** Names that the row of an option lists for its members, sorted: `{ enabled, failureRatio }`. */
export function documentedMembers(path: string, heading: string, option: string): string[] {
  const row = rowsBelow(path, heading).find(([first = '']) => namesIn(first).includes(option)) ?? [];
  const [, members = ''] = /`\{ ([^}]+) \}`/.exec(row.join('|')) ?? [];
  return members
    .split(/\?*, |\?/)
    .filter(Boolean)
    .toSorted();
}

/** Names of the options that are really allowed: those that are told to whoever gives another one. */
export function allowedOptions(give: (options: object) => unknown): string[] {
  const [, names = ''] =
    /(?:allowed:|options:|the options are) ([\w$, ]+)\.?$/i.exec(refusalOf(() => give({ '?': true }))) ?? [];
  return names.split(', ').toSorted();
}

function refusalOf(give: () => unknown): string {
  try {
    give();
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  return 'nothing was refused';
}

/** The cells of the first table below a heading. */
function rowsBelow(path: string, heading: string): string[][] {
  const [, rest = ''] = read(path).split(`\n${heading}\n`);
  const [section = ''] = rest.split(/^## /m);
  const [table = ''] = /^\|.*(?:\n\|.*)*/m.exec(section) ?? [];
  const [, , ...lines] = table.split('\n'); // The head, and the line below it.
  return lines.map((line) => line.split(/(?<!\\)\|/).slice(1, -1));
}

/** The names in a cell; a name that begins with a dot goes on from the one before: `score.a`, `.b`. */
function namesIn(cell: string): string[] {
  const names = [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
  return names.map((name) => (name.startsWith('.') ? `${names[0]?.split('.')[0] ?? ''}${name}` : name));
}
