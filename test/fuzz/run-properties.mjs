import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
const HERE = 'test/fuzz/';

/** Runs the properties of all tests, or of those that have `only` in the path of their file or in their title. */
export async function runProperties({ seconds, only, seed }) {
  if (only.startsWith('coverage-guided')) return [];
  const sites = assertionSites();
  const files = [...new Set(sites.map(({ file }) => file))];
  const named = files.filter((file) => file.toLowerCase().includes(only));
  const chosen = named.length > 0 ? named : files.filter((file) => mayHaveTitle(file, only));
  if (chosen.length === 0) return [];

  const { status, results } = runJest(chosen, {
    FUZZ_MS: String(seconds * 1000),
    FUZZ_ONLY: named.length > 0 ? '' : only,
    ...(seed === undefined ? {} : { FUZZ_SEED: seed }),
  });
  const missed = only === '' ? sites.filter((site) => !results.some((result) => result.site === site.name)) : [];
  for (const { name } of missed) console.error(`${name} was not reached: the property must stand in the test itself`);
  const hasBrokenTests = status !== 0 && !results.some(({ failed }) => failed);
  return [
    ...results,
    ...missed.map(({ name }) => failureOf(name)),
    ...(hasBrokenTests ? [failureOf('the tests around the properties')] : []),
  ];
}

function failureOf(property) {
  return { property, seconds: 0, runs: 0, failed: true };
}

/** Jest with its clock; what it said, and what every property reported. */
function runJest(files, env) {
  const folder = mkdtempSync(join(tmpdir(), 'didit-liveness-fuzz-'));
  const report = join(folder, 'report.jsonl');
  const args = [...JEST, '--config', 'test/fuzz/jest.config.mjs', ...jestArguments(files)];
  try {
    const { status } = spawnSync(process.execPath, args, {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env, FUZZ_REPORT: report },
    });
    return { status, results: readReport(report) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Titles are put together while tests run; a file that lacks one of the words needs not be started. */
function mayHaveTitle(file, title) {
  const texts = [file, ...importersOf(file)].map((path) => readFileSync(join(ROOT, path), 'utf8').toLowerCase());
  return title.split(' ').every((word) => texts.some((text) => text.includes(word)));
}

/** Every place that asserts a property. */
function assertionSites() {
  return ['packages', 'test', 'examples'].flatMap(testFiles).flatMap((file) =>
    readFileSync(join(ROOT, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => (/\bfc\.assert\(/.test(line) ? [{ file, name: `${file}:${index + 1}` }] : [])),
  );
}

function testFiles(folder) {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path}`)
    .filter((path) => path.endsWith('.ts') && !/\/(node_modules|dist|src)\//.test(path) && !path.startsWith(HERE));
}

/**
 * Contracts hold properties too, but are no tests themselves: whoever imports one is, or imports what does. Further hosts
 * only repeat what others are held to.
 */
function jestArguments(files) {
  const tests = files.flatMap((file) => (file.endsWith('.test.ts') ? [file] : importersOf(file)));
  return [...new Set(tests)].map((file) => `${file.replaceAll('.', String.raw`\.`)}$`);
}

function importersOf(file) {
  const folder = file.slice(0, file.lastIndexOf('/'));
  const name = file.slice(folder.length + 1).replace(/\.ts$/, '.js');
  return testFiles(folder)
    .filter((path) => readFileSync(join(ROOT, path), 'utf8').includes(`from './${name}'`))
    .flatMap((path) => (path.endsWith('.test.ts') ? [path] : importersOf(path)))
    .filter((path) => !path.endsWith('.further.test.ts'));
}

function readReport(path) {
  try {
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    return lines
      .map((line) => JSON.parse(line))
      .map(({ site, test, ...result }) => ({ ...result, site: relative(ROOT, site), property: test }));
  } catch {
    // No property ran, so nothing was written.
    return [];
  }
}
