import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CACHE } from './cache.mjs';
import { jazzerCommand } from './jazzer.mjs';
import { seedsOf } from './seeds.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ENDING = '.fuzz.cjs';

/** Longest time for one input, in milliseconds; far beyond what any takes, so that what hangs is found. */
const TIMEOUT_MS = 2_000;

/** What libFuzzer says of what it has reached: places, ways to reach them, and inputs kept for it. */
const COVERAGE = /cov: \d+ ft: \d+ corp: [^ ]+/g;

/** Runs every coverage-guided target; one result each. */
export async function runTargets({ seconds, only, seed }) {
  const targets = targetNames().filter((name) => titleOf(name).includes(only));
  if (targets.length === 0) return [];
  const command = jazzerCommand();
  const results = [];
  for (const target of targets) {
    results.push(
      command
        ? await run(command, target, { seconds, seed })
        : { property: titleOf(target), seconds: 0, runs: 0, failed: true },
    );
  }
  return results;
}

/** Names of the targets: of their files, without the ending. */
export function targetNames() {
  return readdirSync(HERE)
    .filter((file) => file.endsWith(ENDING))
    .map((file) => file.slice(0, -ENDING.length));
}

function titleOf(target) {
  return `coverage-guided: ${target}`;
}

/** @param command - what starts Jazzer.js */
async function run(command, target, { seconds, seed }) {
  const found = join(CACHE, 'corpus', target);
  const regressions = join(HERE, 'regressions', target);
  const seeds = join(CACHE, 'seeds', target);
  for (const folder of [found, seeds, regressions]) mkdirSync(folder, { recursive: true });
  for (const bytes of await seedsOf(target))
    writeFileSync(join(seeds, createHash('sha1').update(bytes).digest('hex')), bytes);

  const { status, output } = await runProgram([
    ...command,
    join(HERE, `${target}${ENDING}`),
    found,
    seeds,
    regressions,
    '--sync',
    `--timeout=${TIMEOUT_MS}`,
    '--includes=packages/',
    '--excludes=node_modules',
    '--',
    `-max_total_time=${Math.max(1, Math.ceil(seconds))}`,
    '-max_len=8192',
    // What is found is kept where every later run, and `npm test`, begins.
    `-artifact_prefix=${regressions}/`,
    ...(seed === undefined ? [] : [`-seed=${seed}`]),
  ]);
  // Without the time that starting and instrumenting takes.
  const [, runs = 0, fuzzed = 0] = (/Done (\d+) runs in (\d+) second/.exec(output) ?? []).map(Number);
  const failed = status !== 0 || runs === 0;
  const seedUsed = /Seed: (\d+)/.exec(output)?.[1];
  if (failed) console.error(`${output}\n${titleOf(target)} failed; again with --seed ${seedUsed}`);
  else console.log(`${titleOf(target)}: ${output.match(COVERAGE)?.at(-1) ?? 'no coverage told'}`);
  return { property: titleOf(target), seconds: fuzzed, runs, failed };
}

function runProgram([program, ...args]) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output = `${output}${text}`.slice(-20_000);
      });
    }
    child.on('error', reject).on('close', (status) => resolve({ status, output }));
  });
}
