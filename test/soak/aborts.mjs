import { requestOf } from './mixture.mjs';
import { Watched } from './processes.mjs';
import { tell, tellHeld, tellOutcries, tellSlopes } from './report.mjs';
import { Sender } from './sender.mjs';

const HOSTS = ['Express 4', 'Express 5', 'Koa 2', 'Koa 3', 'Nest 12 on Express', 'Nest 12 on Fastify'];
const TITLE = 'A25 P12 aborted uploads leave no socket, no timer and no memory behind';
const LANES = 50;
const BLOCKS = 25;
const WATCHDOG_MS = 30_000;

/** Begins uploads to each host and resets them somewhere; resolves with whether all that has to hold held. */
export async function soakAborts(aborts) {
  tell(`${aborts} uploads to each host. ${TITLE}`);
  let hit = true;
  for (const host of HOSTS) hit = (await soakHost(host, aborts)) && hit;
  return hit;
}

async function soakHost(name, aborts) {
  let paid = 0;
  const emulator = new Watched('emulator.mjs', [], (calls) => (paid += calls.length));
  const { url: emulatorUrl } = await emulator.ready;
  const host = new Watched('hosts.mjs', [name, emulatorUrl]);
  try {
    const { url } = await host.ready;
    tell(name);
    const before = await host.ask('sample');
    const samples = await abortAll(host, new Sender(url, '/signup'), aborts);
    const { handled } = await host.ask('counts');
    await emulator.ask('flush');
    tell(`the handler ran ${handled} times, Didit was asked ${paid} times`);
    const flat = tellSlopes(samples, aborts);
    const returned = await tellHeld(host, before.held);
    return [flat, returned, tellOutcries(host, []), handled === 0, paid === 0].every(Boolean);
  } finally {
    await Promise.all([host.stop(), emulator.stop()]);
  }
}

async function abortAll(host, sender, aborts) {
  const samples = [];
  const size = Math.ceil(aborts / BLOCKS);
  for (let begun = 0; begun < aborts; begun += size) {
    const end = Math.min(begun + size, aborts);
    let next = begun;
    const lane = async () => {
      while (next < end) {
        const number = next;
        next += 1;
        await sender.abort(requestOf('good', number), 0.01 + ((number * 13) % 97) / 100);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    await untilAborted(host, end);
    samples.push(await host.ask('sample'));
  }
  return samples;
}

/** The host has noticed each of them, and told of it. */
async function untilAborted(host, count) {
  const giveUpAt = performance.now() + WATCHDOG_MS;
  while (performance.now() < giveUpAt) {
    const { events } = await host.ask('counts');
    if (events.aborted === count) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`Not every one of ${count} aborted uploads was noticed`);
}
