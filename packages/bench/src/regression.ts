import type { Row, RowId } from './row.js';
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

/**
 * Compares what is measured now. Rows that are worse are measured once more, and pass when they are not worse then; a
 * second run that judges nothing changes nothing.
 *
 * @param measure - measures these rows, or all that are to be compared
 */
export async function compareTwice(
  record: Pick<Results, 'rows'>,
  measure: (rows?: readonly RowId[]) => Promise<Pick<Results, 'rows'>>,
): Promise<readonly Comparison[]> {
  const first = compareWith(record, await measure());
  const worse = first.filter(({ verdict }) => verdict === 'worse');
  if (worse.length === 0) return first;
  const second = compareWith(record, await measure([...new Set(worse.map(({ row }) => row.id))]));
  const again = (row: Row) => second.find(({ row: other, verdict }) => isSame(other, row) && verdict !== 'not judged');
  return first.map((comparison) => (worse.includes(comparison) ? (again(comparison.row) ?? comparison) : comparison));
}

function isSame(one: Row, other: Row): boolean {
  return one.id === other.id && one.figure === other.figure && one.at === other.at;
}

/** Figures of now beside the recorded ones; what was not recorded, or not as a goal, is left out. */
export function compareWith(record: Pick<Results, 'rows'>, now: Pick<Results, 'rows'>): Comparison[] {
  return now.rows
    .filter(({ goal }) => goal !== undefined)
    .flatMap((row) => {
      const earlier = record.rows.find((recorded) => isSame(recorded, row));
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
