/** Entries that any of the emulator's collections keeps; the oldest go first. */
export const MAX_ENTRIES = 100_000;

/** Sets a key and drops the oldest one beyond {@link MAX_ENTRIES}. */
export function setBounded<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MAX_ENTRIES && oldest !== undefined) {
    map.delete(oldest);
  }
}

/** Appends an entry and drops the oldest one beyond {@link MAX_ENTRIES}. */
export function pushBounded<Value>(list: Value[], value: Value): void {
  list.push(value);
  if (list.length > MAX_ENTRIES) {
    list.shift();
  }
}

/** A set that forgets its oldest members beyond {@link MAX_ENTRIES}. */
export interface BoundedSet<Value> {
  add(value: Value): void;
  has(value: Value): boolean;
}

/** Makes an empty set. */
export function createBoundedSet<Value>(): BoundedSet<Value> {
  const members = new Map<Value, true>();
  return {
    add(value) {
      setBounded(members, value, true);
    },
    has: (value) => members.has(value),
  };
}
