import { randomBytes } from 'node:crypto';
import { setBounded } from './bounded.js';

/** A payment that was asked for. */
export interface Checkout {
  readonly id: string;
  readonly dollars: number;
  readonly successUrl: string | undefined;
  readonly cancelUrl: string | undefined;
  isPaid: boolean;
}

/** The newest 100,000 checkouts. */
export interface Checkouts {
  open(checkout: Pick<Checkout, 'dollars' | 'successUrl' | 'cancelUrl'>): Checkout;
  get(id: string): Checkout | undefined;
}

/** Makes an empty register of checkouts. */
export function createCheckouts(): Checkouts {
  const checkouts = new Map<string, Checkout>();
  return {
    open(given) {
      const checkout = { ...given, id: `cs_emulator_${randomBytes(12).toString('base64url')}`, isPaid: false };
      setBounded(checkouts, checkout.id, checkout);
      return checkout;
    },
    get: (id) => checkouts.get(id),
  };
}
