import { DiditClient } from '../client/client.js';
import { InvalidOptionError } from '../errors.js';
import { pick } from '../options.js';
import type { FailedEvent, LivenessEvent, LivenessEventListener } from './events.js';
import { createLivenessGate, type LivenessGate } from './gate.js';
import type { GateSource } from './guard-options.js';

/** What a guard takes from the process it runs in. */
export interface GuardHost {
  /** What the user wrote to make the guard, for messages. */
  readonly name: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Shows a warning about the configuration. */
  readonly warn: (message: string) => void;
}

/** Options that belong to the gate, and so cannot be given along with one. */
const GATE_ONLY = ['apiKey', 'baseUrl', 'allowInsecure', 'timeoutMs', 'circuitBreaker', 'onEvent'] as const;

/**
 * The gate that the options name, or else one of their own.
 *
 * @throws {@link InvalidOptionError} for a missing key, and for a gate next to options of one
 */
export function gateOf(source: GateSource, host: GuardHost): LivenessGate {
  if (!source.gate) return createOwnGate(source, host);
  refuseGateOptions(source, host);
  return source.gate;
}

function createOwnGate(options: GateSource, host: GuardHost): LivenessGate {
  const apiKey = options.apiKey ?? host.env['DIDIT_API_KEY'];
  if (apiKey === undefined || (typeof apiKey === 'string' && apiKey.trim() === '')) {
    throw new InvalidOptionError(
      `${host.name}: there is no API key; set the environment variable DIDIT_API_KEY, or give apiKey or gate`,
      `${host.name}.apiKey`,
    );
  }
  const own = pick(options, ['baseUrl', 'allowInsecure', 'timeoutMs', 'circuitBreaker']);
  const client = new DiditClient({ apiKey, ...own }, host.name);
  return createLivenessGate({ client, onEvent: options.onEvent ?? warnAbout(host) });
}

/** What to do about errors that only the operator can mend, and that would otherwise show as 503 and nothing else. */
const OPERATOR_ADVICE: Readonly<Partial<Record<FailedEvent['error'], string>>> = {
  authentication: 'the API key is wrong, revoked or expired; check DIDIT_API_KEY or apiKey',
  permission: 'the API key is rejected, or may not do this from here; check its rights in the Didit console',
  'insufficient-credits': 'the account has not enough credits; top it up',
  'api-key': 'the function given as apiKey failed, or gave no key',
};

/** The selfie was paid for by then, so this is worth a word of its own. */
const SESSION_ADVICE =
  'no session could be made; check stepUp, whose workflowId has to be that of a published workflow';

function adviceOn({ step, error }: FailedEvent): string | undefined {
  const isAboutSession = step === 'session' && (error === 'bad-request' || error === 'not-found');
  return isAboutSession ? SESSION_ADVICE : OPERATOR_ADVICE[error];
}

const SKIPPED =
  'Didit is unavailable, and requests are let through without a check, as dangerouslyAllowWhenUnavailable says.';

/** A listener for where there is none: what deserves a look is at least shown, once each. */
export function warnAbout({ env, warn }: Pick<GuardHost, 'env' | 'warn'>): LivenessEventListener {
  const shown = new Set<string>();
  const warnOnce = (about: string, message: string) => {
    if (!shown.has(about)) warn(message);
    shown.add(about);
  };
  const mayUseSandbox = ['development', 'test'].includes(String(env['NODE_ENV']));
  return (event: LivenessEvent) => {
    if (event.type === 'configuration' && !(event.warning === 'sandbox-key' && mayUseSandbox)) {
      warnOnce(event.warning, event.message);
    }
    if (event.type === 'skipped') warnOnce('skipped', SKIPPED);
    if (event.type === 'circuit' && event.state === 'open' && event.because !== 'refused') {
      warnOnce('circuit', `Didit fails, so calls are stopped for a while (${event.because}); guards answer 503.`);
    }
    const advice = event.type === 'failed' ? adviceOn(event) : undefined;
    if (advice !== undefined) warnOnce(advice, `Didit refuses: ${advice}. Until that is mended nobody gets through.`);
  };
}

function refuseGateOptions(options: GateSource, host: GuardHost): void {
  const given = GATE_ONLY.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  throw new InvalidOptionError(
    `${host.name}.${given} is given along with gate; allowed: one of them`,
    `${host.name}.${given}`,
  );
}
