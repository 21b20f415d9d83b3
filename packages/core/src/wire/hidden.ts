/**
 * Adds members that read like all others, but that no inspector, logger, JSON or spread shows: they are getters, and not
 * enumerable. For secrets in results.
 */
export function withHidden<Shown extends object, Hidden extends object>(
  shown: Shown,
  hidden: Hidden,
): Readonly<Shown & Hidden> {
  for (const [name, value] of Object.entries(hidden) as [string, unknown][]) {
    Object.defineProperty(shown, name, { get: () => value, enumerable: false });
  }
  // Every member of Hidden was just defined.
  return Object.freeze(shown as Shown & Hidden);
}
