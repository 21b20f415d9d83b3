import { type DesignName, DESIGNS } from './catalogue.js';
import type { Spent } from './collections.js';
import { type CellPlace, type Stretch, underLoad, USUAL_CONCURRENCY, warmDesign } from './cpu-cells.js';
import { checkForwarding } from './forwarding-check.js';
import { createPicture } from './picture.js';
import type { Plan } from './plan.js';
import { formatSize } from './size.js';
import { onStage, type Stage } from './stage.js';
import { median } from './statistics.js';
import { type Line, render } from './table.js';
import { takeTurns } from './turns.js';

/** From the floor up, and what people write today. */
const USUAL: readonly DesignName[] = [
  'drain-express',
  'pipe-express',
  'lean-express',
  'guard-express-no-digest',
  'guard-express',
  'express-fetch',
];

/** What threads and collections cost one design at one size. */
export interface GarbageCell extends Pick<CellPlace, 'design' | 'sizeBytes'> {
  /** Of one request; collections of a thousand. */
  readonly rounds: readonly Spent[];
}

/** Measures designs at sizes. They take turns, every other round in reverse order. */
export async function measureGarbage({ designs, sizesBytes, timing }: Plan): Promise<readonly GarbageCell[]> {
  const chosen = designs.length > 0 ? designs : USUAL;
  return onStage({ designs: chosen }, async (stage) => {
    await checkForwarding(stage, sizesBytes);
    const cells = sizesBytes.flatMap((sizeBytes) => {
      const picture = createPicture(sizeBytes);
      return chosen.map((design) => ({
        design,
        sizeBytes,
        concurrency: USUAL_CONCURRENCY,
        picture,
        rounds: [] as Spent[],
      }));
    });
    for (const place of cells) await warmDesign(stage, place, timing);
    await takeTurns(cells, timing.rounds, async (cell) => {
      cell.rounds.push(await measureOnce(stage, cell, { picture: cell.picture, cellMs: timing.cellMs }));
    });
    return cells.map(({ design, sizeBytes, rounds }) => ({ design, sizeBytes, rounds }));
  });
}

async function measureOnce(stage: Stage, place: CellPlace, stretch: Stretch): Promise<Spent> {
  const { before, after, finished } = await underLoad<Spent>(stage, place, { ...stretch, question: 'spent' });
  const perRequest = (key: keyof Spent): number => (after[key] - before[key]) / finished;
  return {
    cpuMs: perRequest('cpuMs'),
    mainMs: perRequest('mainMs'),
    minor: perRequest('minor') * 1000,
    major: perRequest('major') * 1000,
  };
}

const HEAD: Line = [
  'design',
  'at',
  'CPU ms per request',
  'of that, other threads',
  'young collections per 1000',
  'full collections per 1000',
];

/** Medians of the rounds, as a table of Markdown. */
export function garbageTable(cells: readonly GarbageCell[]): string {
  return render([HEAD, ...cells.map(lineOf)]);
}

function lineOf({ design, sizeBytes, rounds }: GarbageCell): Line {
  const typical = (of: (spent: Spent) => number): number => median(rounds.map(of));
  return [
    DESIGNS[design].label,
    formatSize(sizeBytes),
    typical(({ cpuMs }) => cpuMs).toFixed(2),
    typical(({ cpuMs, mainMs }) => cpuMs - mainMs).toFixed(2),
    typical(({ minor }) => minor).toFixed(0),
    typical(({ major }) => major).toFixed(1),
  ];
}
