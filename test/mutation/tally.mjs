import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** Counts what becomes of each mutant, also when the run is cut short. A reporter of Stryker. */
export class Tally {
  static mutants = 0;
  static results = [];

  static begin() {
    Tally.mutants = 0;
    Tally.results = [];
  }

  onMutationTestingPlanReady({ mutantPlans }) {
    Tally.mutants = mutantPlans.length;
  }

  onMutantTested(result) {
    Tally.results.push(result);
  }
}

export const strykerPlugins = [{ kind: 'Reporter', name: 'tally', injectableClass: Tally }];

/** A mutant as people look at it: where it is, and which code became what. Lines and columns begin at 1. */
export function shown({ fileName, location: { start, end }, replacement, status }) {
  const lines = readFileSync(fileName, 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line);
  lines.push(lines.pop().slice(0, end.column - 1));
  lines[0] = lines[0].slice(start.column - 1);
  const file = relative(process.cwd(), fileName);
  return { file, line: start.line, code: onOneLine(lines.join(' ')), change: onOneLine(replacement), status };
}

function onOneLine(code) {
  const line = code.replaceAll(/\s+/g, ' ').trim();
  return line.length > 100 ? `${line.slice(0, 97)}...` : line;
}
