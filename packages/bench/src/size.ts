const UNITS: Readonly<Record<string, number>> = { KB: 1024, MB: 1024 * 1024 };

/** Bytes of a size such as `200KB` or `4.9MB`; the units are those of memory, 1024 each. @throws RangeError */
export function parseSize(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?) ?(KB|MB)$/i.exec(text) ?? [];
  const factor = UNITS[unit.toUpperCase()];
  if (number === undefined || factor === undefined) throw new RangeError(`${text} is no size; write 200KB or 4.9MB`);
  const bytes = Math.round(Number(number) * factor);
  if (bytes < 1024 || bytes > 5 * 1024 * 1024) throw new RangeError(`${text} is not from 1KB to 5MB`);
  return bytes;
}

/** A size for people, as {@link parseSize} reads it. */
export function formatSize(bytes: number): string {
  const isLarge = bytes >= 1024 * 1024;
  return `${Number((bytes / (isLarge ? 1024 * 1024 : 1024)).toFixed(1))}${isLarge ? 'MB' : 'KB'}`;
}

/** The sizes that goals speak of. */
export const SIZES = {
  small: parseSize('50KB'),
  usual: parseSize('200KB'),
  large: parseSize('1MB'),
  largest: parseSize('4.9MB'),
};
