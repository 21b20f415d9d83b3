import { decide, decodePassiveLiveness, definePolicy } from '@didit-liveness/core';
import { APPROVAL } from './approval.js';
import { answerQuestions } from './control.js';

const BATCH = 20_000;

const body = Buffer.from(APPROVAL);
const policy = definePolicy();
const { liveness } = decodePassiveLiveness(body);

/** Kept, so that no call can be left out as useless. */
let kept: unknown;

/** Microseconds of one call, the mean of many. */
function costOf(call: () => unknown): number {
  const start = performance.now();
  for (let count = 0; count < BATCH; count += 1) kept = call();
  return ((performance.now() - start) / BATCH) * 1000;
}

answerQuestions('', {
  decide: () => costOf(() => decide(policy, liveness)),
  decode: () => costOf(() => decodePassiveLiveness(body)),
  // Nobody asks; a value that could be asked for is a value that is kept.
  kept: () => typeof kept,
});
