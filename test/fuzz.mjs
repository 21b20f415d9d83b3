// `pnpm fuzz`: every property of the repository, and every coverage-guided target, each for FUZZ_SECONDS (60) seconds.
//   --seconds 2      another time
//   --only <text>    what has this text in its title or file
//   --seed <number>  the random numbers of an earlier run
// What fails prints its seed and its counterexample.
import { parseArgs } from 'node:util';
import { runProperties } from './fuzz/run-properties.mjs';
import { runTargets } from './fuzz/run-targets.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: process.env['FUZZ_SECONDS'] ?? '60' },
    only: { type: 'string', default: '' },
    seed: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
if (!(seconds > 0)) throw new RangeError(`--seconds is ${values.seconds}; allowed: a number above 0`);
const run = { seconds, only: values.only.toLowerCase(), seed: values.seed };

const results = [...(await runProperties(run)), ...(await runTargets(run))];
const failures = results.filter(({ failed }) => failed).length;
console.table(
  results.map(({ property, seconds: took, runs, failed: isFailed }) => ({
    property,
    seconds: Number(took.toFixed(1)),
    runs,
    result: isFailed ? 'FAILED' : 'ok',
  })),
);
const runs = results.reduce((sum, result) => sum + result.runs, 0);
console.log(`${results.length} properties and targets, ${runs} runs, ${failures} failed`);
if (results.length === 0) console.error(`Nothing has "${values.only}" in its title or file.`);
process.exitCode = failures === 0 && results.length > 0 ? 0 : 1;
