// How Jazzer.js is started. Its native part is built against version 2.38 of the GNU C library (Debian 13, Ubuntu 24.04);
// where the system has an older one, Node runs for it, and for nothing else, under the one of Debian 13, which apt-get
// fetches and checks, and which is never installed.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CACHE } from './cache.mjs';

const require = createRequire(import.meta.url);
const CLI = join(dirname(require.resolve('@jazzer.js/core/package.json')), 'dist/cli.js');
const NODE = [process.execPath, CLI];
const PACKAGES = ['libc6', 'libgcc-s1', 'libstdc++6'];
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The command that starts Jazzer.js here; undefined, with the reason on standard error, where there is none. */
export function jazzerCommand() {
  const plain = spawnSync(NODE[0], [...NODE.slice(1), '--help'], { encoding: 'utf8' });
  if (plain.status === 0) return NODE;
  const reason = plain.stderr.split('\n').find((line) => line.startsWith('Error:')) ?? 'Jazzer.js does not start.';
  if (!/GLIBC/.test(reason)) return give(reason);
  try {
    const command = [...newerLibrary(), ...NODE];
    execFileSync(command[0], [...command.slice(1), '--help'], { stdio: ['ignore', 'ignore', 'pipe'] });
    return command;
  } catch (error) {
    return give(`${reason}\nThe one of Debian 13 could not be had: ${error.message}`);
  }
}

function give(reason) {
  console.error(`No coverage-guided fuzzing here. ${reason}`);
  return undefined;
}

/** The loader of a newer C library with its folder, ready to be followed by a program. */
function newerLibrary() {
  const folder = join(CACHE, 'debian-13');
  const libraries = join(folder, 'root/usr/lib/x86_64-linux-gnu');
  const loader = join(libraries, 'ld-linux-x86-64.so.2');
  if (!existsSync(join(folder, 'complete'))) fetchInto(folder);
  return [loader, '--library-path', libraries];
}

/** By apt-get with folders and sources of its own: it verifies what it fetches, and the system stays as it is. */
function fetchInto(folder) {
  rmSync(folder, { recursive: true, force: true });
  for (const part of ['lists/partial', 'cache/archives/partial', 'root'])
    mkdirSync(join(folder, part), { recursive: true });
  const sources = join(folder, 'sources.list');
  writeFileSync(sources, `deb [arch=amd64 signed-by=${KEYRING}] ${debianMirror()} trixie main\n`);
  const options = [
    `Dir::Etc::sourcelist=${sources}`,
    'Dir::Etc::sourceparts=/dev/null',
    `Dir::State::lists=${join(folder, 'lists')}`,
    `Dir::Cache=${join(folder, 'cache')}`,
  ].flatMap((option) => ['-o', option]);
  const run = (program, args) => execFileSync(program, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  run('apt-get', [...options, 'update']);
  run('apt-get', [...options, 'download', ...PACKAGES.map((name) => `${name}:amd64`)]);
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb'))) run('dpkg-deb', ['-x', file, 'root']);
  writeFileSync(join(folder, 'complete'), '');
}

/** Where this machine has its own Debian packages from, which has those of the next version as well. */
function debianMirror() {
  const targets = execFileSync('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages']);
  const mirror = targets
    .toString()
    .split('\n')
    .find((address) => /\/debian\/?$/.test(address));
  if (mirror === undefined) throw new Error('apt-get knows no mirror of Debian');
  return mirror;
}
