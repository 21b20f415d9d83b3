import {
  decodeBoolean,
  decodeJson,
  decodeNullable,
  decodeObject,
  decodePageUrl,
  decodeString,
  member,
  UndecodableError,
} from './decoding.js';

/** What the organisation has left, in US dollars. */
export interface Balance {
  /** The exact decimal, as Didit wrote it, for example `41.2500`. */
  readonly balance: string;
  /** The same as a number, for comparisons; may be off in the last digits. */
  readonly balanceAmount: number;
  readonly autoRefill: {
    readonly enabled: boolean;
    /** Exact decimal, in US dollars. */
    readonly amount: string | null;
    /** Exact decimal, in US dollars: refilled when the balance falls below. */
    readonly threshold: string | null;
  };
}

/** Where a top-up is paid. */
export interface TopUp {
  readonly checkoutSessionId: string;
  /** The page on which somebody pays; until then the balance stays as it is. */
  readonly checkoutUrl: string;
}

/**
 * The body of a 200 answer of `GET /v3/billing/balance/`.
 * Source: the OpenAPI document at https://github.com/api-evangelist/didit (read 2026-11-22).
 *
 * @throws {@link UndecodableError}
 */
export function decodeBalance(body: Uint8Array): Balance {
  const answer = decodeObject(decodeJson(body), 'the body');
  const balance = decodeDecimal(member(answer, 'balance'), 'balance');
  const autoRefill = Object.freeze({
    enabled: decodeBoolean(member(answer, 'auto_refill_enabled'), 'auto_refill_enabled'),
    amount: decodeNullable(member(answer, 'auto_refill_amount'), 'auto_refill_amount', decodeDecimal),
    threshold: decodeNullable(member(answer, 'auto_refill_threshold'), 'auto_refill_threshold', decodeDecimal),
  });
  return Object.freeze({ balance, balanceAmount: Number(balance), autoRefill });
}

/**
 * The body of a 200 answer of `POST /v3/billing/top-up/`.
 * Source: the OpenAPI document at https://github.com/api-evangelist/didit (read 2026-11-22).
 *
 * @throws {@link UndecodableError}
 */
export function decodeTopUp(body: Uint8Array): TopUp {
  const answer = decodeObject(decodeJson(body), 'the body');
  return Object.freeze({
    checkoutSessionId: decodeString(member(answer, 'checkout_session_id'), 'checkout_session_id'),
    checkoutUrl: decodePageUrl(member(answer, 'checkout_session_url'), 'checkout_session_url'),
  });
}

function decodeDecimal(value: unknown, path: string): string {
  const text = decodeString(value, path);
  if (!/^-?\d{1,15}(\.\d{1,12})?$/.test(text)) throw new UndecodableError(path, 'a decimal number in a string');
  return text;
}
