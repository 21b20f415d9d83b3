import type { DesignName } from './catalogue.js';
import { DESIGNS } from './catalogue.js';
import type { Spent } from './collections.js';
import { type CellPlace, USUAL_CONCURRENCY, warmDesign } from './cpu-cells.js';
import { Load } from './load.js';
import { createPicture } from './picture.js';
import type { Plan } from './plan.js';
import { formatSize } from './size.js';
import { onStage, type Stage } from './stage.js';
import { median } from './statistics.js';
import { type Line, render } from './table.js';

/** From the floor up, and what people write today. */
const USUAL: readonly DesignName[] = [
  'drain-express',
  'pipe-express',
  'lean-express',
  'guard-express-no-digest',
  'guard-express',
  'express-fetch',
];

interface Cell extends Pick<CellPlace, 'design' | 'sizeBytes'> {
  /** Of one request; collections of a thousand. */
  readonly rounds: readonly Spent[];
}

/** What threads and collections cost each design at each size. They take turns, every other round in reverse order. */
export async function measureGarbage({ designs, sizesBytes, timing }: Plan): Promise<readonly Cell[]> {
  const chosen = designs.length > 0 ? designs : USUAL;
  return onStage({ designs: chosen }, async (stage) => {
    const cells = sizesBytes.flatMap((sizeBytes) =>
      chosen.map((design) => ({ design, sizeBytes, rounds: [] as Spent[] })),
    );
    for (const place of cells) await warmDesign(stage, { ...place, concurrency: USUAL_CONCURRENCY }, timing);
    for (let round = 0; round < timing.rounds; round += 1) {
      for (const cell of round % 2 === 0 ? cells : cells.toReversed())
        cell.rounds.push(await measureOnce(stage, cell, timing.cellMs));
    }
    return cells;
  });
}

async function measureOnce(
  stage: Stage,
  { design, sizeBytes }: Pick<CellPlace, 'design' | 'sizeBytes'>,
  cellMs: number,
): Promise<Spent> {
  const server = stage.server(design);
  const load = await Load.open({ url: server.url, picture: createPicture(sizeBytes) }, USUAL_CONCURRENCY);
  try {
    const before = await server.ask<Spent>('spent');
    const finished = await load.during(cellMs);
    const after = await server.ask<Spent>('spent');
    const perRequest = (key: keyof Spent): number => (after[key] - before[key]) / finished;
    return {
      cpuMs: perRequest('cpuMs'),
      mainMs: perRequest('mainMs'),
      minor: perRequest('minor') * 1000,
      major: perRequest('major') * 1000,
    };
  } finally {
    load.close();
  }
}

const HEAD: Line = [
  'design',
  'at',
  'CPU ms per request',
  'of that, helper threads',
  'young collections per 1000',
  'full collections per 1000',
];

/** Medians of the rounds, as a table of Markdown. */
export function garbageTable(cells: readonly Cell[]): string {
  return render([HEAD, ...cells.map(lineOf)]);
}

function lineOf({ design, sizeBytes, rounds }: Cell): Line {
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
