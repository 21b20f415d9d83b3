import { closeSync, constants, fstatSync, openSync, readSync, rmSync } from 'node:fs';
import { realLocation } from '../real-location.js';
import { reasonOf } from '../os-reason.js';
import { UsageError } from '../usage-error.js';
import { REPORT_MARK } from './page.js';

/** What a report must not be written over. */
export interface Inputs {
  readonly out: string;
  readonly pictures: readonly string[];
}

/**
 * Looks, before anything is paid, whether a report can be written to a path, and destroys nothing there.
 *
 * @throws {@link UsageError} when the path is a file of the run, holds something else than a report, or is not writable
 */
export function checkReportTarget(path: string, { out, pictures }: Inputs): void {
  const place = realLocation(path);
  const record = realLocation(out);
  if (place === record || place === `${record}.lock`) {
    throw new UsageError(`--report ${path} is the record of results, or its lock. Name another file for the report.`);
  }
  if (pictures.some((picture) => realLocation(picture) === place)) {
    throw new UsageError(`--report ${path} is one of the pictures. Name another file for the report.`);
  }
  if (!isFreeOrReport(path)) {
    throw new UsageError(`--report ${path} exists and is no report of this program. Name another file for the report.`);
  }
  tryToWrite(path);
}

/** As much of a file as tells a report. */
const HEAD_BYTES = 1_024;

function isFreeOrReport(path: string): boolean {
  let descriptor: number;
  try {
    // Without waiting: opening a pipe would otherwise last until somebody writes into it.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (reasonOf(error) === 'ENOENT') return true;
    throw new UsageError(`--report ${path} cannot be written (${reasonOf(error)}).`);
  }
  try {
    if (!fstatSync(descriptor).isFile()) return false;
    const head = Buffer.alloc(HEAD_BYTES);
    return head.subarray(0, readSync(descriptor, head)).includes(REPORT_MARK);
  } finally {
    closeSync(descriptor);
  }
}

/** A report is written aside and moved, so it is the folder that has to be writable. */
function tryToWrite(path: string): void {
  const aside = asideOf(path);
  try {
    closeSync(openSync(aside, 'w', 0o600));
    rmSync(aside);
  } catch (error) {
    throw new UsageError(`--report ${path} cannot be written (${reasonOf(error)}).`);
  }
}

/** Where a report is written before it is moved to its place. */
export function asideOf(path: string): string {
  return `${path}.${process.pid}.tmp`;
}
