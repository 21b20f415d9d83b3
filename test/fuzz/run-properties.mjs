import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
const HERE = 'test/fuzz/';

/** Runs the properties of all tests; one result each. */
export async function runProperties({ seconds, only, seed }) {
  const sites = assertionSites();
  const files = [...new Set(sites.map(({ file }) => file))];
  const isFile = files.some((file) => file.toLowerCase().includes(only));
  const chosen = only !== '' && isFile ? files.filter((file) => file.toLowerCase().includes(only)) : files;
  const folder = mkdtempSync(join(tmpdir(), 'didit-liveness-fuzz-'));
  const report = join(folder, 'report.jsonl');
  try {
    const { status } = spawnSync(
      process.execPath,
      [...JEST, '--config', 'test/fuzz/jest.config.mjs', ...jestArguments(chosen)],
      {
        cwd: ROOT,
        stdio: ['ignore', 'inherit', 'inherit'],
        env: {
          ...process.env,
          FUZZ_MS: String(seconds * 1000),
          FUZZ_REPORT: report,
          FUZZ_ONLY: only !== '' && isFile ? '' : only,
          ...(seed === undefined ? {} : { FUZZ_SEED: seed }),
        },
      },
    );
    const results = readReport(report);
    const missed = only === '' ? sites.filter((site) => !results.some((result) => result.site === site.name)) : [];
    for (const { name } of missed) console.error(`${name} was not reached: the property must stand in the test itself`);
    const broke = status !== 0 && !results.some(({ failed }) => failed) && results.length > 0;
    return [
      ...results,
      ...missed.map(({ name }) => ({ property: name, seconds: 0, runs: 0, failed: true })),
      ...(broke ? [{ property: 'the tests around the properties', seconds: 0, runs: 0, failed: true }] : []),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
  return readdirSync(join(ROOT, folder), { recursive: true })
    .map((path) => `${folder}/${path}`)
    .filter((path) => /\.ts$/.test(path) && !/\/(node_modules|dist|src)\//.test(path) && !path.startsWith(HERE));
}

/** Contracts hold properties too, but are no tests themselves: whoever imports one is. */
function jestArguments(files) {
  const tests = files.flatMap((file) => (file.endsWith('.test.ts') ? [file] : importersOf(file)));
  return [...new Set(tests)].map((file) => `${file.replaceAll('.', String.raw`\.`)}$`);
}

function importersOf(file) {
  const folder = file.slice(0, file.lastIndexOf('/'));
  const name = file.slice(folder.length + 1).replace(/\.ts$/, '.js');
  return testFiles(folder).filter(
    (path) => path.endsWith('.test.ts') && readFileSync(join(ROOT, path), 'utf8').includes(`'./${name}'`),
  );
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
