/** A copy of a parser's fields that has no prototype; anything but an object gives no fields. */
export function copyFields(source: unknown): Record<string, unknown> {
  const fields: Record<string, unknown> = Object.create(null);
  if (typeof source !== 'object' || ArrayBuffer.isView(source)) return fields;
  // Of null, which is an object too, nothing is copied.
  return Object.assign(fields, source);
}

/**
 * Whether values nest no deeper than allowed and hold no own `__proto__`, which turns into a prototype as soon as
 * somebody copies the object with `Object.assign`. `JSON.parse` makes such keys, and so does multer.
 */
export function isTame(value: unknown, depthLeft: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depthLeft < 0 || Object.hasOwn(value, '__proto__')) return false;
  return Object.values(value).every((entry) => isTame(entry, depthLeft - 1));
}
