import { anApiKey, type ApiKeySource } from '../client/api-key.js';
import { DiditClient } from '../client/client.js';
import { InvalidOptionError } from '../errors.js';
import {
  aBoolean,
  aFunction,
  aString,
  checkOptions,
  integerFrom,
  type OptionCheck,
  type OptionChecks,
} from '../options.js';
import type { HintCode } from '../policy/catalogue.js';
import type { LivenessEvent, LivenessEventListener } from './events.js';
import { createLivenessGate, type LivenessGate } from './gate.js';
import { ROUTE_CHECKS, type RouteOptions } from './options.js';
import type { Selfie, SelfieReading } from './reading.js';
import type { LivenessRefusal } from './refusal.js';
import type { GateResult } from './result.js';
import type { Attempt, FieldErrors, LivenessRoute } from './route.js';

/** Body formats that a guard can read a selfie from. */
export type SelfieFormat = 'multipart' | 'image' | 'json';

/**
 * Options of a guard, the same for every framework.
 *
 * `Request` is what the framework gives functions of the application; `Host` are the arguments with which it lets them
 * answer.
 */
export interface GuardOptions<Request, Host extends readonly unknown[]> extends RouteOptions {
  /** Key of your Didit application, or a function that gives it. @defaultValue the variable `DIDIT_API_KEY` */
  readonly apiKey?: ApiKeySource;
  /** A gate to share between routes, in place of `apiKey` and the other options about Didit. */
  readonly gate?: LivenessGate;
  /** Where the API is. @defaultValue 'https://verification.didit.me' */
  readonly baseUrl?: string;
  /** Lets `baseUrl` be http on a loopback address. @defaultValue false */
  readonly allowInsecure?: boolean;
  /** Milliseconds for the call to Didit, all attempts included; 100 to 120_000. @defaultValue 10_000 */
  readonly timeoutMs?: number;
  /** Gets every event. @defaultValue warnings about the configuration go to `process.emitWarning` */
  readonly onEvent?: LivenessEventListener;

  /** Name of the form field that holds the selfie. @defaultValue 'selfie' */
  readonly field?: string;
  /** Body formats to accept; `'json'` is a base64 string or data URL in `field`. @defaultValue ['multipart', 'image'] */
  readonly accept?: readonly SelfieFormat[];
  /** Milliseconds for the upload; 100 to 600_000. @defaultValue 15_000 */
  readonly uploadTimeoutMs?: number;

  /** Looks at the text fields before money is spent; what it complains about is answered with 422. */
  readonly validate?: (
    fields: Selfie['fields'],
    request: Request,
  ) => FieldErrors | undefined | void | Promise<FieldErrors | undefined | void>;
  /**
   * Your stable, opaque id of the person, from your session and **never from the form**: faces known under the same id
   * are left out of duplicate and blocklist screening.
   */
  readonly subject?: (request: Request) => string | undefined | Promise<string | undefined>;
  /** Text of a hint in the language of the request; undefined keeps the English one. */
  readonly hintText?: (code: HintCode, request: Request) => string | undefined;

  /** Names a request in its answer and events, for example by the id of your own log. @defaultValue a random UUID */
  readonly correlationId?: (request: Request) => string | undefined;

  /** Answers a decision that is no, in place of the problem. Cannot let the handler run. */
  readonly onDeclined?: (refusal: LivenessRefusal, ...host: Host) => void | Promise<void>;
  /** Answers every other refusal, in place of the problem. Cannot let the handler run. */
  readonly onError?: (refusal: LivenessRefusal, ...host: Host) => void | Promise<void>;
}

/** What a guard takes from the process it runs in. */
export interface GuardHost {
  /** What the user wrote to make the guard, for messages. */
  readonly name: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Shows a warning about the configuration. */
  readonly warn: (message: string) => void;
}

/** By its shape: the gate may come from another copy of this package. */
const aGate: OptionCheck = {
  allowed: 'a gate made by createLivenessGate',
  accepts: (value) => typeof value === 'object' && value !== null && 'route' in value && 'client' in value,
};

