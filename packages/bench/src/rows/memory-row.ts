import type { DesignName } from '../catalogue.js';
import type { Exchange } from '../http-connection.js';
import { Load } from '../load.js';
import { createPicture } from '../picture.js';
import type { Plan } from '../plan.js';
import { type Row, toRow } from '../row.js';
import { formatSize, SIZES } from '../size.js';
import { onStage, type Stage } from '../stage.js';
import type { Measured } from './measured.js';

const UPLOADS = 64;
/** Room for all of them: by default a process refuses what goes beyond 256 MiB. */
const SETTINGS = { maxBufferedBytes: 512 * 1024 * 1024 };
/** Milliseconds that the upstream lets everyone wait; more where not all were held at once by then. The guard waits for 10 s. */
const DELAYS_MS = [2_500, 6_000, 9_000];

/** P6: what uploads in flight take, in fresh processes; of peer A along with it. */
export async function measureMemory(plan: Plan): Promise<Measured> {
  const guard: Growth[] = [];
  const peer: Growth[] = [];
  for (let round = 0; round < plan.timing.rounds; round += 1) {
    guard.push(await measureGrowth('guard-express'));
    if (plan.withPeers) peer.push(await measureGrowth('express-fetch'));
  }
  const rows = [rowOf('P6', 'guard', guard), ...(peer.length > 0 ? [rowOf('-', 'A', peer)] : [])];
  return { rows, cells: [] };
}

interface Growth {
  /** Growth of the peak resident set over the bytes of all pictures. */
  readonly ratio: number;
  readonly held: number;
}

function rowOf(id: 'P6' | '-', label: string, growths: readonly Growth[]): Row {
  const held = Math.min(...growths.map((growth) => growth.held));
  return toRow({
    id,
    figure: `${label}: peak RSS growth / bytes in flight`,
    at: `${UPLOADS} x ${formatSize(SIZES.largest)}`,
    rounds: growths.map(({ ratio }) => ratio),
    goal: id === 'P6' ? { atMost: 1.1 } : undefined,
    remark: held < UPLOADS ? `only ${held} were held at once` : undefined,
  });
}

async function measureGrowth(design: DesignName): Promise<Growth> {
  let growth: Growth = { ratio: Number.NaN, held: 0 };
  for (const delayMs of DELAYS_MS) {
    growth = await onStage({ designs: [design], settings: SETTINGS }, async (stage) =>
      growthOn(stage, design, delayMs),
    );
    if (growth.held === UPLOADS) break;
  }
  return growth;
}

async function growthOn(stage: Stage, design: DesignName, delayMs: number): Promise<Growth> {
  const server = stage.server(design);
  // One small upload, so that what is loaded once is loaded.
  const first = await Load.open({ url: server.url, picture: createPicture(SIZES.small) }, 1);
  first.close();
  const picture = createPicture(SIZES.largest);
  await stage.behave({ checks: false, delayMs });
  const before = await server.ask<number>('reset-peak');
  const load = await Load.open({ url: server.url, picture }, UPLOADS);
  load.close();
  const peak = await server.ask<number>('peak-rss');
  return { ratio: (peak - before) / (UPLOADS * picture.size), held: mostHeld(load.first) };
}

/** The most uploads that were complete and unanswered at the same time. */
export function mostHeld(exchanges: readonly Pick<Exchange, 'writtenAt' | 'answeredAt'>[]): number {
  return Math.max(
    0,
    ...exchanges.map(
      ({ writtenAt: at }) => exchanges.filter(({ writtenAt, answeredAt }) => writtenAt <= at && at < answeredAt).length,
    ),
  );
}
