/**
 * The one value of this name that all copies of this package in a process share. It ships as ES modules and as CommonJS,
 * and guards of several frameworks may each bring a copy of their own.
 */
export function sharedState<Value extends object>(name: string, create: () => Value): Value {
  const key = Symbol.for(`didit-liveness.${name}`);
  // Only this function writes the key, and each name has one type of values.
  const shared = globalThis as { [key]?: Value };
  shared[key] ??= create();
  return shared[key];
}
