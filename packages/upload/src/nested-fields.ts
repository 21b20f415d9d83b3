type Key = string | number;
/** Objects without a prototype and lists, which take both kinds of keys. */
type Container = Record<Key, unknown>;

/** Where a name puts its value. */
interface FieldPath {
  readonly keys: readonly [Key, ...Key[]];
  /** The name ends with `[]`. */
  readonly isList: boolean;
}

const SEGMENT = /\[([^\]]+)\]/y;
const INDEX = /^\d+$/;
const BRACKETED_INDEX = /^(\d+)\]/;

/** Whether a name has no more brackets than allowed, and no larger number in any of them. */
export function isNameWithin(name: string, { maxDepth, maxIndex }: { maxDepth: number; maxIndex: number }): boolean {
  const [, ...bracketed] = name.split('[');
  if (bracketed.length > maxDepth) return false;
  return bracketed.every((text) => Number(BRACKETED_INDEX.exec(text)?.[1] ?? 0) <= maxIndex);
}

/**
 * Puts a text field where its name says: `a[b]` and `a[0]` are paths, `a[]` and a repeated name make lists. As
 * append-field does it, which users know from multer; its oddities included, since handlers may rely on them.
 *
 * @param fields - an object without a prototype; everything that is added to it has none either
 */
export function addField(fields: Record<string, unknown>, name: string, value: string): void {
  const { keys, isList } = pathOf(name);
  let container: Container = fields;
  for (const [index, key] of keys.slice(0, -1).entries()) {
    container = descend(container, key, typeof keys[index + 1] === 'number');
  }
  put(container, keys.at(-1) ?? keys[0], isList ? [value] : value);
}

/** The path that a name spells, or the name itself as the only key where it spells none. */
function pathOf(name: string): FieldPath {
  const literal: FieldPath = { keys: [name], isList: false };
  const opening = name.indexOf('[');
  if (opening < 1) return literal;

  const keys: [Key, ...Key[]] = [name.slice(0, opening)];
  for (let position = opening; position < name.length; position = SEGMENT.lastIndex) {
    if (name.slice(position) === '[]') return { keys, isList: true };
    SEGMENT.lastIndex = position;
    const key = SEGMENT.exec(name)?.[1];
    if (key === undefined) return literal;
    keys.push(INDEX.test(key) ? Number(key) : key);
  }
  return { keys, isList: false };
}

/** The container under a key, made or turned into one where it is none. */
function descend(container: Container, key: Key, isForIndex: boolean): Container {
  const current = container[key];
  // What is no string was made here, of the two kinds that there are.
  if (typeof current === 'object' && (isForIndex || !Array.isArray(current))) return current as Container;
  // A list can take indices only for as long as it is one.
  const next: Container = current === undefined && isForIndex ? ([] as unknown as Container) : Object.create(null);
  if (Array.isArray(current)) current.forEach((entry, index) => (next[index] = entry));
  else if (current !== undefined) next[''] = current;
  container[key] = next;
  return next;
}

function put(container: Container, key: Key, value: string | [string]): void {
  const current = container[key];
  const [text] = typeof value === 'string' ? [value] : value;
  if (current === undefined) container[key] = value;
  else if (Array.isArray(current)) current.push(text);
  else if (typeof current === 'object') put(current as Container, '', text);
  else container[key] = [current, text];
}
