// `npm test`: everything that must hold, in one run, ending with one line `N passed, N failed`.
// A step is one check; the tests are counted one by one. What takes minutes, or needs more than Node, runs only with
// `npm test -- --all`; such files have one of the endings in EXTRAS.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MarkScanner } from './support/canary-scan.mjs';
import { tellRows } from './told.mjs';

const ROOT = new URL('..', import.meta.url);
const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];

const STEPS = [
  { name: 'build', args: ['node_modules/turbo/bin/turbo', 'run', 'build', '--output-logs=errors-only'] },
  { name: 'format', args: ['node_modules/@biomejs/biome/bin/biome', 'format', '.'] },
  { name: 'lint', args: ['node_modules/oxlint/bin/oxlint', '--type-aware'] },
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.test.json'] },
  { name: 'npm start', args: ['test/npm-start.mjs'] },
];

/** Longer suites with programs of their own, in bounded runs; only with `--all`. */
const LONGER_STEPS = [
  { name: 'fuzz', args: ['test/fuzz.mjs', '--seconds', '3', '--only', 'test/properties'] },
  { name: 'readers', args: ['test/fuzz/compare-readers.mjs', '--seconds', '10'] },
  { name: 'mutation', args: ['test/mutation.mjs', '--budget', '360'] },
  { name: 'bench', args: ['packages/bench/dist/cli.js', '--quick'] },
  { name: 'bench:check', args: ['packages/bench/dist/cli.js', 'check'] },
  { name: 'soak', args: ['test/soak/soak.mjs', '--requests', '3000', '--aborts', '1000'] },
];

const given = process.argv.slice(2);
const patterns = given.filter((argument) => argument !== '--all');
/** Endings before `.test.ts`, and why such files are no part of every run. */
const EXTRAS = [
  'packed', // installs packed tarballs into projects of its own
  'browser', // looks at pages, and needs a browser
  'soak', // repeats something thousands of times
  'further', // repeats on further frameworks, versions and commands what others of the same kind are held to
];
const LEFT_OUT = ['/node_modules/', '/dist/', ...EXTRAS.map((ending) => `\\.${ending}\\.test\\.ts$`)];
const QUICK = LEFT_OUT.map((pattern) => `--testPathIgnorePatterns=${pattern}`);
const selection = [...patterns, ...(given.includes('--all') ? [] : QUICK)];

const SPAWN = { cwd: ROOT, env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' } };

const total = { passed: 0, failed: 0 };
for (const step of STEPS) count(runStep(step));
count(await runTests());
if (given.includes('--all') && patterns.length === 0) {
  for (const step of LONGER_STEPS) count(runStep(step));
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

function count({ passed, failed }) {
  total.passed += passed;
  total.failed += failed;
}

function runStep({ name, args }) {
  const succeeded = run(name, args) === 0;
  return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1 };
}

/**
 * Runs Jest and reads its own count; a run that leaves no count, or fails without a failed test, is a failure. So is
 * one that printed a secret: the tests have marks where secrets stand.
 */
async function runTests() {
  const folder = mkdtempSync(join(tmpdir(), 'didit-liveness-'));
  const report = join(folder, 'jest.json');
  try {
    const { status, marks } = await runScanned('tests', [...JEST, '--json', `--outputFile=${report}`, ...selection]);
    const result = JSON.parse(readFileSync(report, 'utf8'));
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = result;
    printHosts(result.testResults);
    tellRows(result.testResults);
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    const silent = marks.length === 0 ? 1 : 0;
    return {
      passed: numPassedTests + silent,
      failed: (status !== 0 && failed === 0 ? 1 : failed) + marks.length,
    };
  } catch (error) {
    console.error(`The tests left no report: ${error.message}`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One line per framework: how many cases of the contract suite it passed. */
function printHosts(suites) {
  const hosts = new Map();
  for (const { ancestorTitles, status } of suites.flatMap(({ assertionResults }) => assertionResults)) {
    const [, host] = /^guard on (.+)/.exec(ancestorTitles[0] ?? '') ?? [];
    if (host === undefined) continue;
    const { passed = 0, cases = 0 } = hosts.get(host) ?? {};
    hosts.set(host, { passed: passed + (status === 'passed' ? 1 : 0), cases: cases + 1 });
  }
  if (hosts.size > 0) console.table(Object.fromEntries(hosts));
}

function run(name, args) {
  const ended = begin(name);
  const { status, error } = spawnSync(process.execPath, args, { ...SPAWN, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) console.error(error.message);
  ended(status);
  return status;
}

/** Shows what a program prints, and scans it. Jest repeats its report on standard output, which is scanned only. */
async function runScanned(name, args) {
  const ended = begin(name);
  // A program that writes into a pipe does not colour what it writes unless it is asked to.
  const colour = process.stderr.isTTY ? { FORCE_COLOR: '1' } : {};
  const child = spawn(process.execPath, args, {
    ...SPAWN,
    env: { ...SPAWN.env, ...colour },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stderr.pipe(process.stderr, { end: false });
  const scanners = [child.stdout, child.stderr].map(scan);
  const status = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  const marks = [...new Set(scanners.flatMap(({ found }) => found))];
  for (const mark of marks) console.error(`What must stay secret was printed by the tests: ${mark}`);
  ended(status);
  return { status, marks };
}

function scan(stream) {
  const scanner = new MarkScanner();
  stream.setEncoding('utf8').on('data', (text) => scanner.write(text));
  return scanner;
}

/** Says that something begins; gives what is to be called with its status at the end. */
function begin(name) {
  console.log(`\n> ${name}`);
  const started = performance.now();
  return (status) =>
    console.log(`  ${status === 0 ? 'ok' : 'FAILED'} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}
