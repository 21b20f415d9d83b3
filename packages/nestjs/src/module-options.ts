import {
  type ApiKeySource,
  type CircuitBreakerOptions,
  type DiditClient,
  type FieldErrors,
  type HintCode,
  InvalidOptionError,
  type LivenessEventListener,
  type MatchOptions,
  type OnReview,
  type Policy,
  type PolicyOptions,
  type Selfie,
  type SelfieFormat,
  type StepUpOptions,
  type WebhookInbox,
  type WebhookSecret,
} from '@didit-liveness/core';
import type { ExecutionContext } from '@nestjs/common';
import { getMetadataStorage, ValidateBy, ValidateIf, validateSync } from 'class-validator';
import { refuseUnknown } from './known-options.js';

/** Gives the property its one rule; what is left out is not looked at. */
function Allowed(allowed: string, accepts: (value: unknown) => boolean): PropertyDecorator {
  return (target, property) => {
    ValidateIf((_, value) => value !== undefined)(target, property);
    ValidateBy({ name: 'allowed', validator: { validate: accepts, defaultMessage: () => allowed } })(target, property);
  };
}

const numberFrom = (min: number, max: number) =>
  Allowed(`a number from ${min} to ${max}`, (value) => typeof value === 'number' && value >= min && value <= max);
