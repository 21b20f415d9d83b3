import { isDeepStrictEqual } from 'node:util';
import { megabytes, slopeOf } from './figures.mjs';

/** What memory may grow by with ten thousand requests. */
export const GOAL_BYTES = 1_000_000;
const PER = 10_000;
/** Kept connections end after five seconds at the longest; with this, also on a busy machine. */
const SETTLE_MS = 20_000;

/** Says a line of the report. */
export function tell(line) {
  console.log(`  ${line}`);
}

/** From so many requests on, what a process takes from the system follows what it holds, and not its collector. */
const LONG = 50_000;
/** Of the samples so many are for what a process keeps once and for all: code, caches, pools. */
const WARM_UP_SHARE = { long: 0.2, short: 0.5 };

/**
 * Growth per ten thousand requests over the samples behind the first ones, which are evenly spread over so many
 * requests; whether it is below the goal. A short run has to stay below it in all, and its RSS is only told.
 */
export function tellSlopes(allSamples, requests) {
  const isLong = requests >= LONG;
  const warmUpShare = isLong ? WARM_UP_SHARE.long : WARM_UP_SHARE.short;
  const samples = allSamples.slice(allSamples.length * warmUpShare);
  const requestsApart = requests / allSamples.length;
  const slope = (name) => (slopeOf(samples.map((sample) => sample[name])) * PER) / requestsApart;
  const [rss, heap] = [slope('rssBytes'), slope('heapBytes')];
  const last = samples.at(-1);
  tell(
    `memory per 10,000 requests: RSS ${megabytes(rss)}, heap ${megabytes(heap)} (goal: below ${megabytes(GOAL_BYTES)}; ` +
      `at the end RSS ${megabytes(last.rssBytes)}, heap ${megabytes(last.heapBytes)})`,
  );
  if (isLong) return rss < GOAL_BYTES && heap < GOAL_BYTES;
  const grown = heap * Math.min(1, (requests * (1 - warmUpShare)) / PER);
  tell(`a short run: its heap has grown by ${megabytes(grown)} in all, and its RSS is only told`);
  return grown < GOAL_BYTES;
}

/** Waits until a process holds no more than before, and says what it held and holds. */
export async function tellHeld(watched, before) {
  const giveUpAt = performance.now() + SETTLE_MS;
  let held;
  do {
    await new Promise((resolve) => setTimeout(resolve, 250));
    ({ held } = await watched.ask('sample'));
  } while (!isDeepStrictEqual(held, before) && performance.now() < giveUpAt);
  const names = Object.keys(before);
  tell(`held before and after: ${names.map((name) => `${name} ${before[name]} -> ${held[name]}`).join(', ')}`);
  return names.every((name) => held[name] <= before[name]);
}

/** A process that is well has ended nowhere and printed nothing. */
export function tellOutcries(watched, surprises) {
  const crashes = watched.ended ? 1 : 0;
  tell(`${crashes} crashes, ${watched.printed.length} characters printed, ${surprises.length} unexpected answers`);
  for (const surprise of new Set(surprises.slice(0, 50))) tell(surprise);
  if (watched.printed !== '') console.log(watched.printed.slice(0, 2_000));
  return crashes === 0 && watched.printed === '' && surprises.length === 0;
}
