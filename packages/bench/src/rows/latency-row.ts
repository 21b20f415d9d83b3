import { USUAL_CONCURRENCY, warmDesign } from '../cpu-cells.js';
import { UPSTREAM_PATH } from '../design.js';
import { Load } from '../load.js';
import { createPicture } from '../picture.js';
import type { Plan } from '../plan.js';
import { toRow } from '../row.js';
import { formatSize, SIZES } from '../size.js';
import { onStage } from '../stage.js';
import { median } from '../statistics.js';
import type { Measured } from './measured.js';

const DESIGN = 'guard-express';
const DELAY_MS = 300;
const REQUESTS_PER_ROUND = 5;

/** P9: what the guard adds to the time of one request, over asking the upstream directly. */
export async function measureLatency({ timing }: Plan): Promise<Measured> {
  const picture = createPicture(SIZES.usual);
  const rounds = await onStage({ designs: [DESIGN] }, async (stage) => {
    await warmDesign(stage, { design: DESIGN, sizeBytes: SIZES.usual, concurrency: USUAL_CONCURRENCY }, timing);
    await stage.behave({ checks: false, delayMs: DELAY_MS });
    const direct = await Load.open({ url: stage.upstream.url, path: UPSTREAM_PATH, picture }, 1);
    const guarded = await Load.open({ url: stage.server(DESIGN).url, picture }, 1);
    const added: number[] = [];
    // The first round is thrown away: the delay is new to both.
    for (let round = 0; round <= timing.rounds; round += 1)
      added.push((await typical(guarded)) - (await typical(direct)));
    direct.close();
    guarded.close();
    return added.slice(1);
  });
  const figure = `added p50, upstream ${DELAY_MS} ms`;
  const row = toRow({ id: 'P9', figure, at: formatSize(SIZES.usual), unit: 'ms', rounds, goal: { atMost: 2 } });
  return { rows: [row], cells: [] };
}

async function typical(load: Load): Promise<number> {
  const exchanges = await load.oneByOne(REQUESTS_PER_ROUND);
  return median(exchanges.map(({ startedAt, answeredAt }) => answeredAt - startedAt));
}
