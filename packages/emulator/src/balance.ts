import type { Answer } from './answer.js';
import { json } from './answer.js';
import { NO_PERMISSION, refuseKey } from './api-key.js';
import type { ApiRequest } from './api-request.js';
import type { State } from './state.js';

/** `GET /v3/billing/balance/`. */
export function answerBalance({ client, apiKey }: ApiRequest, state: State): Answer {
  return (
    state.reads.refuse(client) ??
    refuseKey(apiKey, state, NO_PERMISSION) ??
    json(200, {
      balance: state.account.balance(),
      auto_refill_enabled: false,
      auto_refill_amount: null,
      auto_refill_threshold: null,
    })
  );
}
