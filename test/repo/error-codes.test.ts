import { describe, expect, it } from '@jest/globals';
import { PROBLEMS, WEBHOOK_PROBLEMS } from '@didit-liveness/core';
import { filesBelow, foldersIn, read } from './source.js';

const headings = [...read('docs/error-codes.md').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);

describe('docs/error-codes.md', () => {
  it('has one heading for every code of the sources, and no other', () => {
    const codes = [...Object.keys(PROBLEMS), ...Object.keys(WEBHOOK_PROBLEMS), ...literalCodes(), ...emulatorCodes()];

    expect(headings.toSorted()).toEqual([...new Set(codes)].toSorted());
  });

  it('states the status of every answer', () => {
    const text = read('docs/error-codes.md');
    const answers = { ...PROBLEMS, ...WEBHOOK_PROBLEMS };
    const wrong = Object.entries(answers).filter(([code, { status }]) => !text.includes(`## ${code}\n\n${status}`));

    expect(wrong).toEqual([]);
  });
});

describe('README.md', () => {
  it('lists every answer with its status', () => {
    const rows = read('README.md')
      .split('\n')
      .filter((line) => /^\| \d{3}/.test(line));
    const missing = Object.entries(PROBLEMS)
      .filter(([code]) => code !== 'rate-limited')
      .filter(([code, { status }]) => !rows.some((row) => row.includes(`\`${code}\``) && row.includes(String(status))));

    expect(missing).toEqual([]);
  });
});

/** Codes that error classes carry as literals. */
function literalCodes(): string[] {
  const sources = foldersIn('packages').flatMap((name) => filesBelow(`packages/${name}/src`, '.ts'));
  return sources.flatMap(({ text }) => [...text.matchAll(/readonly code = '([^']+)'/g)].map(([, code = '']) => code));
}

function emulatorCodes(): string[] {
  const [, union = ''] = /type EmulatorErrorCode =([^;]+);/.exec(read('packages/emulator/src/emulator-error.ts')) ?? [];
  return [...union.matchAll(/'([^']+)'/g)].map(([, code = '']) => code);
}
