import type { Row } from './row.js';
import type { Results } from './run.js';
import { isUpperHalfBeyond, median } from './statistics.js';

/** A figure may be so much worse than the recorded one. */
const TOLERANCE = 1.2;

/** How a figure of now stands to the recorded one. */
export interface Comparison {
  readonly row: Row;
  readonly recorded: number;
  /** What is said of it: `worse` when every round of the worse half, the median included, is beyond what is tolerated. */
  readonly verdict: 'ok' | 'worse' | 'not judged';
}

/** Figures of now beside the recorded ones; what was not recorded, or not as a goal, is left out. */
export function compareWith(record: Pick<Results, 'rows'>, now: Pick<Results, 'rows'>): Comparison[] {
  return now.rows
    .filter(({ goal }) => goal !== undefined)
    .flatMap((row) => {
      const earlier = record.rows.find(({ id, figure, at }) => id === row.id && figure === row.figure && at === row.at);
      return earlier ? [comparisonOf(row, earlier)] : [];
    });
}

function comparisonOf(row: Row, earlier: Row): Comparison {
  const recorded = median(earlier.rounds);
  if (row.judgement === 'not judged') return { row, recorded, verdict: 'not judged' };
  return { row, recorded, verdict: isWorse(row, earlier, recorded) ? 'worse' : 'ok' };
}

/** A count is worse when it misses a goal that it did not miss; anything else by how far it is from what it was. */
function isWorse(row: Row, earlier: Row, recorded: number): boolean {
  if (row.isExact) return row.judgement === 'miss' && earlier.judgement !== 'miss';
  return isUpperHalfBeyond(row.rounds, recorded * TOLERANCE);
}
