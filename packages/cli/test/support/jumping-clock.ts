import type { Clock } from '@didit-liveness/core';

/** A clock that jumps to the next timer as soon as somebody waits for it. */
export function jumpingClock(): Clock & { readonly timers: () => number } {
  let time = 0;
  let timers = 0;
  return {
    now: () => time,
    date: () => time,
    random: () => 0,
    timers: () => timers,
    after(delayMs, callback) {
      timers += 1;
      const due = time + delayMs;
      const handle = setImmediate(() => {
        time = Math.max(time, due);
        timers -= 1;
        callback();
      });
      return () => {
        timers -= 1;
        clearImmediate(handle);
      };
    },
  };
}
