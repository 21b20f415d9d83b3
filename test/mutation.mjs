// `pnpm mutation [room ...]`: changes the sources, one place at a time, and sees whether a test fails. A change that no
// test notices survives. What survives for good is listed, with the reason, in docs/mutation.md; the rest is held against
// the goals in test/mutation/rooms.mjs. `--budget <seconds>` looks at the rooms that decide, and ends when the time is up:
// then the goals are held against what was reached.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DECIDING, ROOMS } from './mutation/rooms.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    budget: { type: 'string' },
    concurrency: { type: 'string', default: '2' },
    incremental: { type: 'boolean', default: false },
  },
});
const deadline = values.budget ? performance.now() + Number(values.budget) * 1000 : undefined;
const rooms = chosen(positionals);
const table = {};
for (const [index, { name }] of rooms.entries()) {
  const shareMs = deadline && (deadline - performance.now()) / (rooms.length - index);
  table[name] = await look(name, shareMs);
}

console.table(table);
process.exitCode = Object.values(table).every(({ result }) => result === 'hit') ? 0 : 1;

function chosen(names) {
  const known = ROOMS.map(({ name }) => name);
  const strangers = names.filter((name) => !known.includes(name));
  if (strangers.length > 0) throw new Error(`No such room: ${strangers.join(', ')}. There are: ${known.join(', ')}`);
  const wanted = names.length === 0 && values.budget ? DECIDING : names;
  return ROOMS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
}

/** Looks at a room in a process of its own, which can be told that it is enough. */
async function look(name, shareMs) {
  const started = performance.now();
  const child = fork(new URL('mutation/look.mjs', import.meta.url), [name, JSON.stringify(values)]);
  const timer = shareMs && setTimeout(() => child.send('enough'), shareMs);
  const counts = await Promise.race([
    once(child, 'message').then(([message]) => message),
    once(child, 'exit').then(() => ({ result: 'FAILED' })),
  ]);
  clearTimeout(timer);
  rmSync(new URL(`../.stryker-tmp/${name}`, import.meta.url), { recursive: true, force: true });
  return { ...counts, minutes: Math.round((performance.now() - started) / 6_000) / 10 };
}
