// `pnpm soak`: ten thousands of requests, good and hostile, and whether memory, handles and money are where they
// were. Ends with 0 when every goal is met, and with 1 otherwise. See docs/soak.md.
//
//   pnpm soak                                      100,000 mixed requests, then 10,000 aborted uploads to each host
//   pnpm soak --requests 10000 --aborts 0          a shorter run, and one part of it alone
import { parseArgs } from 'node:util';
import { soakAborts } from './aborts.mjs';
import { soakMixed } from './mixed.mjs';

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '100000' }, aborts: { type: 'string', default: '10000' } },
});
const parts = [
  [soakMixed, countFrom('requests')],
  [soakAborts, countFrom('aborts')],
];

console.log('F04 P12 P14 nothing is left behind by what was sent');
const startedAt = performance.now();
let hit = true;
for (const [soak, count] of parts) {
  if (count > 0) hit = (await soak(count)) && hit;
}
console.log(
  `${hit ? 'every goal was met' : 'A GOAL WAS MISSED'} (${Math.round((performance.now() - startedAt) / 1000)} s)`,
);
process.exitCode = hit ? 0 : 1;

function countFrom(name) {
  const count = Number(values[name]);
  if (Number.isInteger(count) && (count === 0 || count >= 1_000)) return count;
  throw new Error(`--${name} is ${JSON.stringify(values[name])}; allowed: 0, or a whole number from 1000`);
}
