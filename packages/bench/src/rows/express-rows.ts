import type { DesignName } from '../catalogue.js';
import { type CpuCell, measureCpu, USUAL_CONCURRENCY } from '../cpu-cells.js';
import type { Plan } from '../plan.js';
import { type Goal, pairedRatios, type Row, type RowId, toRow } from '../row.js';
import { formatSize, SIZES } from '../size.js';
import { onStage } from '../stage.js';
import type { Measured } from './measured.js';

const IDS: readonly RowId[] = ['P1', 'P2', 'P3'];
const CONTENDERS: readonly DesignName[] = [
  'express-fetch',
  'guard-express',
  'guard-express-no-digest',
  'pipe-express',
  'drain-express',
];

/** P1 to P3: what a guarded request costs on Express, against what people write today and against the floors. */
export async function measureExpress({ rows: wanted, sizesBytes, timing, withPeers }: Plan): Promise<Measured> {
  const designs: readonly DesignName[] = withPeers ? [...CONTENDERS, 'lean-express'] : CONTENDERS;
  const cells = await onStage({ designs }, async (stage) =>
    measureCpu(
      stage,
      sizesBytes.flatMap((sizeBytes) =>
        designs.map((design) => ({ design, sizeBytes, concurrency: USUAL_CONCURRENCY })),
      ),
      timing,
    ),
  );
  const rows = sizesBytes.flatMap((sizeBytes) => rowsAt(cells, sizeBytes));
  return { cells, rows: rows.filter(({ id }) => wanted.includes(id) && IDS.includes(id)).toSorted(byId) };
}

function byId(one: Row, other: Row): number {
  return IDS.indexOf(one.id) - IDS.indexOf(other.id);
}

function rowsAt(cells: readonly CpuCell[], sizeBytes: number): Row[] {
  const of = (design: DesignName) => roundsOf(cells, design, sizeBytes);
  const [peer, guard, lighter, pipe, floor] = CONTENDERS.map(of) as [number[], number[], number[], number[], number[]];
  const shared = { at: formatSize(sizeBytes), floor };
  const own = (round: number) => (lighter[round] ?? Number.NaN) - (floor[round] ?? Number.NaN);
  const theirs = (round: number) => (peer[round] ?? Number.NaN) - (floor[round] ?? Number.NaN);
  const parts = floor.map((_, round) => own(round) / theirs(round));
  const isGoal = sizeBytes >= SIZES.usual;
  return [
    toRow({ ...shared, id: 'P1', figure: 'guard / A', rounds: pairedRatios(guard, peer), goal: ofGuard(sizeBytes) }),
    toRow({
      ...shared,
      id: 'P1',
      figure: 'guard / A, digest off',
      rounds: pairedRatios(lighter, peer),
      goal: ofLighterGuard(sizeBytes),
    }),
    toRow({
      ...shared,
      id: 'P2',
      figure: 'guard / pipe, digest off',
      rounds: pairedRatios(lighter, pipe),
      goal: isGoal ? { atMost: 1.15 } : undefined,
    }),
    toRow({
      ...shared,
      id: 'P3',
      figure: '(guard - drain) / (A - drain), digest off',
      rounds: parts,
      goal: isGoal ? { atMost: 0.2 } : undefined,
    }),
  ];
}

/** Rounds of one design at one size. */
export function roundsOf(cells: readonly CpuCell[], design: DesignName, sizeBytes: number): readonly number[] {
  return cells.find((cell) => cell.design === design && cell.sizeBytes === sizeBytes)?.rounds ?? [];
}

function ofGuard(sizeBytes: number): Goal | undefined {
  if (sizeBytes < SIZES.usual) return undefined;
  return { atMost: sizeBytes < SIZES.large ? 0.5 : 0.45 };
}

function ofLighterGuard(sizeBytes: number): Goal | undefined {
  if (sizeBytes < SIZES.usual) return undefined;
  return { atMost: sizeBytes < SIZES.large ? 0.4 : 0.33 };
}
