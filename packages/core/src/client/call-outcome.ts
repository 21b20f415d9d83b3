import { type AnyCallError, type CircuitCause, isCallError } from './errors.js';

/** What a call says about the service; `nothing` of one that found out nothing, for example since it was aborted. */
export type CallOutcome = 'answered' | 'nothing' | CircuitCause;

/** What a failed call says about the service. A refused picture is an answer: whoever sends pictures decides nothing here. */
export function outcomeOfFailure(error: unknown): CallOutcome {
  return isCallError(error) ? OUTCOMES[error.code](error) : 'nothing';
}

const always = (outcome: CallOutcome) => () => outcome;

const OUTCOMES: Readonly<Record<AnyCallError['code'], (error: AnyCallError) => CallOutcome>> = {
  connection: always('unavailable'),
  timeout: always('unavailable'),
  unavailable: always('unavailable'),
  'bad-response': always('unusable'),
  'unexpected-status': outcomeOfStatus,
  authentication: always('refused'),
  'insufficient-credits': always('refused'),
  permission: outcomeOfPermission,
  'bad-request': always('answered'),
  'not-found': always('answered'),
  'too-many-requests': always('nothing'),
  'circuit-open': always('nothing'),
  overloaded: always('nothing'),
  aborted: always('nothing'),
  'api-key': always('nothing'),
  'client-closed': always('nothing'),
};

/** Another 4xx may be about the picture; a redirect, or a success of another kind, is not from the API. */
function outcomeOfStatus(error: AnyCallError): CallOutcome {
  return 'status' in error && error.status !== null && error.status >= 400 ? 'answered' : 'unusable';
}

/** A 403 without a word of JSON may come from a firewall that dislikes one picture. */
function outcomeOfPermission(error: AnyCallError): CallOutcome {
  return 'complaints' in error && error.complaints.length > 0 ? 'refused' : 'answered';
}
