import { type CpuCell, measureCpu, USUAL_CONCURRENCY } from '../cpu-cells.js';
import type { Plan } from '../plan.js';
import { pairedRatios, type Row, toRow } from '../row.js';
import { formatSize, SIZES } from '../size.js';
import { onStage } from '../stage.js';
import type { Measured } from './measured.js';

const CONCURRENCIES = [1, 4, 16, 64, 256];

/** P11: what a request costs, however many are under way, over what it costs at the usual concurrency. */
export async function measureConcurrency({ timing, sizesBytes }: Plan): Promise<Measured> {
  const [first = SIZES.usual] = sizesBytes;
  const sizeBytes = sizesBytes.includes(SIZES.usual) ? SIZES.usual : first;
  const places = [
    ...CONCURRENCIES.map((concurrency) => ({ design: 'guard-express' as const, sizeBytes, concurrency })),
    { design: 'drain-express' as const, sizeBytes, concurrency: USUAL_CONCURRENCY },
  ];
  const designs = ['guard-express', 'drain-express'] as const;
  const cells = await onStage({ designs }, async (stage) => measureCpu(stage, places, timing));
  const floor = cells.at(-1)?.rounds ?? [];
  const usual = cells.find(({ concurrency }) => concurrency === USUAL_CONCURRENCY)?.rounds ?? [];
  const rows = cells.slice(0, CONCURRENCIES.length).filter(({ concurrency }) => concurrency !== USUAL_CONCURRENCY);
  return { rows: rows.map((cell) => rowOf(cell, usual, floor)), cells: [] };
}

function rowOf({ concurrency, sizeBytes, rounds }: CpuCell, usual: readonly number[], floor: readonly number[]): Row {
  return toRow({
    id: 'P11',
    figure: `guard: ${concurrency} at a time / ${USUAL_CONCURRENCY} at a time`,
    at: formatSize(sizeBytes),
    rounds: pairedRatios(rounds, usual),
    floor,
    goal: { atMost: 1.15 },
  });
}
