import { sharedWeakMap } from '../shared-state.js';
import { race } from './race.js';

/** The end of the guard that began last, by the request. */
const LAST_TURNS = sharedWeakMap<object, Promise<unknown>>('turns/1');

/**
 * Lets guards of one request go one after the other. Middleware that calls `next` twice starts two of them at once, and
 * the second has to find what the first one paid for.
 */
export async function inTurn<Value>(
  request: object | undefined,
  signal: AbortSignal,
  work: () => Promise<Value>,
): Promise<Value> {
  if (!request) return work();
  const before = LAST_TURNS.get(request);
  // Whose client is gone waits for nobody, not even for a guard that waits for this one. However the one before ended,
  // this one may begin.
  const turn = before ? race(before, signal).then(work, work) : work();
  LAST_TURNS.set(request, turn);
  return turn;
}
