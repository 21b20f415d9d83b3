/**
 * Runs `task` once after `delayMs` milliseconds and returns how to call that off.
 * A port, so that a test can decide when a deadline passes.
 */
export type Schedule = (task: () => void, delayMs: number) => () => void;

/** Node's own timers. They never keep a process alive: the connection they guard does. */
export const nodeTimers: Schedule = (task, delayMs) => {
  const timer = setTimeout(task, delayMs);
  timer.unref();
  return () => clearTimeout(timer);
};
