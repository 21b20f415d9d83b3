import { driftOf, type Spread, spreadOf } from './statistics.js';

/** A line of the list of goals, or `-` for what is shown along with them. */
export type RowId = (typeof ROW_IDS)[number] | '-';

/** The lines of the list of goals. */
export const ROW_IDS = ['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8', 'P9', 'P10', 'P11', 'P12'] as const;

/** What is to be reached. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number };

/** What is said of a figure. */
export type Judgement = 'hit' | 'miss' | 'not judged' | 'not built' | '';

/** One figure of one run. */
export interface Row extends Spread {
  readonly id: RowId;
  readonly figure: string;
  /** The size of the picture, or what else tells figures of a row apart. */
  readonly at: string;
  /** Empty for a ratio. */
  readonly unit: string;
  readonly rounds: readonly number[];
  readonly goal?: Goal;
  /** Set for a count, which no noise can change: one round is enough, and the worst of them counts. */
  readonly isExact?: true;
  readonly judgement: Judgement;
  readonly remark?: string;
}

/** What a row is made of. */
export interface RowParts extends Pick<Row, 'id' | 'figure' | 'at' | 'rounds'> {
  readonly unit?: string;
  readonly goal?: Goal | undefined;
  /** The floor measured along with it; when it moved, the machine did, and nothing is judged. */
  readonly floor?: readonly number[] | undefined;
  readonly isExact?: true;
  readonly remark?: string | undefined;
}

/** A floor may move so much within a run, and fewer rounds than these prove nothing. */
export const DRIFT_LIMIT = 0.15;
const FEWEST_ROUNDS = 7;

/** A figure with its judgement. */
export function toRow({ floor = [], goal, remark, unit = '', ...parts }: RowParts): Row {
  const spread = spreadOf(parts.rounds);
  const doubt = goal && !parts.isExact ? doubtAbout(parts.rounds, floor) : undefined;
  const remarks = [doubt, remark].filter((text) => text !== undefined).join('; ');
  return {
    ...parts,
    ...spread,
    unit,
    judgement: doubt === undefined ? judge({ ...spread, ...parts }, goal) : 'not judged',
    ...(goal ? { goal } : {}),
    ...(remarks === '' ? {} : { remark: remarks }),
  };
}

/** A figure that cannot be measured, since there is nothing to measure yet. */
export function notBuilt(parts: Pick<Row, 'id' | 'figure' | 'at' | 'goal' | 'remark'>): Row {
  return { ...parts, unit: '', rounds: [], ...spreadOf([]), low: Number.NaN, high: Number.NaN, judgement: 'not built' };
}

/** Ratios round by round: what both suffer in a round falls out. */
export function pairedRatios(values: readonly number[], base: readonly number[]): number[] {
  return values.map((value, round) => value / (base[round] ?? Number.NaN));
}

function doubtAbout(rounds: readonly number[], floor: readonly number[]): string | undefined {
  if (rounds.length < FEWEST_ROUNDS) return `fewer than ${FEWEST_ROUNDS} rounds`;
  const drift = floor.length > 0 ? driftOf(floor) : 0;
  return drift > DRIFT_LIMIT ? `the floor moved by ${Math.round(drift * 100)} %` : undefined;
}

function judge({ median, low, high, isExact }: Spread & Pick<Row, 'isExact'>, goal: Goal | undefined): Judgement {
  if (!goal) return '';
  const isReached =
    'atMost' in goal ? (isExact ? high : median) <= goal.atMost : (isExact ? low : median) >= goal.atLeast;
  return isReached ? 'hit' : 'miss';
}
