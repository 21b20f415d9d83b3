/** Code of the operating system, for example `ENOENT`. */
export function reasonOf(error: unknown): string {
  const { code } = Object(error) as { readonly code?: unknown };
  return typeof code === 'string' ? code : 'unknown reason';
}
