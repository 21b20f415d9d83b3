import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const NAMES = [
  'ENDPOINT_NAMES',
  'EmulatorError',
  'FAULT_SCENARIO_NAMES',
  'SCENARIO_NAMES',
  'VERDICT_SCENARIO_NAMES',
  'createEmulator',
  'runEmulatorCommand',
];

/** Runs a script in a plain Node that sees the package through its own exports. */
function evaluate(inputType: 'module' | 'commonjs', script: string): unknown {
  const output = execFileSync(process.execPath, [`--input-type=${inputType}`, '--eval', script], { cwd: PACKAGE });
  return JSON.parse(String(output));
}

describe('the built package', () => {
  it('exports these names to an import', () => {
    const script =
      "import * as api from '@didit-liveness/emulator'; console.log(JSON.stringify(Object.keys(api).sort()))";

    expect(evaluate('module', script)).toEqual(NAMES);
  });

  it('exports the same names to a require', () => {
    const script = "console.log(JSON.stringify(Object.keys(require('@didit-liveness/emulator')).sort()))";

    expect(evaluate('commonjs', script)).toEqual(NAMES);
  });

  it('starts and stops from a require', () => {
    const script =
      "require('@didit-liveness/emulator').createEmulator().then((e) => e.close().then(() => console.log(e.port)))";

    expect(evaluate('commonjs', script)).toBeGreaterThan(0);
  });
});
