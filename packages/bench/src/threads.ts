import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DesignName, DESIGNS } from './catalogue.js';
import { type CellPlace, underLoad, USUAL_CONCURRENCY, warmDesign } from './cpu-cells.js';
import { kindOf, parseSamples, type Sample } from './kinds-of-work.js';
import { createPicture } from './picture.js';
import type { Plan } from './plan.js';
import { formatSize } from './size.js';
import { onStage, type Stage } from './stage.js';
import { type Line, render } from './table.js';

/** From the floor up, and what people write today. */
const USUAL: readonly DesignName[] = ['lean-express', 'guard-express-no-digest', 'guard-express', 'express-fetch'];

/** How often perf looks, in a second; odd, so as not to keep step with anything. */
const FREQUENCY = 1_999;

/** Seconds of load that are looked at. */
const SECONDS = 6;

/** Microseconds of CPU of one request by kind of work, of one design at one size. */
export interface ThreadsCell extends Pick<CellPlace, 'design' | 'sizeBytes'> {
  readonly microseconds: ReadonlyMap<string, number>;
}

/** Where the CPU of all threads goes, those of V8 and the kernel's part included, by kind of work. Each design alone, warm. */
export async function measureThreads({ designs, sizesBytes, timing }: Plan): Promise<readonly ThreadsCell[]> {
  const cells: ThreadsCell[] = [];
  for (const design of designs.length > 0 ? designs : USUAL) {
    for (const sizeBytes of sizesBytes) {
      const place = { design, sizeBytes, concurrency: USUAL_CONCURRENCY };
      const microseconds = await onStage({ designs: [design] }, async (stage) => {
        await warmDesign(stage, place, timing);
        return lookAt(stage, place);
      });
      cells.push({ design, sizeBytes, microseconds });
    }
  }
  return cells;
}

/** Whether there is a perf that may look (Linux; the kernel may forbid it). */
export function canLook(): boolean {
  const trial = ['record', '-q', '-e', 'cpu-clock', '-o', '/dev/null', 'true'];
  return spawnSync('perf', trial, { stdio: 'ignore' }).status === 0;
}

async function lookAt(stage: Stage, place: CellPlace): Promise<ReadonlyMap<string, number>> {
  const process = await stage.server(place.design).ask<number>('pid');
  const folder = mkdtempSync(join(tmpdir(), 'didit-liveness-bench-'));
  try {
    const file = join(folder, 'perf.data');
    const flags = ['-q', '-e', 'cpu-clock', '-F', String(FREQUENCY), '-g', '-o', file, '-p', String(process)];
    const perf = spawn('perf', ['record', ...flags, 'sleep', String(SECONDS)], { stdio: 'ignore' });
    const ended = once(perf, 'exit');
    const stretch = { picture: createPicture(place.sizeBytes), cellMs: SECONDS * 1_000, question: 'cpu' };
    const { finished } = await underLoad<number>(stage, place, stretch);
    await ended;
    const script = ['script', '-i', file, '-F', 'tid,ip,sym,dso'];
    const text = execFileSync('perf', script, {
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return byKind(parseSamples(text), { process, perSample: 1e6 / FREQUENCY / finished });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function byKind(
  samples: readonly Sample[],
  { process, perSample }: { readonly process: number; readonly perSample: number },
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const sample of samples) {
    // The thread that runs JavaScript has the number of the process.
    const kind = `${kindOf(sample)}${sample.thread === process ? '' : ', other threads'}`;
    sums.set(kind, (sums.get(kind) ?? 0) + perSample);
  }
  return sums;
}

/** A table of Markdown for each size: a line for each kind, the dearest first, and what they add up to. */
export function threadsTables(cells: readonly ThreadsCell[]): string {
  const sizes = [...new Set(cells.map(({ sizeBytes }) => sizeBytes))];
  return sizes
    .map((size) =>
      tableOf(
        size,
        cells.filter(({ sizeBytes }) => sizeBytes === size),
      ),
    )
    .join('\n\n');
}

/** Less than this many microseconds in every design is told of together. */
const LEAST = 5;

function tableOf(sizeBytes: number, cells: readonly ThreadsCell[]): string {
  const most = (kind: string): number => Math.max(...cells.map(({ microseconds }) => microseconds.get(kind) ?? 0));
  const all = [...new Set(cells.flatMap(({ microseconds }) => [...microseconds.keys()]))];
  const kinds = all.filter((kind) => most(kind) >= LEAST).toSorted((one, other) => most(other) - most(one));
  const rest = all.filter((kind) => most(kind) < LEAST);
  const line = (name: string, ofKinds: readonly string[]): Line => [
    name,
    ...cells.map(({ microseconds }) =>
      ofKinds.reduce((sum, kind) => sum + (microseconds.get(kind) ?? 0), 0).toFixed(0),
    ),
  ];
  return render([
    [`us per request, ${formatSize(sizeBytes)}`, ...cells.map(({ design }) => DESIGNS[design].label)],
    ...kinds.map((kind) => line(kind, [kind])),
    ...(rest.length > 0 ? [line('what is less than that', rest)] : []),
    line('all', all),
  ]);
}
