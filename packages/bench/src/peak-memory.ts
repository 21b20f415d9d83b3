import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Forgets the largest resident set so far and tells the present one, in bytes. Linux only (proc(5), clear_refs): elsewhere
 * the peak of the start counts too, which makes growth look larger, never smaller.
 */
export function resetPeak(): number {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Documented above: there is no such file elsewhere.
  }
  return process.memoryUsage.rss();
}

/** The largest resident set since then, in bytes. `maxRSS` of getrusage(2) does not forget; VmHWM does. */
export function peakRss(): number {
  try {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (kibibytes !== undefined) return Number(kibibytes) * 1024;
  } catch {
    // Not Linux; see below.
  }
  return process.resourceUsage().maxRSS * 1024;
}
