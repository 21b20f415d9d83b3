import { aVendorId, inspectPicture } from '../client/picture-fields.js';
import { InvalidOptionError } from '../errors.js';
import { type ImageInput, type ImageRefusal, parsePicture, type Picture } from '../image/picture.js';
import type { HintCode } from '../policy/catalogue.js';
import type { Brought } from './checked.js';
import type { ProblemCode, ProblemHint } from './problem.js';
import { race } from './race.js';
import type { Selfie, SelfieReading } from './reading.js';
import type { RefusalDetails } from './refusal.js';
import type { GateResult } from './result.js';
import type { Run } from './run.js';

/** Complaints about form fields: name of the field to what is wrong with it, in words for the person. Undefined is no complaint. */
export type FieldErrors = Readonly<Record<string, string | undefined>>;

/** One request that wants to pass. Everything that depends on the framework comes as a function. */
export interface Attempt {
  /** Reads the upload; called once. */
  readonly read: () => Promise<SelfieReading>;
  /** Lets go of the upload in place of reading it, of a request that is refused before; the connection is then closed. */
  readonly refuse?: () => Promise<unknown>;
  /**
   * The request itself. A further guard of the same request decides on the verdict that the first one paid for, under
   * its own policy, and neither reads nor pays again. Once the first guard has refused it, it is refused for good: a
   * further one gives the same answer with its own correlation id, tells of it as `refused`, and calls nothing of the
   * application; nor does it notice that it would have asked Didit otherwise.
   */
  readonly request?: object;
  /** Aborts when the client hangs up. */
  readonly signal?: AbortSignal;
  /** Names the request in the answer and in events. @defaultValue a random UUID */
  readonly correlationId?: string;
  /** Looks at the text fields before money is spent; complaints are answered with 422 `invalid-fields`. */
  readonly validate?: (
    fields: Selfie['fields'],
  ) => FieldErrors | undefined | void | Promise<FieldErrors | undefined | void>;
  /**
   * The picture of the person that the selfie must show, from your storage; asked for before anything is paid. Undefined
   * means that there is none, and refuses the request with `reference-missing`.
   */
  readonly referenceImage?: () => ImageInput | undefined | Promise<ImageInput | undefined>;
  /** Your stable, opaque id of the person, for Didit's `vendor_data`. Must not come from the client. */
  readonly subject?: () => string | undefined | Promise<string | undefined>;
  /** The text of a hint in the language of the request; undefined keeps the English one. */
  readonly hintText?: (code: HintCode) => string | undefined;
}

/** An attempt inside of the gate, which can end any of them. @internal */
export interface Entered extends Attempt {
  readonly signal: AbortSignal;
}

/** What a request brought, and how to tell its reader that nothing refers to it any more. @internal */
export interface Received extends Brought {
  readonly release: (() => void) | undefined;
}

/** Reads and inspects: what the request brought, or how it ended. @internal */
export async function receive(run: Run, { read, signal }: Entered): Promise<Received | GateResult> {
  const reading = await readUnlessAborted(read, signal);
  if (reading.kind === 'aborted') return run.cutOff();
  if (reading.kind === 'refused') return run.refused(reading.code, { ...reading, ...WAITS[reading.code] });
  const { selfie, release } = reading;
  const parsed = parsePicture(selfie.chunks);
  if (parsed.kind === 'picture') return { selfie, picture: parsed.picture, release };
  release?.();
  return run.refused(IMAGE_PROBLEMS[parsed.reason]);
}

/** How long to wait where memory is short: uploads end within seconds, and those that stand still give way. */
const WAITS: Readonly<Partial<Record<ProblemCode, Pick<RefusalDetails, 'retryAfterSeconds'>>>> = {
  'too-busy': { retryAfterSeconds: 1 },
};

/** Nobody waits for an upload that goes on although its request has ended. */
function readUnlessAborted(read: Attempt['read'], signal: AbortSignal): Promise<SelfieReading> {
  return race(read(), signal).catch((error: unknown) => {
    if (signal.aborted) return { kind: 'aborted' };
    throw error;
  });
}

const IMAGE_PROBLEMS: Readonly<Record<ImageRefusal, ProblemCode>> = {
  empty: 'selfie-unreadable',
  'too-large': 'selfie-too-large',
  'unsupported-type': 'unsupported-media-type',
  truncated: 'selfie-unreadable',
  malformed: 'selfie-unreadable',
  animated: 'selfie-unreadable',
  'too-few-pixels': 'selfie-unreadable',
  'too-many-pixels': 'selfie-unreadable',
};

/**
 * The picture to compare with, inspected; null when the application has none.
 *
 * @throws {@link ImageRefusedError} for a picture that cannot be compared: it is the application's, not the client's
 */
export async function readReference(source: NonNullable<Attempt['referenceImage']>): Promise<Picture | null> {
  const image = await source();
  if (image === undefined || image === null) return null;
  return inspectPicture(image, 'referenceImage');
}

/** @throws TypeError for anything but complaints: `false` may have been meant as a no, and must not pass for a yes */
export function fieldHints(complaints: unknown): ProblemHint[] {
  if (complaints === undefined) return [];
  const prototype: unknown = Object(complaints) === complaints ? Object.getPrototypeOf(complaints) : undefined;
  if (prototype !== null && prototype !== Object.prototype) throw new TypeError(VALIDATE_CONTRACT);
  return Object.entries(complaints as object).flatMap(([code, message]) => {
    if (message === undefined) return [];
    if (typeof message !== 'string') throw new TypeError(VALIDATE_CONTRACT);
    return [{ code, message }];
  });
}

const VALIDATE_CONTRACT = 'validate must return undefined, or a plain object of messages by field';

/** @throws {@link InvalidOptionError} for what cannot be an id of a person; never repeats it */
export function subjectOrNone(subject: unknown): string | undefined {
  if (subject === undefined || subject === null) return undefined;
  if (aVendorId.accepts(subject)) return subject as string; // Which is what the check accepts.
  throw new InvalidOptionError(
    `subject() gave something that cannot be sent; allowed: ${aVendorId.allowed}, or undefined`,
    'subject',
  );
}
