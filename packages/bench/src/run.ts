import type { CpuCell } from './cpu-cells.js';
import { describeMachine, type Machine } from './machine.js';
import { canPin, OTHER_CORE, pinSelf } from './pinning.js';
import type { Plan } from './plan.js';
import type { Row, RowId } from './row.js';
import { measureConcurrency } from './rows/concurrency-row.js';
import { measureCore } from './rows/core-row.js';
import { measureDesigns } from './rows/design-rows.js';
import { measureExpress } from './rows/express-rows.js';
import { measureLatency } from './rows/latency-row.js';
import type { Measured } from './rows/measured.js';
import { measureMemory } from './rows/memory-row.js';
import { measurePackage } from './rows/package-row.js';
import { measureFrameworks, measurePeers, measureTls } from './rows/ratio-rows.js';
import { measureRefusals } from './rows/refusal-row.js';
import { measureSlowClients } from './rows/slow-clients-row.js';

/** What a run found, and where. */
export interface Results extends Machine {
  /** Whether the server had a core for itself. */
  readonly isPinned: boolean;
  readonly rows: readonly Row[];
  readonly cells: readonly CpuCell[];
}

interface Part {
  readonly name: string;
  readonly ids: readonly RowId[];
  readonly measure: (plan: Plan) => Promise<Measured>;
}

const PARTS: readonly Part[] = [
  { name: 'Express against A, pipe and drain', ids: ['P1', 'P2', 'P3'], measure: measureExpress },
  { name: 'Koa against K, Nest against N', ids: ['P4'], measure: measureFrameworks },
  { name: 'Express against A, TLS upstream', ids: ['P5'], measure: measureTls },
  { name: 'memory', ids: ['P6'], measure: measureMemory },
  { name: 'refusals', ids: ['P7'], measure: measureRefusals },
  { name: 'slow clients', ids: ['P8'], measure: measureSlowClients },
  { name: 'latency', ids: ['P9'], measure: measureLatency },
  { name: 'parts of core', ids: ['P10'], measure: measureCore },
  { name: 'concurrency', ids: ['P11'], measure: measureConcurrency },
  { name: 'packages', ids: ['P12'], measure: measurePackage },
];

/** Measures what a plan asks for, one part after the other. */
export async function runPlan(plan: Plan): Promise<Results> {
  pinSelf(OTHER_CORE);
  const measured: Measured[] = [];
  for (const { name, measure } of partsOf(plan)) {
    const started = performance.now();
    measured.push(await measure(plan));
    plan.log(`${name}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
  return {
    ...describeMachine(),
    isPinned: canPin(),
    rows: measured.flatMap(({ rows }) => rows),
    cells: measured.flatMap(({ cells }) => cells),
  };
}

function partsOf({ designs, rows, withPeers }: Plan): readonly Part[] {
  if (designs.length > 0) return [{ name: 'designs', ids: [], measure: measureDesigns }];
  const wanted = PARTS.filter(({ ids }) => ids.some((id) => rows.includes(id)));
  const peers: Part = { name: 'peers B and C, pipe without a framework', ids: [], measure: measurePeers };
  return withPeers ? [...wanted, peers] : wanted;
}
