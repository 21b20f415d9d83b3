import { readFileSync } from 'node:fs';
import { constants, type NodeGCPerformanceDetail, PerformanceObserver } from 'node:perf_hooks';
import { cpuUsedMs } from './cpu-used.js';

/** What this process has spent so far, and how often V8 has collected garbage. */
export interface Spent {
  /** CPU of all threads, in milliseconds. */
  readonly cpuMs: number;
  /** CPU of the thread that runs JavaScript, in milliseconds; the rest is mostly that of V8's helpers. */
  readonly mainMs: number;
  /** Collections of the young generation. */
  readonly minor: number;
  /** Collections of the whole heap. */
  readonly major: number;
}

const counts = { minor: 0, major: 0 };
let observer: PerformanceObserver | undefined;

/** Counts collections from the first call on. */
export function spentSoFar(): Spent {
  observer ??= observe();
  return { cpuMs: cpuUsedMs(), mainMs: mainThreadMs(), ...counts };
}

function observe(): PerformanceObserver {
  const started = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { kind } = (entry as unknown as { readonly detail: NodeGCPerformanceDetail }).detail; // of an entry of type gc
      if (kind === constants.NODE_PERFORMANCE_GC_MINOR) counts.minor += 1;
      if (kind === constants.NODE_PERFORMANCE_GC_MAJOR) counts.major += 1;
    }
  });
  started.observe({ entryTypes: ['gc'] });
  return started;
}

/** USER_HZ, in which proc(5) counts: 100 a second on every Linux that Node runs on. */
const TICK_MS = 10;

/** Linux only (proc(5), /proc/pid/task): elsewhere not a number. */
function mainThreadMs(): number {
  try {
    const facts = readFileSync(`/proc/self/task/${process.pid}/stat`, 'utf8');
    // Behind the name, which may hold anything, the 12th and the 13th are the ticks in user and in system mode.
    const fields = facts.slice(facts.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return Number.NaN; // Documented above.
  }
}
