import type { Answer } from './answer.js';
import { html, json } from './answer.js';
import { NO_CREDENTIALS, refuseKey } from './api-key.js';
import type { ApiRequest } from './api-request.js';
import { makeDecision } from './decision-body.js';
import type { SavedCheck } from './saved-checks.js';
import type { State } from './state.js';

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

/** `GET /v3/session/{request_id}/decision/`: an unknown id is a 404 before the key is looked at. */
export function answerDecision({ path, client, apiKey }: ApiRequest, state: State): Answer {
  const refused = state.reads.refuse(client);
  if (refused !== undefined) {
    return refused;
  }
  const [, , , id = ''] = path.split('/');
  if (!UUID.test(id)) {
    return html(
      404,
      '<!doctype html><html><head><title>Not Found</title></head><body><h1>Not Found</h1></body></html>',
    );
  }
  const saved = state.saved.get(id.toLowerCase());
  if (saved === undefined) {
    return json(404, { detail: 'Not found.' });
  }
  return refuseKey(apiKey, state, NO_CREDENTIALS) ?? json(200, toDecision(saved));
}

/** A saved check as a session of its own. */
export function toDecision(check: SavedCheck): Record<string, unknown> {
  return makeDecision({
    ...check,
    sessionUrl: null,
    environment: 'live',
    workflowId: null,
    expectedDetails: null,
    contactDetails: null,
    callback: null,
    expiresAt: null,
  });
}
