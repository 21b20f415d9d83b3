import { DESIGNS } from '../catalogue.js';
import { measureCpu, USUAL_CONCURRENCY } from '../cpu-cells.js';
import type { Plan } from '../plan.js';
import { pairedRatios, type Row, toRow } from '../row.js';
import { formatSize } from '../size.js';
import { onStage } from '../stage.js';
import { roundsOf } from './express-rows.js';
import type { Measured } from './measured.js';

/** Designs side by side, each against the first of them: for whoever changes one and wants to see what it does. */
export async function measureDesigns({ designs, sizesBytes, timing }: Plan): Promise<Measured> {
  const all = [...new Set([...designs, 'drain-express' as const])];
  const places = sizesBytes.flatMap((sizeBytes) =>
    all.map((design) => ({ design, sizeBytes, concurrency: USUAL_CONCURRENCY })),
  );
  const cells = await onStage({ designs: all }, async (stage) => measureCpu(stage, places, timing));
  const [base = 'drain-express', ...others] = all;
  const rows = sizesBytes.flatMap((sizeBytes) =>
    others.map((design): Row => {
      const rounds = pairedRatios(roundsOf(cells, design, sizeBytes), roundsOf(cells, base, sizeBytes));
      const figure = `${DESIGNS[design].label} / ${DESIGNS[base].label}`;
      return toRow({ id: '-', figure, at: formatSize(sizeBytes), rounds });
    }),
  );
  return { rows, cells };
}
