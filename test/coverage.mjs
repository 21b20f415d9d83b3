// `pnpm coverage [package ...]`: how much of each package its own tests run. Fails below the goals: all lines and branches
// of what decides, and nearly all of the rest.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
const DECIDING = ['policy', 'gate', 'wire', 'image'].map((folder) => `core/src/${folder}`);
const PACKAGES = ['core', 'upload', 'express', 'koa', 'nestjs', 'emulator', 'cli'];
const GOALS = { deciding: 100, other: 95 };

const given = process.argv.slice(2);
let isReached = true;
for (const name of given.length > 0 ? given : PACKAGES) {
  const rows = measure(name);
  isReached &&= rows.every(({ reached }) => reached);
  console.table(Object.fromEntries(rows.map(({ part, ...row }) => [part, row])));
}
process.exitCode = isReached ? 0 : 1;

/** Runs the tests of a package, and the contracts of a framework; a row for each part of it that has a goal of its own. */
function measure(name) {
  const files = coverageOf(name);
  const sources = Object.keys(files).filter((path) => hasCode(path));
  const partOf = (path) => DECIDING.find((folder) => path.includes(`packages/${folder}/`)) ?? name;
  return [...new Set(sources.map(partOf))]
    .sort((left, right) => left.localeCompare(right))
    .map((part) => {
      const covered = sources.filter((path) => partOf(path) === part).map((path) => files[path]);
      return rowOf(part, covered);
    });
}

function coverageOf(name) {
  const folder = mkdtempSync(join(tmpdir(), 'didit-liveness-coverage-'));
  try {
    const options = [
      '--maxWorkers=1',
      '--coverage',
      `--coverageDirectory=${folder}`,
      '--coverageReporters=json',
      `--collectCoverageFrom=packages/${name}/src/**/*.ts`,
      // A test that takes a CommonJS build gets the sources of core in that form, whose places V8 mixes up with these.
      '--testPathIgnorePatterns=(\\.(packed|browser|soak)|/public-api)\\.test\\.ts$',
    ];
    const { status } = spawnSync(
      process.execPath,
      [...JEST, `packages/${name}/test`, `test/contract/${name}\\.test`, ...options],
      {
        cwd: ROOT,
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
    if (status !== 0) throw new Error(`The tests of ${name} fail, so that what they cover says nothing`);
    return JSON.parse(
      readFileSync(
        join(
          folder,
          readdirSync(folder).find((file) => file.endsWith('.json')),
        ),
        'utf8',
      ),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Nothing but types leaves nothing to run. */
function hasCode(path) {
  const { code } = transformSync(readFileSync(path, 'utf8'), {
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      minify: { format: { comments: false } },
    },
    minify: true,
  });
  return code.replace(/export\s*\{\s*\};?/g, '').trim() !== '';
}

function rowOf(part, covered) {
  const lines = shareOf(covered.flatMap(lineCounts));
  const branches = shareOf(covered.flatMap(branchCounts));
  const goal = DECIDING.includes(part) ? GOALS.deciding : GOALS.other;
  return { part, files: covered.length, lines, branches, goal, reached: lines >= goal && branches >= goal };
}

function lineCounts({ path, s, statementMap }) {
  const isDead = deadLines(path);
  return Object.entries(s).flatMap(([id, count]) => (isDead(statementMap[id].start.line) ? [] : [count]));
}

function branchCounts({ path, b, branchMap }) {
  const isDead = deadLines(path);
  return Object.entries(b).flatMap(([id, counts]) =>
    counts.filter((_count, index) => !isDead(branchMap[id].locations[index].start.line)),
  );
}

/**
 * What no test can reach: `default: return value satisfies never`, as the compiler proves, and the way from a `throw` to
 * the `finally` behind it, which V8 counts as a branch of its own.
 */
function deadLines(path) {
  const source = readFileSync(path, 'utf8').split('\n');
  const textOf = (line) => source[line - 1]?.trim() ?? '';
  const isNever = (line) => textOf(line).includes(' satisfies never;');
  const isBehindThrow = (line) => textOf(line) === '} finally {' && textOf(line - 1).startsWith('throw ');
  return (line) => isNever(line) || (textOf(line) === 'default:' && isNever(line + 1)) || isBehindThrow(line);
}

/** Rounded down: 100 means all of them. */
function shareOf(counts) {
  const share = counts.filter((count) => count > 0).length / Math.max(1, counts.length);
  return Math.floor(share * 10_000) / 100;
}
