import { describeReason, paintOutcome } from '../decision-text.js';
import { OUTCOMES } from '../outcome-counts.js';
import type { Paint } from '../terminal/colours.js';
import { foreign } from '../terminal/foreign.js';
import { type Change, type Judgement, type Matrix, type Simulation } from './simulate.js';

/** A simulation for people: the counts, then every change with its reasons. */
export function simulationText({ pictures, changes, matrix }: Simulation, paint: Paint): string {
  const changed = `${changes.length} of ${pictures} decisions change`;
  return [paint('strong', changed), matrixText(matrix), ...changes.map((change) => changeText(change, paint))].join(
    '\n\n',
  );
}

const WIDTH = 10;

function matrixText(matrix: Matrix): string {
  return [
    rowText(['before', ...OUTCOMES]),
    ...OUTCOMES.map((before) => rowText([before, ...OUTCOMES.map((after) => String(matrix[before][after]))])),
  ].join('\n');
}

function changeText({ file, score, before, after }: Change, paint: Paint): string {
  const head = `${paintOutcome(before.outcome, paint)} -> ${paintOutcome(after.outcome, paint)}  ${foreign(file)}  score ${score ?? 'not measured'}`;
  return [head, ...reasonLines('before', before), ...reasonLines('after', after)].join('\n');
}

function reasonLines(name: string, { reasons }: Judgement): readonly string[] {
  if (reasons.length === 0) return [`  ${name.padEnd(6)}  no rule fired`];
  return reasons.map((reason) => `  ${name.padEnd(6)}  ${describeReason(reason)}`);
}

function rowText(cells: readonly string[]): string {
  return `  ${cells.map((cell) => cell.padStart(WIDTH)).join('')}`;
}
