import { DiditClient } from '../client/client.js';
import { InvalidOptionError } from '../errors.js';
import { pick } from '../options.js';
import type { LivenessEvent, LivenessEventListener } from './events.js';
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
const GATE_ONLY = ['apiKey', 'baseUrl', 'allowInsecure', 'timeoutMs', 'onEvent'] as const;

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
  const client = new DiditClient({ apiKey, ...pick(options, ['baseUrl', 'allowInsecure', 'timeoutMs']) });
  return createLivenessGate({ client, onEvent: options.onEvent ?? warnAbout(host) });
}

/** Errors of a call that only the operator can mend, and that would otherwise show as 503 and nothing else. */
const OPERATOR_ERRORS: ReadonlySet<string> = new Set([
  'authentication',
  'permission',
  'insufficient-credits',
  'api-key',
]);

/** Without a listener, what deserves a look is at least shown, once each. */
function warnAbout({ env, warn }: GuardHost): LivenessEventListener {
  const shown = new Set<string>();
  const warnOnce = (about: string, message: string) => {
    if (!shown.has(about)) warn(message);
    shown.add(about);
  };
  const mayUseSandbox = ['development', 'test'].includes(env['NODE_ENV'] ?? '');
  return (event: LivenessEvent) => {
    if (event.type === 'configuration' && !(event.warning === 'sandbox-key' && mayUseSandbox)) {
      warnOnce(event.warning, event.message);
    }
    if (event.type === 'failed' && OPERATOR_ERRORS.has(event.error)) {
      warnOnce(
        event.error,
        `Didit could not be asked (${event.error}); every check is answered with 503 until that is mended.`,
      );
    }
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
