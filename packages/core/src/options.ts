import { InvalidOptionError } from './errors.js';

/** A JSON Schema (draft 2020-12), as far as options need one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What one option may be. */
export interface OptionCheck {
  /** Ends the sentence "allowed: ...". */
  readonly allowed: string;
  readonly accepts: (value: unknown) => boolean;
  /** The value must not be repeated in the message. */
  readonly secret?: true;
  /** The same rule for files; checks of what JSON cannot hold have none. */
  readonly schema?: JsonSchema;
  /** Undefined is not allowed either. */
  readonly required?: true;
}

/** One check per option; the compiler keeps the list whole. */
export type OptionChecks<Options> = { readonly [Name in keyof Required<Options>]: OptionCheck };

/** A number from `min` to `max`, both included. */
export function numberFrom(min: number, max: number): OptionCheck {
  return {
    allowed: `a number from ${min} to ${max}`,
    accepts: (value) => typeof value === 'number' && value >= min && value <= max,
    schema: { type: 'number', minimum: min, maximum: max },
  };
}

/** 0 to 100, with decimals; but nothing between 0 and 1, where somebody thought of a fraction. */
export const aPercentage: OptionCheck = {
  allowed: '0, or a number from 1 to 100 (80 means 80 of 100)',
  accepts: (value) => value === 0 || (typeof value === 'number' && value >= 1 && value <= 100),
  schema: { anyOf: [{ const: 0 }, { type: 'number', minimum: 1, maximum: 100 }] },
};

/** A whole number from `min` to `max`, both included. */
export function integerFrom(min: number, max: number): OptionCheck {
  return {
    allowed: `a whole number from ${min} to ${max}`,
    accepts: (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
  };
}

/** One of the listed strings. */
export function oneOf(values: readonly string[]): OptionCheck {
  return {
    allowed: values.map((value) => `'${value}'`).join(', '),
    accepts: (value) => values.some((known) => known === value),
    schema: { enum: values },
  };
}

/** The same check, with `null` allowed besides. */
export function orNull(check: OptionCheck): OptionCheck {
  return {
    ...check,
    allowed: `${check.allowed}, or null`,
    accepts: (value) => value === null || check.accepts(value),
    ...(check.schema ? { schema: { anyOf: [check.schema, { type: 'null' }] } } : {}),
  };
}

/** The same check of something that must be there. */
export function required(check: OptionCheck): OptionCheck {
  return { ...check, required: true };
}

/** True or false, and nothing that is merely like it. */
export const aBoolean: OptionCheck = {
  allowed: 'true or false',
  accepts: (value) => typeof value === 'boolean',
  schema: { type: 'boolean' },
};
/** A function; what it takes and gives is not looked at. */
export const aFunction: OptionCheck = { allowed: 'a function', accepts: (value) => typeof value === 'function' };
/** A string, also an empty one. */
export const aString: OptionCheck = {
  allowed: 'a string',
  accepts: (value) => typeof value === 'string',
  schema: { type: 'string' },
};
/** A UUID, and so nothing that could change the path that it is put into. */
export const aUuid: OptionCheck = {
  allowed: 'a UUID',
  accepts: (value) => typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value),
};
/** The address of a page that a browser is sent to. */
export const aPageUrl: OptionCheck = {
  allowed: 'an absolute http or https URL',
  accepts: (value) =>
    typeof value === 'string' && URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol),
};
/** An object that is neither null nor an array. */
export const anObject: OptionCheck = { allowed: 'an object', accepts: isPlainObject };

/** An object whose members are held against checks of their own, with {@link checkOptions}. */
export function anObjectOf<Options extends object>(checks: OptionChecks<Options>): OptionCheck {
  return { ...anObject, schema: objectSchema(checks) };
}

/** The JSON Schema of an object with these options and no others. */
export function objectSchema<Options extends object>(checks: OptionChecks<Options>): JsonSchema {
  const properties = Object.entries<OptionCheck>(checks).map(([name, { schema }]) => [name, schema ?? {}] as const);
  return { type: 'object', additionalProperties: false, properties: Object.fromEntries(properties) };
}

/** Whoever gives a key or a password in place of the options that hold it is not to read it in a log. */
function isPerhapsSecret(options: unknown, checks: Readonly<Record<string, OptionCheck>>): boolean {
  return typeof options === 'string' && Object.values(checks).some(({ secret }) => secret);
}

/** True for an object that is neither null nor an array. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Checks `options` against `checks` and returns a copy without the keys that are undefined.
 *
 * @param path - what the options are called in messages, for example `policy.score`
 * @throws {@link InvalidOptionError} for an unknown key, a value that is not allowed, or one that is missing
 */
export function checkOptions<Options extends object>(
  path: string,
  options: Options,
  checks: OptionChecks<Options>,
): Options {
  const known: Record<string, OptionCheck> = checks;
  if (isPerhapsSecret(options, known)) throw invalidOption(path, options, { ...anObject, secret: true });
  if (!isPlainObject(options)) throw invalidOption(path, options, anObject);

  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    const option = `${path}.${name}`;
    const check = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!check) throw unknownOption(option, name, Object.keys(known));
    if (value === undefined) continue;
    if (!check.accepts(value)) throw invalidOption(option, value, check);
    checked[name] = value;
  }
  const missing = Object.entries(known).find(([name, check]) => check.required && !Object.hasOwn(checked, name));
  if (missing) throw invalidOption(`${path}.${missing[0]}`, undefined, missing[1]);
  // Every entry was compared with the check of its key, so the copy has the type of the original.
  return checked as Options;
}

/** The error for a value that is not allowed. */
export function invalidOption(option: string, value: unknown, check: Omit<OptionCheck, 'accepts'>): InvalidOptionError {
  const shown = check.secret ? 'not usable' : `${describe(value)}, which is not allowed`;
  return new InvalidOptionError(`${option} is ${shown}; allowed: ${check.allowed}`, option);
}

/** The error for a key that nobody reads. */
export function unknownOption(option: string, name: string, known: readonly string[]): InvalidOptionError {
  const closest = closestTo(name, known);
  const guess = closest === undefined ? '' : `did you mean "${closest}"? `;
  return new InvalidOptionError(`${option} is not an option; ${guess}Allowed: ${known.join(', ')}`, option);
}

/** A copy of `value` with the listed members that are set. */
export function pick<Value extends object, Name extends keyof Value>(
  value: Value,
  names: readonly Name[],
): Pick<Value, Name> {
  const entries = names.flatMap((name) => (value[name] === undefined ? [] : [[name, value[name]]]));
  return Object.fromEntries(entries) as Pick<Value, Name>; // Only listed names, each with its own value.
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value);
  if (value === null || ['number', 'boolean', 'undefined', 'bigint'].includes(typeof value)) return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** The known name nearest to `name`, if it is near enough to be a slip of the keyboard. */
export function closestTo(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, edits: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((left, right) => left.edits - right.edits);
  const best = ranked[0];
  return best && best.edits <= Math.max(2, Math.floor(name.length / 3)) ? best.candidate : undefined;
}

/** Levenshtein's distance: single-character insertions, deletions and substitutions from one word to the other. */
function editDistance(from: string, to: string): number {
  let distances = Array.from({ length: to.length }, (_, index) => index + 1);
  for (const [row, letter] of from.split('').entries()) {
    let diagonal = row;
    let left = row + 1;
    distances = distances.map((above, column) => {
      const substitution = diagonal + (letter === to[column] ? 0 : 1);
      diagonal = above;
      left = Math.min(substitution, above + 1, left + 1);
      return left;
    });
  }
  return distances.at(-1) ?? from.length;
}
