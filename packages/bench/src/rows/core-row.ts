import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ControlledProcess } from '../controlled-process.js';
import { SERVER_CORE } from '../pinning.js';
import type { Plan } from '../plan.js';
import { readProfile, shareOf } from '../profile.js';
import { recordProfiles } from '../profile-recording.js';
import { type Row, toRow } from '../row.js';
import { formatSize, SIZES } from '../size.js';
import type { Measured } from './measured.js';

const WARM_UPS = 5;

/** P10: what the parts of core cost by themselves, and all layers of the guard of a request. */
export async function measureCore(plan: Plan): Promise<Measured> {
  const { rounds } = plan.timing;
  const micro = await ControlledProcess.start({ program: 'micro', args: [], core: SERVER_CORE });
  try {
    const decide = await repeat(micro, 'decide', rounds);
    const decode = await repeat(micro, 'decode', rounds);
    return {
      rows: [
        toRow({ id: 'P10', figure: 'decide()', at: 'an approval', unit: 'us', rounds: decide, goal: { atMost: 1 } }),
        toRow({ id: 'P10', figure: 'decode', at: 'an approval', unit: 'us', rounds: decode, goal: { atMost: 10 } }),
        await layersRow(plan),
      ],
      cells: [],
    };
  } finally {
    await micro.stop();
  }
}

async function repeat(micro: ControlledProcess, question: string, rounds: number): Promise<number[]> {
  const values: number[] = [];
  for (let round = 0; round < WARM_UPS + rounds; round += 1) values.push(await micro.ask<number>(question));
  return values.slice(WARM_UPS);
}

/**
 * The rooms and files of core that are layers of the guard: not those that look at bytes, encode them or carry them. Time
 * in Node counts for the file of ours that asked for it.
 */
const LAYERS =
  /packages\/core\/dist\/esm\/(gate|policy)\/|packages\/core\/dist\/esm\/(clock|client\/(caller|deadline|retry|retry-budget|circuit-breaker|bulkhead|classify))\.js$/;

/** The share of profiles that is spent in the layers. */
async function layersRow({ timing }: Plan): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'didit-liveness-bench-'));
  try {
    const paths = Array.from({ length: timing.rounds }, (_, round) => join(folder, `${round}.cpuprofile`));
    await recordProfiles({ design: 'guard-express', sizeBytes: SIZES.usual, timing, paths });
    const rounds = paths.map((path) => shareOf(readProfile(path), LAYERS) * 100);
    const figure = 'all layers of the guard, of the CPU of a request';
    return toRow({ id: 'P10', figure, at: formatSize(SIZES.usual), unit: '%', rounds, goal: { atMost: 3 } });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
