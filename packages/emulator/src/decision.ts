import type { Answer } from './answer.js';
import { html, json } from './answer.js';
import { NO_CREDENTIALS, refuseKey } from './api-key.js';
import type { ApiRequest } from './api-request.js';
import { makeDecision } from './decision-body.js';
import type { SavedCheck } from './saved-checks.js';
import { toSubject } from './session-decision.js';
import type { State } from './state.js';

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

type SessionParams = Readonly<Record<string, string>>;

/** `GET /v3/session/{id}/decision/`: an unknown id is a 404 before the key is looked at. */
export function answerDecision(request: ApiRequest, state: State, { id = '' }: SessionParams): Answer {
  const refused = state.reads.refuse(request.client) ?? refuseMalformed(id);
  if (refused !== undefined) {
    return refused;
  }
  const body = findDecision(id, request.origin, state);
  if (body === undefined) {
    return json(404, { detail: 'Not found.' });
  }
  return refuseKey(request.apiKey, state, NO_CREDENTIALS) ?? json(200, body);
}

/** The HTML page that a malformed identifier gets. */
export function refuseMalformed(id: string): Answer | undefined {
  return UUID.test(id)
    ? undefined
    : html(404, '<!doctype html><html><head><title>Not Found</title></head><body><h1>Not Found</h1></body></html>');
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

function findDecision(id: string, origin: string, { saved, sessions }: State): unknown {
  const check = saved.get(id.toLowerCase());
  const session = sessions.get(id);
  if (session !== undefined) {
    return makeDecision(toSubject(session, origin));
  }
  return check === undefined ? undefined : toDecision(check);
}
