import {
  type AnyCallError,
  type CircuitCause,
  isCallError,
  type PermissionError,
  type UnexpectedStatusError,
} from './errors.js';

/** What a call says about the service; `nothing` of one that found out nothing, for example since it was aborted. */
export type CallOutcome = 'answered' | 'nothing' | CircuitCause;

/** What a failed call says about the service. A refused picture is an answer: whoever sends pictures decides nothing here. */
export function outcomeOfFailure(error: unknown): CallOutcome {
  if (!isCallError(error)) return 'nothing';
  // The entry of its own code takes this error.
  const judge = OUTCOMES[error.code] as (error: AnyCallError) => CallOutcome;
  return judge(error);
}

const always = (outcome: CallOutcome) => () => outcome;

const OUTCOMES: {
  readonly [Code in AnyCallError['code']]: (error: Extract<AnyCallError, { code: Code }>) => CallOutcome;
} = {
  connection: (error) => (isOutage(error) ? 'unavailable' : 'nothing'),
  timeout: (error) => (isOutage(error) ? 'unavailable' : 'nothing'),
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
function outcomeOfStatus({ status }: UnexpectedStatusError): CallOutcome {
  return status >= 400 ? 'answered' : 'unusable';
}

/** Didit says under `detail` what a key may not; any other 403 may come from a firewall that dislikes one picture. */
function outcomeOfPermission({ body }: PermissionError): CallOutcome {
  return /^\s*\{\s*"detail"\s*:/.test(body) ? 'refused' : 'answered';
}

/**
 * Whether Didit itself is not there. Not so for an answer that cannot be used, which a picture may have provoked; nor for a
 * key, an account or a rate that Didit refuses; nor for what this process could not do, which traffic can bring about.
 */
export function isOutage(error: AnyCallError): boolean {
  if (error.code === 'circuit-open') return error.because === 'unavailable';
  if (error.code === 'timeout') return !error.ofOwnMaking;
  if (error.code === 'connection') return !OWN_LACKS.has(error.reason);
  return error.code === 'unavailable';
}

/** What the operating system says when this process, or its machine, has run out of something. */
const OWN_LACKS: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);
