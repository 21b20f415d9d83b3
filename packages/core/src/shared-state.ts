/**
 * The map of this name that all copies of this package in a process share. The packages ship as ES modules and as
 * CommonJS, and one request may pass through guards of both.
 */
export function sharedWeakMap<Key extends object, Value>(name: string): WeakMap<Key, Value> {
  const key = Symbol.for(`didit-liveness.${name}`);
  // Only this function writes the key, and each name has one type of values.
  const shared = globalThis as { [key]?: WeakMap<Key, Value> };
  shared[key] ??= new WeakMap();
  return shared[key];
}