/** As strict as the reader of uploads, so that the message names the option that the user wrote. */
const aFieldName: OptionCheck = {
  allowed: '1 to 100 characters without double quotes and control characters',
  accepts: (value) => typeof value === 'string' && /^[^"\p{Cc}]{1,100}$/u.test(value),
};

const FORMATS: readonly unknown[] = ['multipart', 'image', 'json'] satisfies SelfieFormat[];

const aListOfFormats: OptionCheck = {
  allowed: "a list of one or more of 'multipart', 'image', 'json'",
  accepts: (value) => Array.isArray(value) && value.length > 0 && value.every((format) => FORMATS.includes(format)),
};

const CHECKS: OptionChecks<GuardOptions<never, never>> = {
  ...ROUTE_CHECKS,
  apiKey: anApiKey,
  gate: aGate,
  baseUrl: aString,
  allowInsecure: aBoolean,
  timeoutMs: integerFrom(100, 120_000),
  onEvent: aFunction,
  field: aFieldName,
  accept: aListOfFormats,
  uploadTimeoutMs: integerFrom(100, 600_000),
  validate: aFunction,
  subject: aFunction,
  hintText: aFunction,
  correlationId: aFunction,
  onDeclined: aFunction,
  onError: aFunction,
};

/** Options that belong to the gate, and so cannot be given along with one. */
const GATE_ONLY = ['apiKey', 'baseUrl', 'allowInsecure', 'timeoutMs', 'onEvent'] as const;

/** A guard of one route, without the framework. Adapters make one and translate. */
export interface Guard<Request, Host extends readonly unknown[]> {
  readonly gate: LivenessGate;
  readonly route: LivenessRoute;
  /** Options for the reader of uploads. */
  readonly reading: {
    readonly field?: string;
    readonly accept?: readonly SelfieFormat[];
    readonly timeoutMs?: number;
  };
  /** Takes one request through the gate. @throws what the functions of the application throw */
  readonly check: (request: Request, read: () => Promise<SelfieReading>, signal: AbortSignal) => Promise<GateResult>;
  /** The override that answers this refusal, if the application gave one. */
  readonly overrideFor: (
    refusal: LivenessRefusal,
  ) => ((refusal: LivenessRefusal, ...host: Host) => void | Promise<void>) | undefined;
}

/**
 * Makes the guard of one route.
 *
 * @throws {@link InvalidOptionError} for options that cannot be used, and for a missing key
 */
export function createGuard<Request extends object, Host extends readonly unknown[]>(
  options: GuardOptions<Request, Host>,
  host: GuardHost,
): Guard<Request, Host> {
  if (isRequest(options)) {
    const message = `${host.name} was mounted without being called; write ${host.name}() or ${host.name}({ ... })`;
    throw new InvalidOptionError(message, host.name);
  }
  const checked = checkOptions<GuardOptions<Request, Host>>(host.name, options, CHECKS);
  const gate = checked.gate ?? createOwnGate(checked, host);
  if (checked.gate) refuseGateOptions(checked, host);
  const route = gate.route(
    pick(checked, ['threshold', 'policy', 'onReview', 'rotateImage', 'saveApiRequest']),
    host.name,
  );
  const { uploadTimeoutMs } = checked;
  return Object.freeze({
    gate,
    route,
    reading: {
      ...pick(checked, ['field', 'accept']),
      ...(uploadTimeoutMs === undefined ? {} : { timeoutMs: uploadTimeoutMs }),
    },
    check: async (request: Request, read: () => Promise<SelfieReading>, signal: AbortSignal) =>
      route.check({ request, read, signal, ...bindFunctions(checked, request) }),
    overrideFor: (refusal: LivenessRefusal) => (refusal.decision ? checked.onDeclined : checked.onError),
  });
}

/** A request of Express, or a context of Koa, in the place of options. */
function isRequest(options: unknown): boolean {
  return typeof options === 'object' && options !== null && ('headers' in options || 'req' in options);
}

function bindFunctions<Request, Host extends readonly unknown[]>(
  { validate, subject, hintText, correlationId }: GuardOptions<Request, Host>,
  request: Request,
): Pick<Attempt, 'validate' | 'subject' | 'hintText' | 'correlationId'> {
  const name: unknown = correlationId?.(request);
  return {
    // Stands in a header and in log lines of others; what is odd there is replaced, not refused.
    ...(typeof name === 'string' && /^[\x21-\x7e]{1,128}$/.test(name) ? { correlationId: name } : {}),
    ...(validate ? { validate: (fields) => validate(fields, request) } : {}),
    ...(subject ? { subject: () => subject(request) } : {}),
    ...(hintText ? { hintText: (code) => hintText(code, request) } : {}),
  };
}

function createOwnGate<Request, Host extends readonly unknown[]>(
  options: GuardOptions<Request, Host>,
  host: GuardHost,
): LivenessGate {
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

function refuseGateOptions<Request, Host extends readonly unknown[]>(
  options: GuardOptions<Request, Host>,
  host: GuardHost,
): void {
  const given = GATE_ONLY.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  throw new InvalidOptionError(
    `${host.name}.${given} is given along with gate; allowed: one of them`,
    `${host.name}.${given}`,
  );
}

function pick<Value extends object, Name extends keyof Value>(value: Value, names: readonly Name[]): Pick<Value, Name> {
  const entries = names.flatMap((name) => (value[name] === undefined ? [] : [[name, value[name]]]));
  return Object.fromEntries(entries) as Pick<Value, Name>; // Only listed names, each with its own value.
}
