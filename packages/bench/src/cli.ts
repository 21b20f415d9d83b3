import { type CommandLine, parseCommandLine, USAGE } from './command-line.js';
import { check, garbage, measure, type Outcome, profile, scale, threads } from './commands.js';

async function run(line: CommandLine): Promise<Outcome> {
  switch (line.command) {
    case 'run':
      return measure(line);
    case 'check':
      return check(line);
    case 'profile':
      return profile(line);
    case 'garbage':
      return garbage(line);
    case 'threads':
      return threads(line);
    case 'scale':
      return scale(line);
    case 'help':
      return { output: USAGE, exitCode: 0 };
    default:
      return line.command satisfies never;
  }
}

function understand(): CommandLine | undefined {
  try {
    // What is said on the way goes to standard error, so that standard output holds the results alone.
    return parseCommandLine(process.argv.slice(2), (text) => process.stderr.write(`${text}\n`));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : 'this cannot be understood'}\n\n${USAGE}`);
    return undefined;
  }
}

const line = understand();
const { output, exitCode } = line ? await run(line) : { output: '', exitCode: 2 };
process.stdout.write(`${output}\n`);
process.exitCode = exitCode;
