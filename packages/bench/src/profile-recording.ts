import type { DesignName } from './catalogue.js';
import { type CellTiming, USUAL_CONCURRENCY, warm } from './cpu-cells.js';
import { Load } from './load.js';
import { createPicture } from './picture.js';
import { onStage } from './stage.js';

/** What to record, and when it is warm. */
export interface Recording {
  readonly design: DesignName;
  readonly sizeBytes: number;
  readonly timing: CellTiming;
  /** Files to write, one for each stretch of load. */
  readonly paths: readonly string[];
}

/** Records CPU profiles of a warm server under load. */
export async function recordProfiles({ design, sizeBytes, timing, paths }: Recording): Promise<void> {
  const picture = createPicture(sizeBytes);
  await onStage({ designs: [design] }, async (stage) => {
    const server = stage.server(design);
    const load = await Load.open({ url: server.url, picture }, USUAL_CONCURRENCY);
    const run = async (): Promise<number> => {
      const before = await server.ask<number>('cpu');
      const finished = await load.during(timing.cellMs);
      return ((await server.ask<number>('cpu')) - before) / finished;
    };
    await warm(run, timing.warmUps);
    for (const path of paths) {
      await server.ask('start-profile');
      await run();
      await server.ask('stop-profile', path);
    }
    load.close();
  });
}
