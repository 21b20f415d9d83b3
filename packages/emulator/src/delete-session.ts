import type { Answer } from './answer.js';
import { json, noContent } from './answer.js';
import { NO_CREDENTIALS, refuseKey } from './api-key.js';
import type { ApiRequest } from './api-request.js';
import { refuseMalformed } from './decision.js';
import type { State } from './state.js';

/**
 * `DELETE /v3/session/{id}/delete/`: a session or a saved check, and the face in it.
 *
 * Source: https://docs.didit.me/sessions-api/delete-session (read 2026-11-22)
 */
export function answerDeleteSession(
  request: ApiRequest,
  state: State,
  { id = '' }: Readonly<Record<string, string>>,
): Answer {
  const refused =
    state.writes.refuse(request.client) ?? refuseMalformed(id) ?? refuseKey(request.apiKey, state, NO_CREDENTIALS);
  if (refused !== undefined) {
    return refused;
  }
  const number = state.saved.get(id.toLowerCase())?.sessionNumber ?? state.sessions.get(id)?.number;
  if (number === undefined) {
    return json(404, { detail: 'Not found.' });
  }
  const hadFace = state.saved.delete(id.toLowerCase());
  state.sessions.delete(id);
  return state.options.sessionDeleteStatus === 204 ? noContent() : json(200, toBody(id, number, hadFace));
}

function toBody(id: string, number: number, hadFace: boolean): unknown {
  return {
    session_id: id.toLowerCase(),
    session_number: number,
    face_retention_outcome: hadFace ? 'deleted' : 'none',
    biometric_template_uuid: null,
    biometric_template_expires_at: null,
    // Assumption: a number; the documentation names the member and no more.
    deleted_child_verifications: 0,
  };
}
