/** What a delivery can be answered with besides 204, by code. Of these Didit tries again after 500 and 503 only. */
export const WEBHOOK_PROBLEMS = {
  'webhook-verification': { status: 401, title: 'The delivery could not be verified.' },
  'webhook-too-large': { status: 413, title: 'The delivery is too large.' },
  'webhook-handler': { status: 500, title: 'The event could not be handled.' },
  'webhook-running': { status: 503, title: 'The event is being handled.' },
  'webhook-timeout': { status: 503, title: 'The delivery took too long to arrive.' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

/** Name of a refusal of a delivery, the last part of its problem `type`. */
export type WebhookProblemCode = keyof typeof WEBHOOK_PROBLEMS;

/** What to answer a delivery with. */
export interface WebhookAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON (RFC 9457), or empty. */
  readonly body: string;
}

/** Seconds until another attempt makes sense. Didit keeps to a schedule of its own, of about one and four minutes. */
const RETRY_AFTER_SECONDS = 60;

/** Handled, now or before. */
export const ACCEPTED: WebhookAnswer = Object.freeze({ status: 204, headers: Object.freeze({}), body: '' });

/** The answer for a code. It says what, never why: the reason is for `onRejected`. */
export function problemAnswer(code: WebhookProblemCode, closeConnection = false): WebhookAnswer {
  const { status, title } = WEBHOOK_PROBLEMS[code];
  const headers = {
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status === 503 ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {}),
    ...(closeConnection ? { connection: 'close' } : {}),
  };
  const body = JSON.stringify({ type: `urn:problem-type:didit-liveness:${code}`, title, status, code });
  return Object.freeze({ status, headers: Object.freeze(headers), body });
}
