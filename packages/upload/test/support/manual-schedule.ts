import type { Schedule } from '../../src/index.js';

/** A scheduler whose time passes only when the test says so. */
export interface ManualSchedule {
  readonly schedule: Schedule;
  /** Delays in milliseconds of the tasks that are due some day. */
  pending(): readonly number[];
  /** Runs every pending task of this delay. */
  pass(delayMs: number): void;
}

export function createManualSchedule(): ManualSchedule {
  const tasks = new Set<{ readonly run: () => void; readonly delayMs: number }>();
  return {
    schedule: (run, delayMs) => {
      const task = { run, delayMs };
      tasks.add(task);
      return () => tasks.delete(task);
    },
    pending: () => [...tasks].map(({ delayMs }) => delayMs),
    pass: (delayMs) => {
      for (const task of [...tasks].filter((candidate) => candidate.delayMs === delayMs)) {
        tasks.delete(task);
        task.run();
      }
    },
  };
}
