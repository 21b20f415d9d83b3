// Builds one package twice: ES modules in dist/esm, CommonJS in dist/cjs. Run from the package's own folder.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const tsc = fileURLToPath(new URL('node_modules/typescript/bin/tsc', import.meta.url));

rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.json'], { stdio: 'inherit' });
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.cjs.json'], { stdio: 'inherit' });
await joinModules('dist/esm');
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');
copyFileSync(new URL('LICENSE', import.meta.url), 'LICENSE');

/**
 * Leaves one file for each entry of the package, and one for what they share: Node takes a millisecond to find and link
 * an ES module, and there are a hundred. CommonJS has no such cost.
 */
async function joinModules(folder) {
  const { exports, bin, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const { metafile } = await build({
    entryPoints: entriesOf(exports, bin),
    outdir: folder,
    allowOverwrite: true,
    bundle: true,
    splitting: true,
    metafile: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    // Decorated classes would get another name, and Nest tells it to people. It costs a call for each inner function.
    keepNames: 'reflect-metadata' in (peerDependencies ?? {}),
    target: 'node20',
  });
  const kept = new Set(Object.keys(metafile.outputs).map((path) => resolve(path)));
  for (const name of readdirSync(folder, { recursive: true })) {
    const path = resolve(join(folder, name));
    if (path.endsWith('.js') && !kept.has(path)) rmSync(path);
  }
}

function entriesOf(exports, bin = {}) {
  const imported = Object.values(exports).flatMap((entry) => entry.import?.default ?? []);
  return [...imported, ...Object.values(bin)];
}
