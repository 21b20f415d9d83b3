import { DESIGNS, type DesignName } from '../catalogue.js';
import { MAX_PICTURE_BYTES } from '../design.js';
import { Huge, type HugeBody } from '../huge-body.js';
import { ORDINARY_CLIENTS, type OrdinaryClient, statusSeenBy } from '../ordinary-clients.js';
import type { Plan } from '../plan.js';
import { type Row, toRow } from '../row.js';
import { onStage, type Stage } from '../stage.js';
import type { Measured } from './measured.js';

const KILOBYTE = 1024;

/** What is known of one hostile upload. */
interface Refusal {
  readonly body: HugeBody;
  readonly bytesRead: number;
  /** Whether the client saw a refusal, and not a broken connection. */
  readonly isSeen: boolean;
}

/** P7: how much of a hostile upload is read before it is answered, and whether ordinary clients get that answer. */
export async function measureRefusals({ withPeers }: Plan): Promise<Measured> {
  const designs: readonly DesignName[] = withPeers ? ['guard-express', 'express-fetch'] : ['guard-express'];
  const rows = await onStage({ designs }, async (stage) => {
    const all: Row[] = [];
    for (const design of designs) all.push(...rowsOf(design, await refusalsOf(stage, design)));
    return all;
  });
  return { rows, cells: [] };
}

function rowsOf(design: DesignName, refusals: readonly Refusal[]): Row[] {
  const isGuard = design === 'guard-express';
  const id = isGuard ? 'P7' : '-';
  const label = isGuard ? 'guard' : DESIGNS[design].label;
  const bytesRow = (figure: string, isPicture: boolean) =>
    toRow({
      id,
      figure: `${label}: ${figure}`,
      at: '50MB',
      unit: 'KB',
      isExact: true,
      rounds: refusals.filter(({ body }) => body.isPicture === isPicture).map((refusal) => excessOf(refusal)),
      goal: isGuard ? { atMost: 128 } : undefined,
    });
  return [
    bytesRow('read of a body that is no picture', false),
    bytesRow('read of a picture beyond 5 MB', true),
    toRow({
      id,
      figure: `${label}: clients that get the answer`,
      at: ORDINARY_CLIENTS.map(({ name }) => name).join(', '),
      isExact: true,
      rounds: refusals.map(({ isSeen }) => Number(isSeen)),
      goal: isGuard ? { atLeast: 1 } : undefined,
    }),
  ];
}

/** Kilobytes read beyond what may have been a good picture. */
function excessOf({ body, bytesRead }: Refusal): number {
  return Math.max(0, bytesRead - (body.isPicture ? MAX_PICTURE_BYTES : 0)) / KILOBYTE;
}

async function refusalsOf(stage: Stage, design: DesignName): Promise<Refusal[]> {
  const huge = new Huge();
  const refusals: Refusal[] = [];
  try {
    for (const body of huge.bodies) {
      for (const client of ORDINARY_CLIENTS) refusals.push(await refuse(stage, design, { body, client }));
    }
  } finally {
    huge.remove();
  }
  return refusals;
}

async function refuse(
  stage: Stage,
  design: DesignName,
  { body, client }: { readonly body: HugeBody; readonly client: OrdinaryClient },
): Promise<Refusal> {
  const server = stage.server(design);
  await server.ask('forget-reads');
  const status = await statusSeenBy(client, server.url, body);
  const [bytesRead = Number.NaN] = await server.ask<number[]>('reads');
  return { body, bytesRead, isSeen: status >= 400 && status < 500 };
}
