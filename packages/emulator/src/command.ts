import { parseArgs } from 'node:util';
import type { Emulator } from './emulator.js';
import { createEmulator } from './emulator.js';
import { EmulatorError } from './emulator-error.js';
import type { EmulatorOptions } from './options.js';
import { didYouMean } from './suggestion.js';

/** Where the command writes, line by line. */
export interface CommandOutput {
  /** What the command is called in its help and its errors. @defaultValue 'didit-emulator' */
  readonly name?: string;
  readonly info: (line: string) => void;
  readonly error: (line: string) => void;
}

/** A running emulator, or the exit code of a command that is done. */
export type CommandResult =
  | { readonly kind: 'running'; readonly emulator: Emulator }
  | { readonly kind: 'done'; readonly exitCode: number };

const FLAGS = {
  port: { type: 'string', default: '3999' },
  'api-key': { type: 'string', multiple: true },
  'auth-mode': { type: 'string' },
  'threshold-mode': { type: 'string' },
  'seed-shape': { type: 'boolean' },
  'balance-dollars': { type: 'string' },
  'price-dollars': { type: 'string' },
  'writes-per-minute': { type: 'string' },
  'latency-ms': { type: 'string' },
  'session-delete-status': { type: 'string' },
  'webhook-timeout-ms': { type: 'string' },
  'webhook-retry-delay-ms': { type: 'string', multiple: true },
  'allow-production': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const helpOf = (name: string) => `Usage: ${name} [options]

Serves a scripted stand-in for the Didit API on 127.0.0.1. It detects no faces.

  --port <n>               port, 0 for any free one (3999)
  --api-key <key>          accept this key only; may be repeated (any key)
  --auth-mode <era>        401 and 403 as in seed, jul or nov (nov)
  --threshold-mode <mode>  a score equal to the threshold declines: lte yes, lt no (lte)
  --seed-shape             leave out the fields that answers of early 2026 lacked
  --balance-dollars <n>    prepaid balance (100000)
  --price-dollars <n>      price of one check (0.1)
  --writes-per-minute <n>  POST requests per key in any 60 seconds, or Infinity (300)
  --latency-ms <n>         wait before each API answer (0)
  --session-delete-status <n>   200 with a body, or 204 (200)
  --webhook-timeout-ms <n>      how long a webhook destination may take (10000)
  --webhook-retry-delay-ms <n>  wait before sending a webhook again; may be repeated (60000, 240000)
  --allow-production       start even though NODE_ENV is production
  --json                   print one line of JSON: {"url"} when it listens, or {"error"}
  -h, --help               show this text

Examples:
  ${name}
  ${name} --port 0 --json
  ${name} --balance-dollars 5 --api-key sk_live_test-key`;

/** Runs the command up to the point where the emulator listens, or where nothing is left to do. */
export async function runCommand(args: readonly string[], output: CommandOutput): Promise<CommandResult> {
  const { name = 'didit-emulator' } = output;
  try {
    const flags = parseFlags(args);
    if (flags.help) {
      output.info(helpOf(name));
      return { kind: 'done', exitCode: 0 };
    }
    const emulator = await createEmulator(toOptions(flags));
    for (const line of greeting(emulator.url, flags.json === true)) output.info(line);
    return { kind: 'running', emulator };
  } catch (error) {
    if (error instanceof EmulatorError) {
      const { code, message } = error;
      if (args.includes('--json')) output.info(JSON.stringify({ error: { code, message } }));
      output.error(`${name}: ${message}`);
      return { kind: 'done', exitCode: 1 };
    }
    throw error;
  }
}

/** A program reads one line, people and scripts of the shell the word "ready". */
function greeting(url: string, isJson: boolean): readonly string[] {
  return isJson ? [JSON.stringify({ url })] : [`Didit emulator, a script and no face detector: ${url}`, 'ready'];
}

type Flags = ReturnType<typeof parseFlags>;

function parseFlags(args: readonly string[]) {
  const known = Object.keys(FLAGS).map((name) => `--${name}`);
  const unknown = args.map((arg) => arg.replace(/=.*/su, '')).find((arg) => /^--./u.test(arg) && !known.includes(arg));
  if (unknown !== undefined) {
    throw new EmulatorError('invalid-options', `Unknown option ${unknown}.${didYouMean(unknown, known)} See --help.`);
  }
  try {
    return parseArgs({ args: [...args], options: FLAGS }).values;
  } catch (error) {
    // All that parseArgs throws is about the arguments.
    throw new EmulatorError('invalid-options', `${complaintOf(error)} See --help.`, { cause: error });
  }
}

/** What stands in the place of nothing may be a key, so it is not repeated. */
function complaintOf(error: unknown): string {
  const { code } = Object(error) as { readonly code?: unknown };
  if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') return 'Unexpected argument; only options are taken.';
  return error instanceof Error ? error.message : String(error);
}

function toOptions(flags: Flags): EmulatorOptions {
  const options = {
    port: toNumber('port', flags.port),
    apiKeys: flags['api-key'],
    authMode: flags['auth-mode'],
    thresholdMode: flags['threshold-mode'],
    seedShape: flags['seed-shape'],
    balanceDollars: toNumber('balance-dollars', flags['balance-dollars']),
    priceDollars: toNumber('price-dollars', flags['price-dollars']),
    writesPerMinute: toNumber('writes-per-minute', flags['writes-per-minute']),
    latencyMs: toNumber('latency-ms', flags['latency-ms']),
    sessionDeleteStatus: toNumber('session-delete-status', flags['session-delete-status']),
    webhookTimeoutMs: toNumber('webhook-timeout-ms', flags['webhook-timeout-ms']),
    webhookRetryDelaysMs: flags['webhook-retry-delay-ms']?.map((text) => toNumber('webhook-retry-delay-ms', text)),
    allowProduction: flags['allow-production'],
  };
  // createEmulator checks each value and takes undefined for "not given".
  return options as EmulatorOptions;
}

function toNumber(flag: string, text: string | undefined): number | undefined {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  if (text !== undefined && Number.isNaN(value)) {
    throw new EmulatorError('invalid-options', `--${flag} is "${text}", which is not a number.`);
  }
  return text === undefined ? undefined : value;
}
