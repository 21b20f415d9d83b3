// `npm test`: everything that must hold, in one run, ending with one line `N passed, N failed`.
// A step is one check; the tests are counted one by one. What takes minutes, or needs more than Node, runs only with
// `npm test -- --all`; such files have one of the endings in EXTRAS.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = new URL('..', import.meta.url);
const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];

const STEPS = [
  { name: 'build', args: ['node_modules/turbo/bin/turbo', 'run', 'build', '--output-logs=errors-only'] },
  { name: 'format', args: ['node_modules/@biomejs/biome/bin/biome', 'format', '.'] },
  { name: 'lint', args: ['node_modules/oxlint/bin/oxlint', '--type-aware'] },
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.test.json'] },
];

const given = process.argv.slice(2);
const patterns = given.filter((argument) => argument !== '--all');
/** Endings before `.test.ts`, and why such files are no part of every run. */
const EXTRAS = [
  'packed', // installs packed tarballs into projects of its own
  'browser', // looks at pages, and needs a browser
  'soak', // repeats something thousands of times
];
const LEFT_OUT = ['/node_modules/', '/dist/', ...EXTRAS.map((ending) => `\\.${ending}\\.test\\.ts$`)];
const QUICK = LEFT_OUT.map((pattern) => `--testPathIgnorePatterns=${pattern}`);
const selection = [...patterns, ...(given.includes('--all') ? [] : QUICK)];

const total = { passed: 0, failed: 0 };
for (const step of STEPS) count(runStep(step));
count(runTests());
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

/** Runs Jest and reads its own count; a run that leaves no count, or fails without a failed test, is a failure. */
function runTests() {
  const folder = mkdtempSync(join(tmpdir(), 'didit-liveness-'));
  const report = join(folder, 'jest.json');
  try {
    const status = run('tests', [...JEST, '--json', `--outputFile=${report}`, ...selection]);
    const result = JSON.parse(readFileSync(report, 'utf8'));
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = result;
    printHosts(result.testResults);
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    return { passed: numPassedTests, failed: status !== 0 && failed === 0 ? 1 : failed };
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
  console.log(`\n> ${name}`);
  const started = performance.now();
  // Jest repeats its whole report on standard output with --json; the file has it already.
  const stdio = ['ignore', name === 'tests' ? 'ignore' : 'inherit', 'inherit'];
  const { status, error } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    stdio,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
  });
  if (error) console.error(error.message);
  console.log(`  ${status === 0 ? 'ok' : 'FAILED'} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return status;
}