const integerFrom = (min: number, max: number) =>
  Allowed(
    `a whole number from ${min} to ${max}`,
    (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
  );
const aBoolean = Allowed('true or false', (value) => typeof value === 'boolean');
const aString = Allowed('a string', (value) => typeof value === 'string');
const aFunction = Allowed('a function', (value) => typeof value === 'function');
const anObject = Allowed('an object', isObject);

/**
 * Options of `LivenessModule`. Those from `threshold` on can also stand on a route, where they are laid over these.
 * Every value is checked when the module starts.
 */
export class LivenessModuleOptions {
  /** Key of your Didit application, or a function that gives it. @defaultValue the variable `DIDIT_API_KEY` */
  @Allowed('the key from the Didit console, or a function that gives it', (value) =>
    ['string', 'function'].includes(typeof value),
  )
  readonly apiKey?: ApiKeySource;

  /** A client to share, in place of `apiKey` and the other options about Didit; closed along with the module. */
  @Allowed('a DiditClient', (value) => isObject(value) && 'passiveLiveness' in value)
  readonly client?: DiditClient;

  /** Where the API is. @defaultValue 'https://verification.didit.me' */
  @aString
  readonly baseUrl?: string;

  /** Lets `baseUrl` be http on a loopback address. @defaultValue false */
  @aBoolean
  readonly allowInsecure?: boolean;

  /** Milliseconds for each call to Didit, all attempts included; 100 to 120_000. @defaultValue 10_000 */
  @integerFrom(100, 120_000)
  readonly timeoutMs?: number;

  /** When calls are stopped because Didit fails; see the guide on operations. @defaultValue they are */
  @anObject
  readonly circuitBreaker?: CircuitBreakerOptions;

  /** Gets every event. @defaultValue what an operator has to mend goes to Nest's logger */
  @aFunction
  readonly onEvent?: LivenessEventListener;

  /** Put the SHA-256 of the picture into the result. @defaultValue true */
  @aBoolean
  readonly digest?: boolean;

  /** Put boxes and estimates of age and gender into the result. @defaultValue false */
  @aBoolean
  readonly includeFaces?: boolean;

  /** What the URI of a problem begins with. @defaultValue 'urn:problem-type:didit-liveness:' */
  @aString
  readonly problemTypeBase?: string;

  /** Secret of the webhook destination, or `[new, old]`, for `@DiditWebhook()`. @defaultValue `DIDIT_WEBHOOK_SECRET` */
  @Allowed(
    'the secret_shared_key of the webhook destination, or a list of the newest and older ones',
    (value) => typeof value === 'string' || Array.isArray(value),
  )
  readonly webhookSecret?: WebhookSecret;

  /** Remembers which webhook events were handled. @defaultValue the memory of this process, for each handler its own */
  @Allowed('an object with the functions begin, finish and release', (value) => isObject(value) && 'begin' in value)
  readonly webhookInbox?: WebhookInbox;

  /** Decline at this liveness score or below, 0 to 100: short for `policy.score.declineAtOrBelow`. */
  @numberFrom(0, 100)
  readonly threshold?: number;

  /** Options laid over the preset, or a whole policy. @defaultValue the preset `balanced` */
  @anObject
  readonly policy?: PolicyOptions | Policy;

  /**
   * What `review` means; `'pass'` **lets the handler run** with `outcome: 'review'`; `'step-up'` answers with the address
   * of a session, see `@StepUpGuard()`. @defaultValue 'reject'
   */
  @Allowed("'reject', 'pass', 'step-up'", (value) => ['reject', 'pass', 'step-up'].includes(String(value)))
  readonly onReview?: OnReview;

  /** Where a step-up leads; needed for `onReview: 'step-up'` and for `@StepUpGuard()`. */
  @anObject
  readonly stepUp?: StepUpOptions;

  /** Demands the same person as on a picture of yours. A second paid call, made only if the selfie passes. */
  @anObject
  readonly match?: MatchOptions<ExecutionContext>;

  /** Ask Didit to try the picture in four orientations; slower. @defaultValue false */
  @aBoolean
  readonly rotateImage?: boolean;

  /** Let Didit keep the picture and enrol the face. Needs a legal basis. @defaultValue false */
  @aBoolean
  readonly saveApiRequest?: boolean;

  /** Name of the form field that holds the selfie. @defaultValue 'selfie' */
  @aString
  readonly field?: string;

  /** Body formats to accept; `'json'` is a base64 string or data URL in `field`. @defaultValue ['multipart', 'image'] */
  @Allowed("an array of 'multipart', 'image', 'json'", Array.isArray)
  readonly accept?: readonly SelfieFormat[];

  /** Milliseconds for the upload; 100 to 600_000. @defaultValue 15_000 */
  @integerFrom(100, 600_000)
  readonly uploadTimeoutMs?: number;

  /**
   * Most bytes that the uploads of all guards of this process may hold together, 8_388_608 (8 MiB) and more; beyond it the
   * answer is 503 `too-busy`. Bytes count until the request is answered. @defaultValue 268_435_456 (256 MiB)
   */
  @integerFrom(8 * 1024 ** 2, 1024 ** 4)
  readonly maxBufferedBytes?: number;

  /** Reads forms in place of the reader of these packages: your own `multer`, 2.5 or later. @defaultValue none */
  @aFunction
  readonly multer?: (options: never) => { single(field: string): unknown };

  /** Looks at the text fields before money is spent; what it complains about is answered with 422. */
  @aFunction
  readonly validate?: (
    fields: Selfie['fields'],
    context: ExecutionContext,
  ) => FieldErrors | undefined | void | Promise<FieldErrors | undefined | void>;

  /** Your stable, opaque id of the person, from your session and **never from the form**. */
  @aFunction
  readonly subject?: (context: ExecutionContext) => string | undefined | Promise<string | undefined>;

  /** Text of a hint in the language of the request; undefined keeps the English one. */
  @aFunction
  readonly hintText?: (code: HintCode, context: ExecutionContext) => string | undefined;

  /** Names the request in the answer and in events, say by an id of your gateway. @defaultValue a random UUID */
  @aFunction
  readonly correlationId?: (context: ExecutionContext) => string | undefined;
}

/** Gives the options of a module; for `useClass` and `useExisting` of `LivenessModule.forRootAsync()`. */
export interface LivenessOptionsFactory {
  /** Called once, when the module starts. */
  createLivenessOptions(): LivenessModuleOptions | Promise<LivenessModuleOptions>;
}

/** Every option has a rule, so the rules know their names. */
const NAMES = [
  ...new Set(
    getMetadataStorage()
      .getTargetValidationMetadatas(LivenessModuleOptions, '', false, false)
      .map(({ propertyName }) => propertyName),
  ),
];

/** Options of the client that the module makes, and so not to be given along with one. */
export const CLIENT_OPTION_NAMES = [
  'apiKey',
  'baseUrl',
  'allowInsecure',
  'timeoutMs',
  'circuitBreaker',
] as const satisfies readonly (keyof LivenessModuleOptions)[];

/**
 * Holds options against {@link LivenessModuleOptions}. Nested values are left to `@didit-liveness/core`.
 *
 * @throws InvalidOptionError naming the option, its value (never the key) and what is allowed
 */
export function checkModuleOptions(options: LivenessModuleOptions): LivenessModuleOptions {
  if (!isObject(options))
    throw new InvalidOptionError('The options of LivenessModule are not an object', 'LivenessModule');
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const checked = Object.assign(new LivenessModuleOptions(), given);
  if ('dangerouslyAllowWhenUnavailable' in given) throw notForAllRoutes('dangerouslyAllowWhenUnavailable');
  refuseUnknown('LivenessModule', given, NAMES);
  if (given['client'] !== undefined) refuseClientOptions(given);
  const [error] = validateSync(checked, { forbidUnknownValues: false });
  if (error) {
    const option = `LivenessModule.${error.property}`;
    const shown = SECRETS.includes(error.property) ? 'not usable' : `${describe(error.value)}, which is not allowed`;
    throw new InvalidOptionError(
      `${option} is ${shown}; allowed: ${Object.values(error.constraints ?? {}).join(', ')}`,
      option,
    );
  }
  return given;
}

function refuseClientOptions(given: object): void {
  const name = CLIENT_OPTION_NAMES.find((option) => option in given);
  if (name === undefined) return;
  const option = `LivenessModule.${name}`;
  throw new InvalidOptionError(`${option} is given along with client; allowed: one of them`, option);
}

function notForAllRoutes(name: string): InvalidOptionError {
  const option = `LivenessModule.${name}`;
  return new InvalidOptionError(
    `${option} is no option of the module; allowed: on the @LivenessGuard() of a route`,
    option,
  );
}

/** Options whose values are not repeated in messages. */
const SECRETS: readonly string[] = ['apiKey', 'webhookSecret'];

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
