/** Hands out numbers. */
export interface Counter {
  next(): number;
}

const FIRST_SESSION_NUMBER = 1001;

/** Makes the counter that numbers sessions and saved checks. */
export function createCounter(): Counter {
  let next = FIRST_SESSION_NUMBER;
  return { next: () => next++ };
}
