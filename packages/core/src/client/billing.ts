import { aPageUrl, checkOptions, numberFrom, type OptionChecks, required } from '../options.js';
import { type Balance, decodeBalance, decodeTopUp, type TopUp } from '../wire/billing.js';
import { encodeJson } from './body.js';
import type { Caller } from './caller.js';
import { aSignal } from './picture-fields.js';

/** Arguments of {@link Billing.balance}. */
export interface BalanceRequest {
  /** Ends the call early. */
  readonly signal?: AbortSignal;
}

/** Arguments of {@link Billing.topUp}. */
export interface TopUpRequest {
  /** US dollars, from 50 to 1_000_000. */
  readonly amountInDollars: number;
  /** Where the browser goes after the payment. Didit's default is its console. */
  readonly successUrl?: string;
  /** Where the browser goes when nobody pays. Didit's default is its console. */
  readonly cancelUrl?: string;
  /** Ends the call early. */
  readonly signal?: AbortSignal;
}

const BALANCE_CHECKS: OptionChecks<BalanceRequest> = { signal: aSignal };

/** Didit takes no less than 50 dollars; more than a million is a slip of the keyboard. */
const TOP_UP_CHECKS: OptionChecks<TopUpRequest> = {
  amountInDollars: required(numberFrom(50, 1_000_000)),
  successUrl: aPageUrl,
  cancelUrl: aPageUrl,
  signal: aSignal,
};

/** What the organisation has left, and how it gets more. Spends nothing. */
export class Billing {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * What the organisation of the key has left.
   *
   * @throws an {@link AnyCallError}
   */
  async balance(request: BalanceRequest = {}): Promise<Balance> {
    const { signal } = checkOptions('balance', request, BALANCE_CHECKS);
    return this.#caller.run({
      method: 'GET',
      path: '/v3/billing/balance/',
      effect: 'read',
      topic: 'data',
      decode: decodeBalance,
      signal,
    });
  }

  /**
   * Prepares a payment. Nothing is charged until somebody pays on the page that this gives.
   *
   * @throws {@link InvalidOptionError} for an argument that is not allowed; nothing is sent
   * @throws an {@link AnyCallError}; its `complaints` say what Didit does not like
   */
  async topUp(request: TopUpRequest): Promise<TopUp> {
    const { amountInDollars, successUrl, cancelUrl, signal } = checkOptions('topUp', request, TOP_UP_CHECKS);
    return this.#caller.run({
      method: 'POST',
      path: '/v3/billing/top-up/',
      effect: 'write',
      topic: 'data',
      body: encodeJson({ amount_in_dollars: amountInDollars, success_url: successUrl, cancel_url: cancelUrl }),
      decode: decodeTopUp,
      signal,
    });
  }
}
