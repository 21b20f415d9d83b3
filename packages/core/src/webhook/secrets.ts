import { InvalidOptionError } from '../errors.js';

/** The secret of a webhook destination (`secret_shared_key`); while it is rotated a list, the new one first. */
export type WebhookSecret = string | readonly string[];

/** As many as a rotation can need; each costs a few hashes per delivery. */
const MAX_SECRETS = 5;

/**
 * The keys of the signatures: the bytes of the secret as text. It looks like base64, but is not decoded.
 *
 * Source: https://docs.didit.me/integration/webhooks (read 2026-11-22)
 *
 * @throws {@link InvalidOptionError}, which never repeats a secret
 */
export function signingKeys(secret: unknown, option: string): readonly Uint8Array[] {
  const secrets: readonly unknown[] = Array.isArray(secret) ? secret : [secret];
  if (secrets.length === 0 || secrets.length > MAX_SECRETS || !secrets.every(isUsable)) {
    throw new InvalidOptionError(
      `${option} is not usable; allowed: the secret_shared_key of the webhook destination, which is not empty and has ` +
        `no blanks or line ends around it, or a list of up to ${MAX_SECRETS}, the newest first`,
      option,
    );
  }
  return secrets.map((text) => Buffer.from(text));
}

/** Blanks around it come from files and shells, and would make every delivery look forged. */
function isUsable(secret: unknown): secret is string {
  return typeof secret === 'string' && secret !== '' && secret === secret.trim();
}
