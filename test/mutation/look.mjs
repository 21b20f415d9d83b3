// Looks at one room, and tells its parent what was counted; when that says that it is enough, what was counted so far.
import { Stryker } from '@stryker-mutator/core';
import { ROOMS } from './rooms.mjs';
import { strykerOptions } from './stryker-options.mjs';
import { countsOf } from './tally.mjs';

process.chdir(new URL('../..', import.meta.url).pathname);

const [name, options] = process.argv.slice(2);
const room = ROOMS.find((candidate) => candidate.name === name);
process.once('message', tell);
await new Stryker(strykerOptions(room, JSON.parse(options))).runMutationTest();
tell();

function tell() {
  // What still runs ends with this process.
  process.send(countsOf(room.goal), () => process.exit());
}
