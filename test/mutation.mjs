// `pnpm mutation [room ...]`: changes the sources, one place at a time, and sees whether a test fails. A change that no
// test notices survives. What survives for good is listed, with the reason, in docs/mutation.md; the rest is held against
// the goals in test/mutation/rooms.mjs. `--budget <seconds>` looks at the rooms that decide, and ends when the time is up.
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { isAccepted } from './mutation/accepted.mjs';
import { DECIDING, ROOMS } from './mutation/rooms.mjs';
import { strykerOptions } from './mutation/stryker-options.mjs';
import { shown, Tally } from './mutation/tally.mjs';

process.chdir(new URL('..', import.meta.url).pathname);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    budget: { type: 'string' },
    concurrency: { type: 'string', default: '2' },
    incremental: { type: 'boolean', default: false },
  },
});
const deadline = values.budget ? performance.now() + Number(values.budget) * 1000 : Number.POSITIVE_INFINITY;
const rooms = chosen(positionals);
const table = {};
const unexplained = [];
for (const room of rooms) await look(room);

console.table(table);
for (const { status, file, line, code, change } of unexplained) {
  console.log(`${status} ${file}:${line} \`${code}\` -> \`${change}\``);
}
const isMet = Object.values(table).every(({ result }) => result === 'hit');
// Workers of a run that was cut short end with this process.
process.exit(isMet ? 0 : 1);

function chosen(names) {
  const strangers = names.filter((name) => !ROOMS.some((room) => room.name === name));
  if (strangers.length > 0) throw new Error(`No such room: ${strangers}. There are ${ROOMS.map(({ name }) => name)}`);
  const wanted = names.length === 0 && values.budget ? DECIDING : names;
  return ROOMS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
}

async function look(room) {
  Tally.begin();
  const started = performance.now();
  const run = new Stryker(strykerOptions(room, values)).runMutationTest();
  await (values.budget ? Promise.race([run, setTimeout(Math.max(0, deadline - started))]) : run);
  table[room.name] = { ...counted(room.goal), minutes: Math.round((performance.now() - started) / 6_000) / 10 };
}

function counted(goal) {
  const of = (...statuses) => Tally.results.filter(({ status }) => statuses.includes(status)).map(shown);
  // A change with which a module does not even load is noticed by every test of it.
  const killed = of('Killed', 'RuntimeError', 'CompileError').length;
  const timedOut = of('Timeout').length;
  const [survived, uncovered] = [of('Survived'), of('NoCoverage')];
  const open = [...survived, ...uncovered].filter((mutant) => !isAccepted(mutant));
  unexplained.push(...open);
  const found = killed + timedOut;
  const score = found + open.length === 0 ? 0 : (100 * found) / (found + open.length);
  return {
    mutants: Tally.mutants,
    killed,
    'timed out': timedOut,
    survived: survived.length,
    'no coverage': uncovered.length,
    accepted: survived.length + uncovered.length - open.length,
    'not reached': Tally.mutants - Tally.results.length,
    score: Math.floor(score * 10) / 10,
    goal,
    result: score >= goal ? 'hit' : 'MISSED',
  };
}
