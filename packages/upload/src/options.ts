import { UploadOptionError } from './errors.js';
import { longestBody } from './longest-body.js';
import { nodeTimers, type Schedule } from './schedule.js';

/** A kind of request body: a form, the bare picture, or JSON with the picture in base64. */
export type AcceptedBody = 'multipart' | 'image' | 'json';

/**
 * The function that the package `multer` exports, from version 2.5 on. Not written with its own types, which nobody
 * needs to have who does not use it.
 */
export type MulterFunction = (options: never) => { single(field: string): unknown };

/** How one selfie is read. Every option has a safe default. */
export interface UploadOptions {
  /** Name of the form field, or JSON property, that holds the picture. @defaultValue 'selfie' */
  readonly field?: string;
  /** Largest picture in bytes; exactly this many pass. @defaultValue 5_242_880 (5 MiB) */
  readonly limitBytes?: number;
  /**
   * Most bytes that all uploads of this process may hold together, whichever guard reads them. A reading takes bytes
   * only while that total, its own included, is within its own limit. At least the longest body that is read.
   * @defaultValue 268_435_456 (256 MiB)
   */
  readonly maxBufferedBytes?: number;
  /** Total time for the whole upload in milliseconds, from the call of `readSelfie`. @defaultValue 15_000 */
  readonly timeoutMs?: number;
  /** Most text fields in a form. @defaultValue 64 */
  readonly maxFields?: number;
  /** Most parts in a form, text and files together. @defaultValue 80 */
  readonly maxParts?: number;
  /** Longest value of one text field in bytes. @defaultValue 65_536 (64 KiB) */
  readonly maxFieldBytes?: number;
  /** Deepest nesting of a field: `a[b][c]` is two levels, and so is `{"a":{"b":{}}}`. @defaultValue 4 */
  readonly maxFieldDepth?: number;
  /**
   * Kinds of body that are read; any other is refused as `unsupported-media-type`. `'json'` holds the whole body
   * in memory three times over while it is decoded, so it is off unless named. @defaultValue ['multipart', 'image']
   */
  readonly accept?: readonly AcceptedBody[];
  /** Reads forms in place of the reader of this package: your own `multer`, 2.5 or later. @defaultValue none */
  readonly multer?: MulterFunction;
  /** Timers for the deadline and the lingering close; a port for tests. @defaultValue Node's timers */
  readonly schedule?: Schedule;
}

/** Options that were checked and completed by {@link resolveUploadOptions}. */
export type ResolvedUploadOptions = Required<Omit<UploadOptions, 'multer'>> & Pick<UploadOptions, 'multer'>;

const ACCEPTED_BODIES: readonly unknown[] = ['multipart', 'image', 'json'] satisfies AcceptedBody[];

const DEFAULTS = {
  field: 'selfie',
  limitBytes: 5 * 1024 * 1024,
  maxBufferedBytes: 256 * 1024 * 1024,
  timeoutMs: 15_000,
  maxFields: 64,
  maxParts: 80,
  maxFieldBytes: 64 * 1024,
  maxFieldDepth: 4,
  accept: ['multipart', 'image'],
  schedule: nodeTimers,
} satisfies ResolvedUploadOptions;

interface Rule {
  readonly allowed: string;
  holds(value: unknown): boolean;
}

// Its keys are also the list of known options; the type keeps it whole.
const RULES: Readonly<Record<keyof ResolvedUploadOptions, Rule>> = {
  // Quotes and line breaks are what browsers escape in names, and a backslash what parsers take for an escape; without
  // them a name has one spelling on the wire.
  field: {
    allowed: '1 to 100 characters without double quotes, backslashes and control characters',
    // oxlint-disable-next-line no-control-regex -- control characters are what is refused
    holds: (value) => typeof value === 'string' && /^[^\u0000-\u001f\u007f"\\]{1,100}$/.test(value),
  },
  limitBytes: wholeNumber(1, 100 * 1024 * 1024),
  maxBufferedBytes: wholeNumber(1, 1024 ** 4),
  timeoutMs: wholeNumber(1, 600_000),
  maxFields: wholeNumber(0, 1_000),
  maxParts: wholeNumber(1, 2_000),
  maxFieldBytes: wholeNumber(1, 1024 * 1024),
  maxFieldDepth: wholeNumber(0, 32),
  accept: {
    allowed: "a list of one or more of 'multipart', 'image', 'json'",
    holds: (value) =>
      Array.isArray(value) && value.length > 0 && value.every((entry) => ACCEPTED_BODIES.includes(entry)),
  },
  multer: {
    allowed: 'the function that the package multer exports, of version 2.5 or later',
    holds: isMulter,
  },
  schedule: {
    allowed: 'a function (task, delayMs) that returns a function',
    holds: (value) => typeof value === 'function',
  },
};

const resolvedBefore = new WeakSet<object>();

/**
 * Checks options and fills in the defaults. Pure: the given object is neither kept nor written to.
 *
 * @returns A frozen object that {@link readSelfie} takes without checking it again.
 * @throws {@link UploadOptionError} for an unknown option, a wrong type or a value out of range.
 * @example
 * ```ts
 * import { resolveUploadOptions } from '@didit-liveness/upload';
 *
 * const options = resolveUploadOptions({ field: 'photo', timeoutMs: 10_000 });
 * ```
 */
export function resolveUploadOptions(options: UploadOptions = {}): ResolvedUploadOptions {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    // Text may be the key that belongs to another function.
    const value = typeof options === 'string' ? {} : { value: options };
    throw new UploadOptionError({ option: 'options', ...value, allowed: 'an object' });
  }
  if (isResolved(options)) return options;

  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [option, value] of given) checkOption(option, value);

  // Every entry was held against RULES, which is more than the compiler knows of `fromEntries`.
  const checked = { ...DEFAULTS, ...Object.fromEntries(given) } as ResolvedUploadOptions;
  checkBudget(checked);
  const resolved = Object.freeze({ ...checked, accept: Object.freeze([...checked.accept]) });
  resolvedBefore.add(resolved);
  return resolved;
}

/** A body that can never fit would be told to come back later, for ever. */
function checkBudget({ maxBufferedBytes, limitBytes, accept }: ResolvedUploadOptions): void {
  const longest = Math.max(...accept.map((kind) => longestBody(kind, limitBytes)));
  if (maxBufferedBytes >= longest) return;
  const allowed = `${longest} or more, the longest body that is read`;
  throw new UploadOptionError({ option: 'maxBufferedBytes', value: maxBufferedBytes, allowed });
}

function isResolved(options: UploadOptions): options is ResolvedUploadOptions {
  return resolvedBefore.has(options);
}

function checkOption(option: string, value: unknown): void {
  const rule = Object.entries(RULES).find(([known]) => known === option)?.[1];
  if (rule === undefined) {
    const allowed = `no such option; the options are ${Object.keys(RULES).join(', ')}`;
    // Without its value: all options of a guard may have been handed on, and the key with them.
    throw new UploadOptionError({ option, allowed });
  }
  if (!rule.holds(value)) throw new UploadOptionError({ option, value, allowed: rule.allowed });
}

/** Asked of it by an option of the wrong type, which only a multer that knows the option refuses. */
function isMulter(value: unknown): boolean {
  if (typeof value !== 'function' || !('MulterError' in value)) return false;
  try {
    value({ streamHandler: 'none' });
    return false;
  } catch (error) {
    return String(error).includes('streamHandler');
  }
}

function wholeNumber(least: number, most: number): Rule {
  return {
    allowed: `a whole number from ${least} to ${most}`,
    holds: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  };
}
