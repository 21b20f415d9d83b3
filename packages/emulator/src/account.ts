import type { Answer } from './answer.js';
import { json } from './answer.js';

/** The prepaid balance that all keys share. */
export interface Account {
  /** Whether one more check can be paid for. */
  canPay(): boolean;
  /** Takes the price of one check. */
  charge(): void;
  /** Adds a payment. */
  deposit(dollars: number): void;
  /** Fixed-point dollars with four decimals, as the API writes them. */
  balance(): string;
}

/** Fractions of a dollar that the API counts in; whole numbers keep sums exact. */
const UNITS_PER_DOLLAR = 10_000;

/** Opens an account. */
export function createAccount(balanceDollars: number, priceDollars: number): Account {
  const price = toUnits(priceDollars);
  let left = toUnits(balanceDollars);
  return {
    canPay: () => left >= price,
    charge() {
      left -= price;
    },
    deposit(dollars) {
      left += toUnits(dollars);
    },
    balance: () => (left / UNITS_PER_DOLLAR).toFixed(4),
  };
}

/** The text of a refusal for want of money. */
export const NO_CREDITS =
  "You don't have enough credits to perform this request. Please top up at https://business.didit.me";

/** The refusal of a check that cannot be paid for: a 403 whose only key is `error`. */
export function noCredits(): Answer {
  return json(403, { error: NO_CREDITS });
}

function toUnits(dollars: number): number {
  return Math.round(dollars * UNITS_PER_DOLLAR);
}
