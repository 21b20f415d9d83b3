import { createHash, randomUUID } from 'node:crypto';
import { InvalidOptionError } from '../errors.js';
import type { OptionCheck } from '../options.js';
import { sharedWeakMap } from '../shared-state.js';
import { ApiKeyError } from './errors.js';

/** A key, or a function that is asked for it before every call, so that a key can be rotated without a restart. */
export type ApiKeySource = string | (() => string | Promise<string>);

/**
 * The key without blanks around it. Keys are opaque: older ones have no prefix, so only what HTTP cannot carry is
 * refused. Source: https://docs.didit.me/getting-started/api-authentication (read 2026-11-22).
 */
function usableKey(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const key = value.trim();
  return /^[\x21-\x7e]+$/.test(key) ? key : undefined;
}

/**
 * Checks the option `apiKey`.
 *
 * @param option - what the key is called in messages
 * @throws {@link InvalidOptionError}, which never repeats the key
 */
export function resolveApiKey(source: unknown, option: string): ApiKeySource {
  // Typed as it is documented; a function that gives something else is met when it is asked.
  if (typeof source === 'function') return source as () => string | Promise<string>;
  const key = usableKey(source);
  if (key !== undefined) return key;
  const problem =
    typeof source === 'string' && source.trim() !== '' ? 'contains characters that no key has' : 'is empty';
  throw new InvalidOptionError(
    `${option} ${problem}; allowed: the key from the Didit console, or a function that gives it`,
    option,
  );
}

/** True for the key of a sandbox application, on which Didit approves every picture without looking at it. */
export function isSandboxKey(source: unknown): boolean {
  return typeof source === 'string' && source.trim().startsWith('sk_test_');
}

/**
 * A name for an account that tells nothing of its key: the same for the same key, or for the same function that gives
 * one.
 */
export function nameAccount(origin: string, source: ApiKeySource): string {
  if (typeof source === 'string') return createHash('sha256').update(`${origin} ${source}`).digest('hex');
  const name = FUNCTION_NAMES.get(source) ?? randomUUID();
  FUNCTION_NAMES.set(source, name);
  return `${origin} ${name}`;
}

const FUNCTION_NAMES = sharedWeakMap<() => unknown, string>('key-functions/1');

/** The check of the option `apiKey`, as far as it can be made before the key is looked at. */
export const anApiKey: OptionCheck = {
  allowed: 'the key from the Didit console, or a function that gives it',
  accepts: (value) => typeof value === 'string' || typeof value === 'function',
  secret: true,
};

/** The key for one call. @throws {@link ApiKeyError} */
export async function readApiKey(source: ApiKeySource, endpoint: string): Promise<string> {
  if (typeof source === 'string') return source;
  const value = await askFor(source, endpoint);
  const key = usableKey(value);
  if (key === undefined) throw new ApiKeyError(endpoint, 'the apiKey function gave something that is not a key');
  return key;
}

async function askFor(source: () => string | Promise<string>, endpoint: string): Promise<unknown> {
  try {
    return await source();
  } catch (cause) {
    throw new ApiKeyError(endpoint, 'the apiKey function failed', cause);
  }
}
