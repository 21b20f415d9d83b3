import type { DesignName } from '../catalogue.js';
import { measureCpu, USUAL_CONCURRENCY } from '../cpu-cells.js';
import type { Plan } from '../plan.js';
import { type Goal, pairedRatios, type RowId, toRow } from '../row.js';
import { formatSize, SIZES } from '../size.js';
import { onStage } from '../stage.js';
import { roundsOf } from './express-rows.js';
import type { Measured } from './measured.js';

/** One design against another, with the drain as the floor that must not move. */
interface Comparison {
  readonly id: RowId;
  readonly figure: string;
  readonly design: DesignName;
  readonly base: DesignName;
  readonly goal?: Goal;
}

const FRAMEWORKS: readonly Comparison[] = [
  { id: 'P4', figure: 'guard/Koa / K', design: 'guard-koa', base: 'koa-fetch', goal: { atMost: 0.45 } },
  { id: 'P4', figure: 'guard/Nest / N', design: 'guard-nest', base: 'nest-fetch', goal: { atMost: 0.4 } },
];

const TLS: Comparison = {
  id: 'P5',
  figure: 'guard / A, TLS upstream',
  design: 'guard-express',
  base: 'express-fetch',
  goal: { atMost: 0.5 },
};

const PEERS: readonly Comparison[] = [
  { id: '-', figure: 'B / A', design: 'express-axios', base: 'express-fetch' },
  { id: '-', figure: 'C / A', design: 'express-undici-form', base: 'express-fetch' },
  { id: '-', figure: 'pipe / A', design: 'pipe-node', base: 'express-fetch' },
];

/** P4: the guards of the other frameworks, at the usual size. */
export async function measureFrameworks(plan: Plan): Promise<Measured> {
  const parts: Measured[] = [];
  for (const comparison of FRAMEWORKS) parts.push(await compare(plan, [comparison], { sizesBytes: [SIZES.usual] }));
  return { rows: parts.flatMap(({ rows }) => rows), cells: parts.flatMap(({ cells }) => cells) };
}

/** P5: P1 where the upstream speaks TLS. Its cells are not comparable with the others and stay out of their table. */
export async function measureTls(plan: Plan): Promise<Measured> {
  const sizesBytes = plan.sizesBytes.filter((size) => size >= SIZES.usual);
  const { rows } = await compare(plan, [TLS], { sizesBytes, tls: true });
  return { rows, cells: [] };
}

/** The peers that no goal speaks of. */
export async function measurePeers(plan: Plan): Promise<Measured> {
  const { rows, cells } = await compare(plan, PEERS, { sizesBytes: plan.sizesBytes });
  const again: readonly DesignName[] = ['express-fetch', 'drain-express'];
  return { rows, cells: cells.filter(({ design }) => !again.includes(design)) };
}

interface Circumstances {
  readonly sizesBytes: readonly number[];
  readonly tls?: boolean;
}

async function compare(
  { timing }: Plan,
  comparisons: readonly Comparison[],
  { sizesBytes, tls = false }: Circumstances,
): Promise<Measured> {
  const designs = [...new Set(comparisons.flatMap(({ design, base }) => [base, design])), 'drain-express' as const];
  const places = sizesBytes.flatMap((sizeBytes) =>
    designs.map((design) => ({ design, sizeBytes, concurrency: USUAL_CONCURRENCY })),
  );
  const cells = await onStage({ designs, tls }, async (stage) => measureCpu(stage, places, timing));
  const rows = comparisons.flatMap(({ id, figure, design, base, goal }) =>
    sizesBytes.map((sizeBytes) =>
      toRow({
        id,
        figure,
        at: formatSize(sizeBytes),
        rounds: pairedRatios(roundsOf(cells, design, sizeBytes), roundsOf(cells, base, sizeBytes)),
        floor: roundsOf(cells, 'drain-express', sizeBytes),
        goal,
      }),
    ),
  );
  return { rows, cells };
}
