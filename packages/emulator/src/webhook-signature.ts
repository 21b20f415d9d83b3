import { createHmac } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';

/**
 * The headers of a delivery. The key is the secret as text; it is not base64.
 *
 * Source: https://docs.didit.me/integration/webhooks (read 2026-11-22)
 *
 * @param rawBody - the body exactly as it will be sent.
 */
export function webhookHeaders(rawBody: string, secret: string): Record<string, string> {
  // Our own body, which is an object.
  const body = JSON.parse(rawBody) as Readonly<Record<string, unknown>>;
  const sign = (message: string): string => createHmac('sha256', secret).update(message).digest('hex');
  return {
    'content-type': 'application/json',
    'user-agent': 'DiditWebhook/2.0 +https://didit.me',
    'x-timestamp': textOf(body['timestamp']),
    'x-signature': sign(rawBody),
    'x-signature-v2': sign(canonicalJson(body)),
    'x-signature-simple': sign(
      ['timestamp', 'session_id', 'status', 'webhook_type'].map((name) => textOf(body[name])).join(':'),
    ),
  };
}

/** What is missing counts as an empty text. */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
