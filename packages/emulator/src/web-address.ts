/** Whether the value is an absolute address of http or https. */
export function isWebAddress(value: unknown): value is string {
  return typeof value === 'string' && URL.canParse(value) && /^https?:$/u.test(new URL(value).protocol);
}
