import type { Answer } from './answer.js';
import { json } from './answer.js';
import type { AuthMode } from './options.js';
import type { State } from './state.js';

/**
 * What a missing and a wrong key meant over time. For November the two documentation pages differ on a missing key; the
 * one about errors says 403.
 *
 * Source: https://docs.didit.me/integration/api-errors (read 2026-11-22)
 */
const STATUS: Readonly<Record<AuthMode, { readonly missing: 401 | 403; readonly wrong: 401 | 403 }>> = {
  seed: { missing: 401, wrong: 401 },
  jul: { missing: 403, wrong: 403 },
  nov: { missing: 403, wrong: 401 },
};

/** The text of a 403 on most endpoints. */
export const NO_PERMISSION = 'You do not have permission to perform this action.';

/** The text of a 403 where one session is read. */
export const NO_CREDENTIALS = 'Authentication credentials were not provided or are invalid.';

/**
 * Refuses a missing or wrong key the way the configured era does.
 *
 * @param forbidden - text of a 403, which differs between endpoints.
 */
export function refuseKey(
  apiKey: string | undefined,
  { options, issuedKeys }: Pick<State, 'options' | 'issuedKeys'>,
  forbidden: string,
): Answer | undefined {
  const { apiKeys, authMode } = options;
  if (apiKey === undefined) {
    return refuse(STATUS[authMode].missing, forbidden);
  }
  const isAccepted = apiKeys === undefined || apiKeys.includes(apiKey) || issuedKeys.has(apiKey);
  return isAccepted ? undefined : refuse(STATUS[authMode].wrong, forbidden);
}

/** Whether the key belongs to a sandbox application, whose checks are all approved and free. */
export function isSandboxKey(apiKey: string | undefined): boolean {
  return apiKey?.startsWith('sk_test_') ?? false;
}

function refuse(status: 401 | 403, forbidden: string): Answer {
  return json(status, { detail: status === 401 ? 'Invalid API Key.' : forbidden });
}
