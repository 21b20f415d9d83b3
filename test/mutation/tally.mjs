import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { isAccepted } from './accepted.mjs';

let planned = 0;
const results = [];

/** A reporter of Stryker: keeps what became of each mutant, and shows what no test noticed, unless that is accepted. */
class Tally {
  onMutationTestingPlanReady({ mutantPlans }) {
    planned = mutantPlans.length;
  }

  onMutantTested(result) {
    results.push(result);
    const { file, line, code, change } = shown(result);
    if (isOpen(result)) console.log(`${result.status} ${file}:${line} \`${code}\` -> \`${change}\``);
  }
}

/** How Stryker finds the reporter. */
export const strykerPlugins = [{ kind: 'Reporter', name: 'tally', injectableClass: Tally }];

/** One line of the table: what became of how many mutants, and whether that is good enough. */
export function countsOf(goal) {
  const count = (...statuses) => results.filter(({ status }) => statuses.includes(status)).length;
  // A change with which a module does not even load is noticed by every test of it.
  const killed = count('Killed', 'RuntimeError');
  const timedOut = count('Timeout');
  const open = results.filter(isOpen).length;
  const found = killed + timedOut;
  const score = found + open === 0 ? 0 : (100 * found) / (found + open);
  return {
    mutants: planned,
    killed,
    'timed out': timedOut,
    survived: count('Survived'),
    'no coverage': count('NoCoverage'),
    accepted: count('Survived', 'NoCoverage') - open,
    'not reached': planned - results.length,
    score: Math.floor(score * 10) / 10,
    goal,
    result: resultOf(score, goal),
  };
}

/** A score of less than half of the mutants says nothing. */
function resultOf(score, goal) {
  if (results.length < planned / 2 || planned === 0) return 'UNFINISHED';
  return score >= goal ? 'hit' : 'MISSED';
}

function isOpen(result) {
  return ['Survived', 'NoCoverage'].includes(result.status) && !isAccepted(shown(result));
}

/** A mutant as people look at it: where it is, and which code became what. Lines and columns begin at 1. */
function shown({ fileName, location: { start, end }, replacement }) {
  const lines = readFileSync(fileName, 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line);
  lines.push(lines.pop().slice(0, end.column - 1));
  lines[0] = lines[0].slice(start.column - 1);
  const file = relative(process.cwd(), fileName);
  return { file, line: start.line, code: onOneLine(lines.join(' ')), change: onOneLine(replacement) };
}

function onOneLine(code) {
  const line = code.replaceAll(/\s+/g, ' ').trim();
  return line.length > 100 ? `${line.slice(0, 97)}...` : line;
}
