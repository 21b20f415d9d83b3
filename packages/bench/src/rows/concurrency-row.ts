import { type CpuCell, measureCpu, USUAL_CONCURRENCY } from '../cpu-cells.js';
import type { Plan } from '../plan.js';
import { toRow } from '../row.js';
import { formatSize, SIZES } from '../size.js';
import { onStage } from '../stage.js';
import type { Measured } from './measured.js';

const CONCURRENCIES = [1, 4, 16, 64, 256];

/** P11: what a request costs, however many are under way. */
export async function measureConcurrency({ timing, sizesBytes: [sizeBytes = SIZES.usual] }: Plan): Promise<Measured> {
  const places = [
    ...CONCURRENCIES.map((concurrency) => ({ design: 'guard-express' as const, sizeBytes, concurrency })),
    { design: 'drain-express' as const, sizeBytes, concurrency: USUAL_CONCURRENCY },
  ];
  const designs = ['guard-express', 'drain-express'] as const;
  const cells = await onStage({ designs }, async (stage) => measureCpu(stage, places, timing));
  const steps = cells.slice(0, CONCURRENCIES.length);
  const floor = cells.at(-1)?.rounds ?? [];
  const rounds = floor.map((_, round) => unevenness(steps, round));
  const figure = 'dearest / cheapest concurrency, less one';
  const at = `${formatSize(sizeBytes)}, ${CONCURRENCIES.join(' ')}`;
  return { rows: [toRow({ id: 'P11', figure, at, rounds, floor, goal: { atMost: 0.15 } })], cells: [] };
}

function unevenness(steps: readonly CpuCell[], round: number): number {
  const costs = steps.map(({ rounds }) => rounds[round] ?? Number.NaN);
  return Math.max(...costs) / Math.min(...costs) - 1;
}
