import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DESIGNS } from './catalogue.js';
import type { CommandLine } from './command-line.js';
import { OTHER_CORE, pinSelf } from './pinning.js';
import { garbageTable, measureGarbage } from './garbage.js';
import type { Plan } from './plan.js';
import { readProfile, type Share, topFunctions, topPackages } from './profile.js';
import { recordProfiles } from './profile-recording.js';
import { readRecord, summary, writeRecord, writeScale } from './record.js';
import { compareTwice } from './regression.js';
import { runPlan } from './run.js';
import { measureScale } from './scale.js';
import { scaleSummary } from './scale-table.js';
import { formatSize } from './size.js';
import { canLook, measureThreads, threadsTables } from './threads.js';

/** Where a command writes, and how the process ends. */
export interface Outcome {
  readonly output: string;
  readonly exitCode: number;
}

/** Measures, and shows what was found. */
export async function measure({ plan, json, write }: CommandLine): Promise<Outcome> {
  const results = await runPlan(plan);
  if (write) writeRecord(results);
  return { output: json ? JSON.stringify(results, undefined, 2) : summary(results), exitCode: 0 };
}

/** Measures what may not become worse, and compares. */
export async function check({ plan, json }: CommandLine): Promise<Outcome> {
  const record = readRecord();
  if (!record)
    return { output: 'There is no docs/performance.json; write one with pnpm bench --full --write', exitCode: 2 };
  const comparisons = await compareTwice(record, async (rows = plan.rows) => runPlan({ ...plan, rows }));
  const lines = comparisons.map(
    ({ row, recorded, verdict }) =>
      `${verdict} ${row.id} ${row.figure}, ${row.at}: ${row.median.toFixed(2)}, recorded ${recorded.toFixed(2)}` +
      (verdict === 'not judged' && row.remark !== undefined ? ` (${row.remark})` : ''),
  );
  const exitCode = comparisons.some(({ verdict }) => verdict === 'worse') ? 1 : 0;
  return { output: json ? JSON.stringify(comparisons, undefined, 2) : lines.join('\n'), exitCode };
}

/** Measures what garbage costs, and which threads pay for it. */
export async function garbage({ plan, json }: CommandLine): Promise<Outcome> {
  pinSelf(OTHER_CORE);
  const cells = await measureGarbage(plan);
  return { output: json ? JSON.stringify(cells, undefined, 2) : garbageTable(cells), exitCode: 0 };
}

/** Looks at all threads, and tells what they were at. */
export async function threads({ plan, json }: CommandLine): Promise<Outcome> {
  if (!canLook()) {
    const output =
      'threads needs perf (Linux; Debian: linux-perf), and the right to use it (kernel.perf_event_paranoid)';
    return { output, exitCode: 2 };
  }
  pinSelf(OTHER_CORE);
  const cells = await measureThreads(plan);
  const plain = cells.map((cell) => ({ ...cell, microseconds: Object.fromEntries(cell.microseconds) }));
  return { output: json ? JSON.stringify(plain, undefined, 2) : threadsTables(cells), exitCode: 0 };
}

/** Measures requests per second with one process and with two. */
export async function scale({ plan, json, write }: CommandLine): Promise<Outcome> {
  const results = await measureScale(plan);
  if (write) writeScale(results);
  return { output: json ? JSON.stringify(results, undefined, 2) : scaleSummary(results), exitCode: 0 };
}

const TOP_FUNCTIONS = 40;

/** Records a CPU profile of each design at each size, and shows where the time goes. */
export async function profile({ plan }: CommandLine): Promise<Outcome> {
  pinSelf(OTHER_CORE);
  const folder = fileURLToPath(new URL('../profiles/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const parts: string[] = [];
  for (const design of plan.designs.length > 0 ? plan.designs : (['guard-express'] as const)) {
    for (const sizeBytes of plan.sizesBytes) {
      const path = `${folder}${design}-${formatSize(sizeBytes)}.cpuprofile`;
      await recordProfiles({ design, sizeBytes, timing: profileTiming(plan), paths: [path] });
      parts.push(`${DESIGNS[design].label} at ${formatSize(sizeBytes)}: ${path}`, report(path));
    }
  }
  return { output: parts.join('\n\n'), exitCode: 0 };
}

/** A profile needs more samples than a measurement needs requests. */
function profileTiming({ timing }: Plan): Plan['timing'] {
  return { ...timing, cellMs: timing.cellMs * 5, warmUps: 6 };
}

function report(path: string): string {
  const recorded = readProfile(path);
  return ['by package', ...percentages(topPackages(recorded)), '', 'by function, without what it calls']
    .concat(percentages(topFunctions(recorded, TOP_FUNCTIONS)))
    .join('\n');
}

function percentages(shares: readonly Share[]): string[] {
  return shares
    .filter(({ share }) => share >= 0.002)
    .map(({ name, share }) => `${(share * 100).toFixed(1).padStart(6)} %  ${name}`);
}
