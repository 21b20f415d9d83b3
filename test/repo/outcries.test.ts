import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FLAGS = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--json', '--runInBand'];

describe('every test file', () => {
  it('F03 P13 fails on what nobody caught and on listeners that pile up, and on nothing else', () => {
    const { stdout } = spawnSync(process.execPath, [...FLAGS, '--testMatch=**/test/support/outcries/*.ts'], {
      cwd: ROOT,
      encoding: 'utf8',
    });

    const { testResults } = JSON.parse(stdout) as {
      testResults: readonly { readonly name: string; readonly status: string; readonly message: string }[];
    };
    const results = testResults.map(({ name, status, message }) => {
      const why = /nobody caught this \w+|MaxListenersExceededWarning/.exec(message)?.[0] ?? 'nothing';
      return [name.split('/').at(-1), `${status}: ${why}`];
    });
    expect(Object.fromEntries(results)).toEqual({
      'leaks.ts': 'failed: MaxListenersExceededWarning',
      'nothing.ts': 'passed: nothing',
      'rejects.ts': 'failed: nobody caught this rejection',
      'throws.ts': 'failed: nobody caught this exception',
    });
  });
});
