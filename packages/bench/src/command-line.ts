import { parseArgs } from 'node:util';
import { DESIGN_NAMES, type DesignName, isDesignName } from './catalogue.js';
import type { Plan } from './plan.js';
import { ROW_IDS, type RowId } from './row.js';
import { parseSize, SIZES } from './size.js';

/** What to do: measure, compare with the recorded figures, record profiles, count collections, look at threads, or measure several processes. */
export type Command = (typeof COMMANDS)[number] | 'help';

const COMMANDS = ['run', 'check', 'profile', 'garbage', 'threads', 'scale'] as const;

/** A command line, understood. */
export interface CommandLine {
  readonly command: Command;
  readonly plan: Plan;
  /** Print JSON in place of the table. */
  readonly json: boolean;
  /** Keep the results as those to compare with. */
  readonly write: boolean;
}

/** How to call it. */
export const USAGE = `pnpm bench [check | profile | garbage | threads | scale] [options]

  --quick          P1 to P3 at 200KB and 1MB, to see that it works; about a minute, judges nothing
  --full           all rows at all sizes, and the peers that no goal speaks of
  --only <names>   rows (P1,P6), or designs (guard-express,pipe-express)
  --sizes <sizes>  for example 50KB,200KB,1MB,4.9MB
  --rounds <n>     rounds, 7 unless told otherwise; fewer are not judged
  --json           prints JSON in place of the table
  --write          keeps the results in docs/performance.md, .json and .svg

garbage counts collections of garbage, and the CPU of V8's helper threads, which no profile shows; of the options it
knows --only with designs, --sizes, --quick, --rounds and --json, and refuses the others

threads tells what all threads are at, the kernel's part included, by kind of work; it needs perf (Linux), and knows the
options of garbage without --rounds

scale measures requests per second with one process and with two, at 200KB; of the options it knows --quick, --rounds,
--json and --write, and refuses the others

designs: ${DESIGN_NAMES.join(' ')}
`;

const OPTIONS = {
  quick: { type: 'boolean', default: false },
  full: { type: 'boolean', default: false },
  only: { type: 'string' },
  sizes: { type: 'string' },
  rounds: { type: 'string' },
  json: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Rows that a change may not make worse. */
const CHECKED_ROWS: readonly RowId[] = ['P1', 'P2', 'P6', 'P7'];

/**
 * Understands a command line.
 *
 * @throws RangeError or TypeError saying what cannot be understood
 */
export function parseCommandLine(args: readonly string[], log: Plan['log']): CommandLine {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const command = values.help ? 'help' : commandOf(positionals);
  refuseUnused(command, values);
  const { rows, designs } = selectionOf(values.only, command, values.quick);
  const plan: Plan = {
    rows,
    designs,
    sizesBytes: values.sizes === undefined ? usualSizes(values.full) : values.sizes.split(',').map(parseSize),
    withPeers: values.full,
    timing: {
      rounds: values.rounds === undefined ? (values.quick ? 5 : 7) : roundsOf(values.rounds),
      cellMs: values.quick ? 400 : 1_000,
      warmUps: values.quick ? 6 : 15,
    },
    log,
  };
  return { command, plan, json: values.json, write: values.write };
}

function commandOf([name = 'run', ...others]: readonly string[]): Command {
  const command = COMMANDS.find((known) => known === name);
  if (command && others.length === 0) return command;
  throw new RangeError(`${[name, ...others].join(' ')} is no command`);
}

/** Options that a command makes no use of. What `scale` measures is not for choosing; collections are not kept. */
const UNUSED: { readonly [Name in Command]?: readonly (keyof typeof OPTIONS)[] } = {
  scale: ['full', 'only', 'sizes'],
  garbage: ['full', 'write'],
  threads: ['full', 'write', 'rounds'],
};

function refuseUnused(
  command: Command,
  values: { readonly [Name in keyof typeof OPTIONS]?: string | boolean | undefined },
): void {
  const given = UNUSED[command]?.find((name) => values[name] !== undefined && values[name] !== false);
  if (given) throw new RangeError(`--${given} is no option of ${command}`);
}

function usualSizes(isFull: boolean): number[] {
  return isFull ? Object.values(SIZES) : [SIZES.usual, SIZES.large];
}

function roundsOf(text: string): number {
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 101) throw new RangeError(`--rounds ${text} is not 1 to 101`);
  return rounds;
}

function selectionOf(
  only: string | undefined,
  command: Command,
  isQuick: boolean,
): { rows: readonly RowId[]; designs: readonly DesignName[] } {
  if (only === undefined) return { rows: usualRows(command, isQuick), designs: [] };
  const names = only.split(',');
  const rows = ROW_IDS.filter((id) => names.includes(id));
  const designs = names.filter(isDesignName);
  if (rows.length + designs.length < names.length || (rows.length > 0 && designs.length > 0)) {
    throw new RangeError(`--only ${only}: name rows (${ROW_IDS.join(' ')}) or designs (${DESIGN_NAMES.join(' ')})`);
  }
  if (rows.length > 0 && ['garbage', 'profile', 'threads'].includes(command)) {
    throw new RangeError(`--only ${only}: ${command} knows designs (${DESIGN_NAMES.join(' ')})`);
  }
  return { rows, designs };
}

function usualRows(command: Command, isQuick: boolean): readonly RowId[] {
  if (command === 'check') return CHECKED_ROWS;
  return isQuick ? ['P1', 'P2', 'P3'] : ROW_IDS;
}
