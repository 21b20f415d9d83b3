import { anApiKey, type ApiKeySource } from '../client/api-key.js';
import type { CircuitBreakerOptions } from '../client/circuit-breaker.js';
import type { ImageInput } from '../image/picture.js';
import {
  aBoolean,
  aFunction,
  anObjectOf,
  anObject,
  aPercentage,
  aString,
  integerFrom,
  type OptionCheck,
  type OptionChecks,
  required,
} from '../options.js';
import type { HintCode } from '../policy/catalogue.js';
import type { LivenessEventListener } from './events.js';
import type { LivenessGate } from './gate.js';
import { SELFIE_ROUTE_CHECKS, type SelfieRouteOptions } from './options.js';
import type { Selfie } from './reading.js';
import type { LivenessRefusal } from './refusal.js';
import type { FieldErrors } from './attempt.js';

/** Body formats that a guard can read a selfie from. */
export type SelfieFormat = 'multipart' | 'image' | 'json';

/** What a guard is made of besides its route: whom to ask, or a gate that knows. */
export interface GateSource {
  /** Key of your Didit application, or a function that gives it. @defaultValue the variable `DIDIT_API_KEY` */
  readonly apiKey?: ApiKeySource | undefined;
  /** A gate to share between routes, in place of `apiKey` and the other options about Didit. */
  readonly gate?: LivenessGate;
  /** Where the API is. @defaultValue 'https://verification.didit.me' */
  readonly baseUrl?: string;
  /** Lets `baseUrl` be http on a loopback address. @defaultValue false */
  readonly allowInsecure?: boolean;
  /** Milliseconds for a call to Didit, all attempts included; 100 to 120_000. @defaultValue 10_000 */
  readonly timeoutMs?: number;
  /** When calls are stopped because Didit fails; see the guide on operations. @defaultValue they are */
  readonly circuitBreaker?: CircuitBreakerOptions;
  /** Gets every event. @defaultValue warnings about the configuration go to `process.emitWarning` */
  readonly onEvent?: LivenessEventListener;
}

/** How the application takes part in every guarded request. */
export interface RequestFunctions<Request, Host extends readonly unknown[]> {
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

/** Demands that the selfie shows the person of a picture that the application has. */
export interface MatchOptions<Request> {
  /**
   * The picture to compare with, for example the stored photo of the person's ID; from your storage and **never from the
   * form**. Asked for before anything is paid; `undefined` means that there is none, and the request is refused.
   */
  readonly referenceImage: (request: Request) => ImageInput | undefined | Promise<ImageInput | undefined>;
  /** Decline at this similarity or below, 0 to 100: short for `policy.faceMatch.declineAtOrBelow`. */
  readonly threshold?: number;
}

/**
 * Options of a guard, the same for every framework.
 *
 * `Request` is what the framework gives functions of the application; `Host` are the arguments with which it lets them
 * answer.
 */
export interface GuardOptions<Request, Host extends readonly unknown[]>
  extends SelfieRouteOptions,
    GateSource,
    RequestFunctions<Request, Host> {
  /** Name of the form field that holds the selfie. @defaultValue 'selfie' */
  readonly field?: string;
  /** Body formats to accept; `'json'` is a base64 string or data URL in `field`. @defaultValue ['multipart', 'image'] */
  readonly accept?: readonly SelfieFormat[];
  /** Milliseconds for the upload; 100 to 600_000. @defaultValue 15_000 */
  readonly uploadTimeoutMs?: number;
  /**
   * Most bytes that the uploads of all guards of this process may hold together, 8_388_608 (8 MiB) and more; beyond it the
   * answer is 503 `too-busy`. Bytes count until the request is answered. @defaultValue 268_435_456 (256 MiB)
   */
  readonly maxBufferedBytes?: number;
  /** Reads forms in place of the reader of these packages: your own `multer`, 2.5 or later. @defaultValue none */
  readonly multer?: (options: never) => { single(field: string): unknown };

  /** Looks at the text fields before money is spent; what it complains about is answered with 422. */
  readonly validate?: (
    fields: Selfie['fields'],
    request: Request,
  ) => FieldErrors | undefined | void | Promise<FieldErrors | undefined | void>;
  /** Demands the same person as on a picture of yours. A second paid call, made only if the selfie passes. */
  readonly match?: MatchOptions<Request>;
}

/** By its shape: the gate may come from another copy of this package. */
const aGate: OptionCheck = {
  allowed: 'a gate made by createLivenessGate',
  accepts: (value) => typeof value === 'object' && value !== null && 'route' in value && 'client' in value,
};

/** As strict as the reader of uploads, so that the message names the option that the user wrote. */
const aFieldName: OptionCheck = {
  allowed: '1 to 100 characters without double quotes, backslashes and control characters',
  accepts: (value) => typeof value === 'string' && /^[^"\\\p{Cc}]{1,100}$/u.test(value),
};

const FORMATS: readonly unknown[] = ['multipart', 'image', 'json'] satisfies SelfieFormat[];

const aListOfFormats: OptionCheck = {
  allowed: "a list of one or more of 'multipart', 'image', 'json'",
  accepts: (value) => Array.isArray(value) && value.length > 0 && value.every((format) => FORMATS.includes(format)),
};

/** Checks of {@link GateSource}. */
export const SOURCE_CHECKS: OptionChecks<GateSource> = {
  apiKey: anApiKey,
  gate: aGate,
  baseUrl: aString,
  allowInsecure: aBoolean,
  timeoutMs: integerFrom(100, 120_000),
  circuitBreaker: anObject,
  onEvent: aFunction,
};

/** Checks of {@link RequestFunctions}. */
export const FUNCTION_CHECKS: OptionChecks<RequestFunctions<never, never>> = {
  subject: aFunction,
  hintText: aFunction,
  correlationId: aFunction,
  onDeclined: aFunction,
  onError: aFunction,
};

/** Checks of {@link MatchOptions}. */
export const MATCH_CHECKS: OptionChecks<MatchOptions<never>> = {
  referenceImage: required(aFunction),
  threshold: aPercentage,
};

/** Checks of {@link GuardOptions}. */
export const GUARD_CHECKS: OptionChecks<GuardOptions<never, never>> = {
  ...SELFIE_ROUTE_CHECKS,
  ...SOURCE_CHECKS,
  ...FUNCTION_CHECKS,
  match: anObjectOf(MATCH_CHECKS),
  field: aFieldName,
  accept: aListOfFormats,
  uploadTimeoutMs: integerFrom(100, 600_000),
  // At least the longest body, a picture of 5 MiB in base64 with its fields; at most a TiB.
  maxBufferedBytes: integerFrom(8 * 1024 ** 2, 1024 ** 4),
  // What it is the reader of uploads knows.
  multer: aFunction,
  validate: aFunction,
};
