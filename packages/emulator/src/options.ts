import { EmulatorError } from './emulator-error.js';
import { didYouMean } from './suggestion.js';

/** Which statuses a missing and a wrong key get: the API changed them twice. */
export type AuthMode = 'seed' | 'jul' | 'nov';

/** Whether a score equal to the threshold declines (`lte`, newer documentation) or not (`lt`, early 2026). */
export type ThresholdMode = 'lte' | 'lt';

/** What {@link createEmulator} accepts. Unknown names and values out of range throw. */
export interface EmulatorOptions {
  /** TCP port on 127.0.0.1; 0 takes any free one. @defaultValue 0 */
  readonly port?: number;
  /** Keys that are accepted. Without a list every non-empty key is. @defaultValue undefined */
  readonly apiKeys?: readonly string[];
  /** Era of the 401 and 403 answers. @defaultValue 'nov' */
  readonly authMode?: AuthMode;
  /** Comparison of score and threshold. @defaultValue 'lte' */
  readonly thresholdMode?: ThresholdMode;
  /** Leaves out the response fields that answers of early 2026 did not have. @defaultValue false */
  readonly seedShape?: boolean;
  /** Prepaid balance in dollars, shared by all keys. @defaultValue 100_000 */
  readonly balanceDollars?: number;
  /** Price in dollars of one answered check; sandbox keys pay nothing. @defaultValue 0.1 */
  readonly priceDollars?: number;
  /** POST requests a key may send in any 60 seconds; `Infinity` switches the limiter off. @defaultValue 300 */
  readonly writesPerMinute?: number;
  /** Wait before each API answer, in milliseconds. @defaultValue 0 */
  readonly latencyMs?: number;
  /** Status of an answer to a deleted session: 200 with a body (November), or 204 (July). @defaultValue 200 */
  readonly sessionDeleteStatus?: 200 | 204;
  /** How long a webhook destination may take to answer, in milliseconds. @defaultValue 10_000 */
  readonly webhookTimeoutMs?: number;
  /** Waits before a failed webhook is sent again, in milliseconds; an empty list for never. @defaultValue [60_000, 240_000] */
  readonly webhookRetryDelaysMs?: readonly number[];
  /** Clock in milliseconds since 1970, for the limiter and the timestamps. @defaultValue Date.now */
  readonly now?: () => number;
  /** Starts even though `NODE_ENV` is `production`, where the emulator would approve everybody. @defaultValue false */
  readonly allowProduction?: boolean;
}

/** Options with every default filled in; only `apiKeys` may be absent, which accepts every key. */
export type ResolvedEmulatorOptions = Readonly<
  Required<Omit<EmulatorOptions, 'apiKeys'>> & Pick<EmulatorOptions, 'apiKeys'>
>;

const DEFAULTS = {
  port: 0,
  authMode: 'nov',
  thresholdMode: 'lte',
  seedShape: false,
  balanceDollars: 100_000,
  priceDollars: 0.1,
  writesPerMinute: 300,
  latencyMs: 0,
  sessionDeleteStatus: 200,
  // Assumption: the sender's own deadline is not documented.
  webhookTimeoutMs: 10_000,
  webhookRetryDelaysMs: [60_000, 240_000],
  now: Date.now,
  allowProduction: false,
} satisfies Required<Omit<EmulatorOptions, 'apiKeys'>>;

const MAX_DELAYS = 10;

interface Rule {
  readonly allowed: string;
  readonly accepts: (value: unknown) => boolean;
  /** The value is a secret and stays out of the message. */
  readonly secret?: true;
}

const BOOLEAN: Rule = { allowed: 'true or false', accepts: (value) => typeof value === 'boolean' };

const RULES: Readonly<Record<keyof Required<EmulatorOptions>, Rule>> = {
  port: wholeNumber(0, 65_535),
  apiKeys: {
    allowed: 'a list of at least one non-empty string',
    accepts: (value) => Array.isArray(value) && value.length > 0 && value.every(isFilledString),
    secret: true,
  },
  authMode: oneOf(['seed', 'jul', 'nov']),
  thresholdMode: oneOf(['lte', 'lt']),
  seedShape: BOOLEAN,
  balanceDollars: amount(1_000_000_000),
  priceDollars: amount(1_000_000),
  writesPerMinute: {
    allowed: 'a whole number from 1 to 1000000, or Infinity',
    accepts: (value) => value === Infinity || wholeNumber(1, 1_000_000).accepts(value),
  },
  latencyMs: wholeNumber(0, 600_000),
  sessionDeleteStatus: oneOf([200, 204]),
  webhookTimeoutMs: wholeNumber(1, 600_000),
  webhookRetryDelaysMs: {
    allowed: `a list of up to ${MAX_DELAYS} whole numbers from 0 to 86400000`,
    accepts: (value) =>
      Array.isArray(value) && value.length <= MAX_DELAYS && value.every(wholeNumber(0, 86_400_000).accepts),
  },
  now: {
    allowed: 'a function that returns milliseconds since 1970',
    accepts: (value) => typeof value === 'function',
  },
  allowProduction: BOOLEAN,
};

/**
 * Fills in the defaults and refuses what the emulator cannot honour.
 *
 * @throws {@link EmulatorError} `invalid-options`, naming the option, its value and what is allowed.
 */
export function resolveEmulatorOptions(options: EmulatorOptions = {}): ResolvedEmulatorOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    checkOption(name, value);
  }
  // Every entry passed the rule of its name, so what was `unknown` has the declared type.
  return Object.freeze({ ...DEFAULTS, ...Object.fromEntries(given) }) as ResolvedEmulatorOptions;
}

function checkOption(name: string, value: unknown): void {
  if (!Object.hasOwn(RULES, name)) {
    const known = Object.keys(RULES);
    throw new EmulatorError(
      'invalid-options',
      `There is no option "${name}".${didYouMean(name, known)} Options: ${known.join(', ')}.`,
    );
  }
  // `hasOwn` says that the name is a key of the table.
  const rule = RULES[name as keyof EmulatorOptions];
  if (!rule.accepts(value)) {
    const shown = rule.secret ? '(not shown)' : show(value);
    throw new EmulatorError('invalid-options', `Option "${name}" is ${shown}; allowed: ${rule.allowed}.`);
  }
}

function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function isFilledString(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

function oneOf(names: readonly unknown[]): Rule {
  return { allowed: names.map(show).join(', '), accepts: (value) => names.includes(value) };
}

function wholeNumber(min: number, max: number): Rule {
  return {
    allowed: `a whole number from ${min} to ${max}`,
    accepts: (value) => typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max,
  };
}

function amount(max: number): Rule {
  return {
    allowed: `a number from 0 to ${max}`,
    accepts: (value) => typeof value === 'number' && value >= 0 && value <= max,
  };
}
