// Stands in for `fast-check` while `pnpm fuzz` runs: every property of the repository then runs for a given time instead of
// a given number of times, whatever number its test asks for. Tests know nothing of it.
import { appendFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import * as fc from '../../node_modules/fast-check/lib/fast-check.js';

// oxlint-disable-next-line import/export -- `assert` is the one name that is not passed on as it is
export * from '../../node_modules/fast-check/lib/fast-check.js';

/** What `pnpm fuzz` sets; the report has one JSON line for each property that ran. */
const { FUZZ_MS = '1000', FUZZ_REPORT, FUZZ_SEED } = process.env;

/** Beyond any time limit, and still a whole number when fast-check multiplies it by its skips per run. */
const MANY = 1e12;

/** What is reported of one property. */
export interface PropertyReport {
  /** Where it is asserted, for example `/.../sniff.test.ts:27`. */
  readonly site: string;
  readonly test: string;
  readonly seconds: number;
  readonly runs: number;
  readonly failed: boolean;
  readonly seed: number;
}

/** As `fc.assert`, for as long as it is told. */
export function assert<Ts>(property: fc.IRawProperty<Ts>, parameters: fc.Parameters<Ts> = {}): void | Promise<void> {
  const { currentTestName: test = '' } = expect.getState();
  const site = callerOf(new Error('only for its stack'));
  const startedAt = performance.now();
  const settle = (details: fc.RunDetails<Ts>): void => {
    const { numRuns: runs, failed, seed } = details;
    const seconds = (performance.now() - startedAt) / 1000;
    const report: PropertyReport = { site, test, seconds, runs, failed, seed };
    if (FUZZ_REPORT !== undefined) appendFileSync(FUZZ_REPORT, `${JSON.stringify(report)}\n`);
    if (failed) throw new Error(fc.defaultReportMessage(details));
  };
  const lastRun = watchRuns(property);
  const details = fc.check(property, {
    ...parameters,
    numRuns: MANY,
    interruptAfterTimeLimit: Number(FUZZ_MS),
    markInterruptAsFailure: false,
    ...(FUZZ_SEED === undefined ? {} : { seed: Number(FUZZ_SEED) }),
  });
  if (!(details instanceof Promise)) return settle(details);
  return details.then(async (outcome) => {
    await lastRun();
    settle(outcome);
  });
}

/** Waits for the run that the time limit cut short: fast-check leaves it to itself, and the next property would meet it. */
function watchRuns<Ts>(property: fc.IRawProperty<Ts>): () => Promise<void> {
  const run = property.run.bind(property);
  let last: unknown;
  property.run = (value) => {
    const running = run(value);
    last = running;
    return running;
  };
  return async () => {
    // What the run finds is of no interest any more: its time was up.
    await Promise.resolve(last).catch(() => {});
  };
}

/** File and line of whoever called the function that made this error. */
function callerOf({ stack = '' }: Error): string {
  const [, site = 'unknown'] = /\(?(?:file:\/\/)?([^\s()]+:\d+):\d+\)?$/.exec(stack.split('\n')[2] ?? '') ?? [];
  return site;
}
