import type { DesignName } from './catalogue.js';
import { ControlledProcess } from './controlled-process.js';
import { cpuUsedMs } from './cpu-used.js';
import { warm } from './cpu-cells.js';
import type { DesignSettings } from './design.js';
import { checkServer } from './forwarding-check.js';
import { Load } from './load.js';
import { describeMachine, type Machine } from './machine.js';
import { createPicture } from './picture.js';
import type { Plan } from './plan.js';
import { SIZES } from './size.js';
import type { UpstreamBehaviour } from './upstream.js';
import { takeTurns } from './turns.js';

const DESIGN: DesignName = 'guard-express';
const PROCESSES = [1, 2] as const;
/** How long the stand-in for Didit takes: not at all, where only CPU counts, and as long as a quick answer of Didit. */
const DELAYS_MS = [0, 300] as const;

/** Requests at a time: the calls that one client makes at once by default, so that none of them waits for another. */
export const SCALE_CONCURRENCY = 64;

/** Rates need longer than CPU per request: with a delay of 300 ms a second holds three requests of a connection. */
const CELL_FACTOR = 3;

/** What one round gave. */
export interface ScaleRound {
  readonly perSecond: number;
  /** How many cores the processes of the server kept busy. */
  readonly serverCores: number;
  /** The same of load and upstream, which take what the server could use. */
  readonly otherCores: number;
}

/** One line of the table. */
export interface ScaleCell {
  readonly delayMs: number;
  readonly processes: number;
  readonly rounds: readonly ScaleRound[];
}

/** Requests per second, and where. */
export interface ScaleResults extends Machine {
  readonly cells: readonly ScaleCell[];
}

/**
 * Measures how many requests a second the guard on Express answers with one process and with two. They take turns, every
 * other round in reverse order. No process is pinned: there are more of them than cores.
 */
export async function measureScale({ timing, log }: Plan): Promise<ScaleResults> {
  const upstream = await ControlledProcess.start({ program: 'upstream', args: ['{}'] });
  const started = [upstream];
  try {
    const servers: Server[] = [];
    for (const processes of PROCESSES) {
      const server = await startCluster(processes, { upstreamUrl: upstream.url });
      started.push(server);
      servers.push({ processes, server });
      await checkServer({ name: `${processes} processes`, url: server.url, calls: true }, upstream, SIZES.usual);
    }
    const cells: ScaleCell[] = [];
    for (const delayMs of DELAYS_MS) {
      await upstream.ask('behave', { checks: false, delayMs } satisfies UpstreamBehaviour);
      const rounds = await measureInTurns(servers, upstream, timing);
      cells.push(...rounds.map((cell) => ({ delayMs, ...cell })));
      log(`upstream ${delayMs} ms: measured`);
    }
    return { ...describeMachine(), cells };
  } finally {
    await Promise.all(started.map(async (process) => process.stop()));
  }
}

/** One design in several processes. */
interface Server {
  readonly processes: number;
  readonly server: ControlledProcess;
}

/** Starts a design in so many processes behind one port. */
export async function startCluster(processes: number, settings: DesignSettings): Promise<ControlledProcess> {
  const args = [String(processes), DESIGN, JSON.stringify(settings)];
  return ControlledProcess.start({ program: 'serve-cluster', args });
}

async function measureInTurns(
  servers: readonly Server[],
  upstream: ControlledProcess,
  { cellMs, rounds, warmUps }: Plan['timing'],
): Promise<readonly Omit<ScaleCell, 'delayMs'>[]> {
  const measure = async (server: ControlledProcess) => measureOnce(server, upstream, cellMs * CELL_FACTOR);
  const cells = servers.map((server) => ({ ...server, rounds: [] as ScaleRound[] }));
  for (const { server } of cells) await warm(async () => 1 / (await measure(server)).perSecond, warmUps);
  await takeTurns(cells, rounds, async (cell) => {
    cell.rounds.push(await measure(cell.server));
  });
  return cells.map(({ processes, rounds: measured }) => ({ processes, rounds: measured }));
}

async function measureOnce(
  server: ControlledProcess,
  upstream: ControlledProcess,
  cellMs: number,
): Promise<ScaleRound> {
  const load = await Load.open({ url: server.url, picture: createPicture(SIZES.usual) }, SCALE_CONCURRENCY);
  const used = async () => ({
    server: await server.ask<number>('cpu'),
    other: cpuUsedMs() + (await upstream.ask<number>('cpu')),
  });
  try {
    const before = await used();
    const { finished, perSecond } = await load.rateDuring(cellMs);
    const after = await used();
    const coresOf = (usedMs: number) => (usedMs / finished) * (perSecond / 1000);
    return {
      perSecond,
      serverCores: coresOf(after.server - before.server),
      otherCores: coresOf(after.other - before.other),
    };
  } finally {
    load.close();
  }
}
