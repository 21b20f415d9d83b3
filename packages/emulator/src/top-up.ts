import type { Answer } from './answer.js';
import { json, redirect } from './answer.js';
import { NO_PERMISSION, refuseKey } from './api-key.js';
import type { ApiRequest } from './api-request.js';
import type { Checkout } from './checkouts.js';
import { readJsonBody } from './json-body.js';
import { escapeHtml, page } from './page.js';
import type { State } from './state.js';
import { isWebAddress } from './web-address.js';

const MIN_DOLLARS = 50;

/** Assumption: the API's own upper limit is not documented. */
const MAX_DOLLARS = 1_000_000;

/** `POST /v3/billing/top-up/`; its refusals are bare arrays. */
export function answerTopUp(request: ApiRequest, state: State): Answer {
  const refused = state.writes.refuse(request.client) ?? refuseKey(request.apiKey, state, NO_PERMISSION);
  if (refused !== undefined) {
    return refused;
  }
  const body = readJsonBody(request);
  if (body.kind === 'refused') {
    return body.answer;
  }
  const { amount_in_dollars: amount, success_url: successUrl, cancel_url: cancelUrl } = body.value;
  const problem = describeAmount(amount) ?? describeUrls({ success_url: successUrl, cancel_url: cancelUrl });
  if (problem !== undefined) {
    return json(400, [problem]);
  }
  const checkout = state.checkouts.open({
    // What has no problem is a number, and the addresses are texts or missing.
    dollars: amount as number,
    successUrl: (successUrl ?? undefined) as string | undefined,
    cancelUrl: (cancelUrl ?? undefined) as string | undefined,
  });
  const url = `${request.origin}/checkout/${checkout.id}`;
  return json(200, { checkout_session_id: checkout.id, checkout_session_url: url });
}

/** `GET /checkout/{id}`: a page with one button. */
export function answerCheckout(_request: ApiRequest, { checkouts }: State, { id = '' }: CheckoutParams): Answer {
  const checkout = checkouts.get(id);
  return checkout === undefined ? page(404, 'No such checkout', '') : showCheckout(checkout);
}

/** `POST /checkout/{id}`: pays once, and sends the browser on when the caller said where. */
export function answerPay(_request: ApiRequest, state: State, { id = '' }: CheckoutParams): Answer {
  const checkout = state.checkouts.get(id);
  if (checkout === undefined) {
    return page(404, 'No such checkout', '');
  }
  if (!checkout.isPaid) {
    checkout.isPaid = true;
    state.account.deposit(checkout.dollars);
  }
  return checkout.successUrl === undefined ? showCheckout(checkout) : redirect(checkout.successUrl);
}

type CheckoutParams = Readonly<Record<string, string>>;

function describeAmount(amount: unknown): string | undefined {
  if (amount === undefined || amount === null) {
    return 'amount_in_dollars is required.';
  }
  if (typeof amount !== 'number') {
    return 'amount_in_dollars must be a number.';
  }
  if (amount < MIN_DOLLARS) {
    return `Amount must be at least $${MIN_DOLLARS}.`;
  }
  return amount > MAX_DOLLARS ? `Amount must be at most $${MAX_DOLLARS}.` : undefined;
}

/** Assumption: the text for a wrong address is not documented. */
function describeUrls(urls: Readonly<Record<string, unknown>>): string | undefined {
  const wrong = Object.entries(urls).find(([, url]) => url !== undefined && url !== null && !isWebAddress(url));
  return wrong === undefined ? undefined : `${wrong[0]} must be a valid URL.`;
}

function showCheckout({ dollars, isPaid, cancelUrl }: Checkout): Answer {
  const amount = `$${dollars.toFixed(2)}`;
  if (isPaid) {
    return page(200, `${amount} paid`, '<p>The balance has been raised. You may close this page.</p>');
  }
  const cancel = cancelUrl === undefined ? '' : `<p><a href="${escapeHtml(cancelUrl)}">Cancel</a></p>`;
  return page(
    200,
    'Top up the balance',
    `<p>No money moves: this is the Didit emulator.</p>
<form method="post"><button type="submit">Pay ${amount}</button></form>${cancel}`,
  );
}
