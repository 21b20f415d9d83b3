import type { DesignName } from './catalogue.js';
import { checkForwarding } from './forwarding-check.js';
import { Load } from './load.js';
import { createPicture, type Picture } from './picture.js';
import type { Stage } from './stage.js';
import { median } from './statistics.js';
import { takeTurns } from './turns.js';

/** Where a cell of the table stands. */
export interface CellPlace {
  readonly design: DesignName;
  readonly sizeBytes: number;
  readonly concurrency: number;
}

/** CPU of a server process per finished request, one value a round. */
export interface CpuCell extends CellPlace {
  /** Milliseconds, user and system. */
  readonly rounds: readonly number[];
}

/** How long and how often. */
export interface CellTiming {
  readonly rounds: number;
  /** Length of one measurement of one cell. */
  readonly cellMs: number;
  /** Most measurements that a contender gets to reach its plateau; three are the least. */
  readonly warmUps: number;
}

/** Requests at a time, unless a row says otherwise. */
export const USUAL_CONCURRENCY = 16;

/** A contender is warm when three measurements are less than this much better than the three before. */
const PLATEAU = 0.03;

/**
 * Measures cells side by side: first every contender is checked and warmed, then they take turns, every other round in
 * reverse order. Nobody's garbage is collected for them.
 */
export async function measureCpu(
  stage: Stage,
  places: readonly CellPlace[],
  timing: CellTiming,
): Promise<readonly CpuCell[]> {
  const sizes = [...new Set(places.map(({ sizeBytes }) => sizeBytes))];
  await checkForwarding(stage, sizes);
  const pictures = new Map(sizes.map((size) => [size, createPicture(size)]));
  const cells = places.map((place) => ({ ...place, rounds: [] as number[] }));
  const measure = async (place: CellPlace) => {
    const picture = pictures.get(place.sizeBytes) ?? createPicture(place.sizeBytes);
    return measureOnce(stage, place, { picture, cellMs: timing.cellMs });
  };
  for (const place of cells) await warm(() => measure(place), timing.warmUps);
  await takeTurns(cells, timing.rounds, async (cell) => {
    cell.rounds.push(await measure(cell));
  });
  return cells;
}

/** What is sent, and for how long, in milliseconds. */
export interface Stretch {
  readonly picture: Picture;
  readonly cellMs: number;
}

/** A design, and how many requests at a time. */
type Contender = Pick<CellPlace, 'design' | 'concurrency'>;

async function measureOnce(stage: Stage, contender: Contender, stretch: Stretch): Promise<number> {
  const { before, after, finished } = await underLoad<number>(stage, contender, { ...stretch, question: 'cpu' });
  return (after - before) / finished;
}

/** What a server answers to a question before and after a stretch of load, and how many requests it finished. */
export async function underLoad<Value>(
  stage: Stage,
  { design, concurrency }: Contender,
  { picture, cellMs, question }: Stretch & { readonly question: string },
): Promise<{ readonly before: Value; readonly after: Value; readonly finished: number }> {
  const server = stage.server(design);
  const load = await Load.open({ url: server.url, picture }, concurrency);
  try {
    const before = await server.ask<Value>(question);
    const finished = await load.during(cellMs);
    return { before, after: await server.ask<Value>(question), finished };
  } finally {
    load.close();
  }
}

/** Loads one contender until it gets no better, for rows that measure something else than CPU. */
export async function warmDesign(
  stage: Stage,
  place: CellPlace,
  { cellMs, warmUps }: Pick<CellTiming, 'cellMs' | 'warmUps'>,
): Promise<void> {
  const picture = createPicture(place.sizeBytes);
  await warm(async () => measureOnce(stage, place, { picture, cellMs }), warmUps);
}

/** Repeats a measurement until it gets no better. */
export async function warm(measure: () => Promise<number>, atMost: number): Promise<void> {
  const values: number[] = [];
  while (values.length < atMost) {
    values.push(await measure());
    if (values.length >= 6 && median(values.slice(-3)) > (1 - PLATEAU) * median(values.slice(-6, -3))) return;
  }
}
