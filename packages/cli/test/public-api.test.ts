import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { run } from './support/cli.js';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const NAMES = ['EXIT_CODES', 'runCli'];

/** Runs a script in a plain Node that sees the package through its own exports. */
function evaluate(inputType: 'module' | 'commonjs', script: string): unknown {
  const output = execFileSync(process.execPath, [`--input-type=${inputType}`, '--eval', script], { cwd: PACKAGE });
  return JSON.parse(String(output));
}

describe('the built package', () => {
  it('exports these names to an import', () => {
    const script = "import * as api from 'didit-liveness'; console.log(JSON.stringify(Object.keys(api).sort()))";

    expect(evaluate('module', script)).toEqual(NAMES);
  });

  it('exports the same names to a require', () => {
    const script = "console.log(JSON.stringify(Object.keys(require('didit-liveness')).sort()))";

    expect(evaluate('commonjs', script)).toEqual(NAMES);
  });

  it('says its own version', async () => {
    const { version } = JSON.parse(readFileSync(`${PACKAGE}package.json`, 'utf8')) as { version: string };

    const { code, stdout } = await run(['--version']);

    expect(code).toBe(0);
    expect(stdout.trim()).toBe(version);
  });
});
