import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { installedWith } from '../installed-packages.js';
import { pinnedCommand, SERVER_CORE } from '../pinning.js';
import type { Plan } from '../plan.js';
import { pairedRatios, type Row, toRow } from '../row.js';
import type { Measured } from './measured.js';

const OURS = ['@didit-liveness/express'];
/** What each peer on Express installs beside it. */
const PEERS: Readonly<Record<string, readonly string[]>> = {
  A: ['multer'],
  B: ['multer', 'axios', 'form-data'],
  C: ['multer', 'undici'],
};

/** P12: what the Express package takes to import, and what comes along with it. */
export async function measurePackage({ timing }: Plan): Promise<Measured> {
  const ours: number[] = [];
  const theirs: number[] = [];
  // The first round fills the caches of the disk.
  for (let round = 0; round <= timing.rounds; round += 1) {
    ours.push(importMs(OURS));
    theirs.push(importMs(['undici', 'multer']));
  }
  const rounds = pairedRatios(ours, theirs).slice(1);
  const figure = 'import of the Express package / undici + multer';
  return {
    rows: [toRow({ id: 'P12', figure, at: 'fresh process', rounds, goal: { atMost: 1.2 } }), countRow()],
    cells: [],
  };
}

function importMs(names: readonly string[]): number {
  const program = fileURLToPath(new URL('../import-time.js', import.meta.url));
  const [command, args] = pinnedCommand(SERVER_CORE, [process.execPath, program, ...names]);
  return Number(execFileSync(command, args, { encoding: 'utf8' }));
}

function countRow(): Row {
  const counts = Object.entries(PEERS).map(([label, names]) => [label, installedWith(names).size] as const);
  const installed = [...installedWith(OURS)];
  const own = installed.filter((folder) => /\/packages\/\w+$/.test(folder)).length;
  const fewest = Math.min(...counts.map(([, count]) => count));
  return toRow({
    id: 'P12',
    figure: `packages installed beside the framework, ${own} of them our own`,
    at: counts.map(([label, count]) => `${label} ${count}`).join(', '),
    isExact: true,
    rounds: [installed.length],
    goal: { atMost: fewest },
  });
}
